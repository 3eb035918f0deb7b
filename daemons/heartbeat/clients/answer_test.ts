import assert from "node:assert/strict";
import type { HeartbeatConfig } from "../config.ts";
import { plainCodecs } from "../testing/plain_codecs.ts";
import { SmallWorld } from "../testing/small_world.ts";
import { framed, FrameReader } from "./frames.ts";
import { SmallClient } from "../testing/small_client.ts";

const config: HeartbeatConfig = {
  nodes: ["node1", "node2"],
  media: [{ link: "eth0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
  clients: { parameters: new Map([["deadtime", "500ms"]]) },
};

function asking(): SmallClient {
  const world = new SmallWorld(config, () => plainCodecs("key"));
  for (const name of config.nodes) world.start(name);
  world.run(500);
  const client = new SmallClient(world, "node1", "57");
  client.ask("signon");
  return client;
}

Deno.test("answers are those of heartbeat, field by field", () => {
  const client = asking();
  const ask = (reqtype: string, more: Readonly<Record<string, string>> = {}) =>
    client.ask(reqtype, more).map((line) => line.replace(/^t=hbapi-resp /, ""));
  assert.deepEqual(ask("nodelist"), [
    "node=node1 nodetype=normal st=active result=ok/more",
    "node=node2 nodetype=normal st=active result=OK",
  ]);
  assert.deepEqual(ask("iflist", { node: "node2" }), ["ifname=eth0 st=up result=OK"]);
  assert.deepEqual(ask("ifstatus", { node: "node2", ifname: "eth0" }), ["st=up result=OK"]);
  assert.deepEqual(ask("nodestatus", { node: "node2" }), ["st=active result=OK"]);
  assert.deepEqual(ask("nodestatus", { node: "none" }), ["result=badreq info=EINVAL"]);
  assert.deepEqual(ask("nodetype", { node: "node2" }), ["nodetype=normal result=OK"]);
  assert.deepEqual(ask("nodeweight", { node: "node2" }), ["weight=100 result=OK"]);
  assert.deepEqual(ask("nodesite", { node: "node2" }), ["site= result=OK"]);
  assert.deepEqual(ask("numnodes"), ["numnodes=2 result=OK"]);
  assert.deepEqual(ask("getparm", { pname: "deadtime" }), ["pvalue=500ms result=OK"]);
  assert.deepEqual(ask("getparm", { pname: "none" }), ["result=OK"]);
  assert.deepEqual(ask("getuuid", { queryname: "node3" }), ["result=badreq info=EINVAL"]);
  assert.deepEqual(ask("getuuid", { queryname: "node2" }).length, 1);
  assert.deepEqual(ask("clientstatus", { node: "node1", cn: "x" }), [
    "subt=respond-cstatus cs=offline result=OK",
  ]);
  assert.deepEqual(ask("set_sendqlen", { sendqlen: "200" }), []);
  assert.deepEqual(client.calls, ["bound 200"]);
  assert.deepEqual(ask("nonsense"), ["result=badreq info=EINVAL"]);
  assert.deepEqual(ask("signoff"), []);
  assert.deepEqual(client.calls, ["bound 200", "end"]);
});

Deno.test("frames come in any pieces, and what is none is refused", () => {
  const frames = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(5000).fill(7)];
  const stream = Uint8Array.of(...frames.flatMap((frame) => [...framed(frame)]));
  for (const piece of [1, 7, 4096, stream.length]) {
    const reader = new FrameReader();
    const got: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += piece) {
      got.push(...reader.push(stream.subarray(at, at + piece)));
    }
    assert.deepEqual(got, frames, `pieces of ${piece}`);
  }
  assert.throws(() => new FrameReader().push(new Uint8Array(8)), RangeError);
  assert.throws(
    () => new FrameReader().push(Uint8Array.of(0, 0, 0, 9, 0xcd, 0xab, 0, 0)),
    RangeError,
  );
});
