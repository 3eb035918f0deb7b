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
import { OwnRecord, recordOf } from "./record.ts";
import { serve, type World } from "./serve.ts";
import { whenFree } from "./when_free.ts";

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
  const listen = () =>
    Deno.listenTls({ hostname: address, port, cert: certificate.cert, key: certificate.key });
  // The process of the token before notices its end at its next look, and lingers then.
  const listener = await whenFree(listen, 2 * (lookMs + lingerMs));
  const id = crypto.randomUUID();
  const record = new OwnRecord(
    config.run,
    () => recordOf(gate, { id, address, port }, Date.now()),
  );
  await record.begin();
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
    async add(name) {
      const why = await addNode(sockets, name);
      // Before the machine hears it: the next token may be asked for at once. It is tried again below.
      if (why === undefined) await record.keep().catch(() => {});
      return why;
    },
  };
  const served = serve(listener, world);
  while (closedFor(gate, Date.now()) === undefined) {
    await pause(lookMs);
    // Removed, or another token's.
    if (!await record.keep()) Deno.exit(0);
  }
  await pause(lingerMs);
  // The next token writes its own as soon as the port is free.
  await record.keep();
  listener.close();
  await served;
}
