/**
 * A main thread that is blocked 400 ms of every second delays no heartbeat of a thread of its own; and
 * the control, without one. Whole processes, as in production.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import { startNodes } from "./bench/tick_nodes.ts";

const project = filePath(new URL("..", import.meta.url));
const permissions = { read: [project], write: [`${project}/.test`], run: [Deno.execPath()] };
const port = 34_000 + Deno.pid % 5_000;
/** Milliseconds that a heartbeat may be late, on a machine that is busy with other tests. */
const lateMsMost = 250;

/** How late a heartbeat was at most, in each of two nodes. */
async function lateness(tick: string, forMs: number, port: number): Promise<number[]> {
  await using nodes = await startNodes({ tick, ports: [port, port + 5_000] });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  return (await nodes.seen()).map(({ lateMsMax }) => lateMsMax);
}

Deno.test("a blocked main thread delays no heartbeat of a thread of its own", {
  permissions,
}, async () => {
  const late = await lateness("worker", 4_000, port);
  for (const ms of late) assert.ok(ms < lateMsMost, `${late.join(" and ")} ms late`);
});

Deno.test("without one it does", { permissions }, async () => {
  const late = await lateness("main", 3_000, port + 1);
  for (const ms of late) assert.ok(ms > lateMsMost, `only ${late.join(" and ")} ms late`);
});
