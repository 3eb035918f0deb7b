/**
 * A smart plug, simulated: an HTTP server with a relay for each node of the demo. To switch a relay
 * off takes the power from the node: every process of it is killed, whatever state it is in.
 *
 *     GET  /relay/NODE             -> {"relay":"alice","power":"on"}
 *     POST /relay/NODE?power=off   -> {"relay":"alice","power":"off"}
 *
 * Each request needs the header `authorization: Bearer TOKEN`; the token is in a file.
 *
 *     deno run --allow-net=127.0.0.1:8099 --allow-read=TOKEN_FILE --allow-run=/bin/sh \\
 *       daemons/mgmtd/demo/plug.ts 8099 TOKEN_FILE
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import { end, look } from "../../../metadata/marked.ts";
import { markOf } from "../local_nodes/local_cluster.ts";
import { demoNodes, demoOf } from "./files.ts";

/** Milliseconds that a node may take to be without power. */
const offMs = 5_000;

/** The demo of this clone. */
const demo = demoOf(
  filePath(new URL("../../..", import.meta.url)),
);
const [port = "", tokenFile = ""] = Deno.args;
const token = (await Deno.readTextFile(tokenFile)).trim();

const answer = (status: number, body: object) => Response.json(body, { status });

Deno.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  onListen: ({ port }) => console.log(`plug: relays ${demoNodes.join(", ")} on port ${port}`),
}, async (request) => {
  if (request.headers.get("authorization") !== `Bearer ${token}`) {
    return answer(401, { error: "who are you?" });
  }
  const { pathname, searchParams } = new URL(request.url);
  const relay = demoNodes.find((node) => pathname === `/relay/${node}`);
  if (relay === undefined) return answer(404, { error: "no such relay" });
  const mark = markOf(demo, relay);
  const wanted = searchParams.get("power");
  if (request.method === "POST" && wanted === "off") {
    const left = await end(mark, "KILL", offMs);
    console.log(`plug: ${relay} off, ${left.length} processes left`);
  } else if (request.method === "POST") {
    return answer(400, { error: "a node of the demo is started by the demo" });
  }
  const power = (await look(mark)).length === 0 ? "off" : "on";
  return answer(200, { relay, power });
});
