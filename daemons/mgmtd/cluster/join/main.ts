/**
 * The process that listens while a token is open. It ends when the token is used, void, too old, or
 * closed, which the removal of its record does.
 *
 * It gets the secret over its standard input, and answers one line: `listening`, or why it does not.
 *
 * @module
 */
import { messageOf } from "../../../../metadata/message_of.ts";
import { pause } from "../../../../metadata/timer.ts";
import { bytesMax, readText } from "../../../site/bounded_file.ts";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import { valueOrThrow } from "../../../../metadata/diagnostic.ts";
import { ownVersions } from "../../../runtime/version.ts";
import { objections } from "./check_ask.ts";
import { closedFor, openGate } from "./gate.ts";
import { handedOut } from "./hand_out.ts";
import { addNode, factsOf, reachable } from "./node_side.ts";
import { readOrder } from "./order.ts";
import { readRecord, recordOf, writeRecord } from "./record.ts";
import { serve, type World } from "./serve.ts";

/** Milliseconds between two looks whether the token is still open. */
const lookMs = 500;
/** Milliseconds in which callers of a token that was just closed get the reason. */
const lingerMs = 2_000;

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    console.log(`failed ${messageOf(error).replaceAll("\n", " ")}`);
    Deno.exit(1);
  }
  Deno.exit(0);
}

async function run(): Promise<void> {
  const order = readOrder(await new Response(Deno.stdin.readable).text());
  const { address, port, certificate } = order;
  const config = valueOrThrow(
    `Cannot use "${order.config}"`,
    readNodeConfig(await readText(order.config, bytesMax.nodeConfig)),
  );
  const gate = openGate(order.endsAtMs);
  const sockets = {
    cluster: `${config.run}/cluster.sock`,
    heartbeat: `${config.run}/heartbeat.sock`,
  };
  await reachable(sockets); // a token of a node that does not run is good for nobody
  const listener = Deno.listenTls({
    hostname: address,
    port,
    cert: certificate.cert,
    key: certificate.key,
  });
  const id = crypto.randomUUID();
  const record = () => recordOf(gate, { id, address, port }, Date.now());
  await writeRecord(config.run, record());
  console.log("listening");
  const world: World = {
    certificate,
    secret: order.secret,
    gate,
    nowMs: () => Date.now(),
    facts: () => factsOf(sockets),
    objections: (ask, facts) => objections(ask, facts, config, Date.now(), ownVersions),
    handOut: async (ask, facts) =>
      handedOut(ask, facts, config, await readText(config.authkeys, bytesMax.authkeys)),
    add: (name) => addNode(sockets, name),
  };
  const served = serve(listener, world);
  let written = JSON.stringify(record());
  while (closedFor(gate, Date.now()) === undefined) {
    await pause(lookMs);
    // Removed, or another token's.
    if ((await readRecord(config.run))?.id !== id) Deno.exit(0);
    const now = record();
    if (JSON.stringify(now) === written) continue;
    await writeRecord(config.run, now);
    written = JSON.stringify(now);
  }
  await pause(lingerMs);
  listener.close();
  await served;
  await writeRecord(config.run, record());
}
