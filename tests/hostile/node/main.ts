/**
 * Runs every attack on a real node and prints the delays of its heartbeats as a table.
 *
 *     deno task interop hostile
 *
 * @module
 */
import { authority } from "../authority.ts";
import { exhaustion } from "../exhaustion.ts";
import { inTime, left, measure, type Row, table } from "./measure.ts";
import { nodeStage } from "./stage.ts";

/** Attacks that a stranger tries as a class of resource agents too. */
const asAgents = [
  "read a file",
  "loop forever",
  "fill the memory beside the heap",
  "emit without end",
];

const attacks = [...authority, ...exhaustion];
await using node = await nodeStage(attacks);
const processes = await node.strangers();
const rows: Row[] = [];
const say = (row: Row) => {
  rows.push(row);
  console.log(`${row.wrong.length === 0 ? "ok" : "FAILED"} ${row.name} (${row.place})`);
};
const isLoud = (name: string) => exhaustion.some((attack) => attack.name === name);
for (const attack of attacks) {
  const loud = isLoud(attack.name);
  say(
    await measure(node, attack, "device", {
      onNodeMs: attack.markMs !== undefined ? 200 : loud ? 2_000 : 400,
      ...(loud ? { inlineMs: 1_000 } : {}),
    }),
  );
}
for (const attack of attacks) {
  if (asAgents.includes(attack.name)) {
    say(await measure(node, attack, "agents", { onNodeMs: 2_000 }));
  }
}
console.log(`\n${table(rows, node.keepaliveMs)}`);
const { keepaliveMs } = node;
switch (inTime(rows, { keepaliveMs, withinMs: keepaliveMs, load: await node.load() })) {
  case true:
    console.log("ok every heartbeat came within one keepalive");
    break;
  case false:
    console.log("FAILED a heartbeat came later than one keepalive");
    break;
  case undefined:
    console.log("The machine was too busy to say whether each heartbeat came within one keepalive");
}
// The class of agents stays loaded; the devices, and all that they started, are gone.
const still = await left(node, processes + 1);
console.log(
  still <= processes + 1
    ? "ok no process of a stranger's device is left"
    : `FAILED ${still - processes} processes of strangers are left`,
);
