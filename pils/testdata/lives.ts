/**
 * Lives many lives of a plugin that is played, in a process of its own, and prints the bytes of the
 * heap that each has left behind once it was collected.
 *
 *     deno run --v8-flags=--expose-gc ... lives.ts LIVES
 *
 * @module
 */
import type { Connect } from "../life.ts";
import { startRemote } from "../remote.ts";
import { playedOrder } from "./played_order.ts";

/** It starts, and dies when it is called. */
const connect: Connect = (_order, { message, ended }) => ({
  post(asked) {
    if (asked.type === "start") message({ type: "value", id: asked.id, value: ["say"] });
    if (asked.type === "call") ended("it was called");
  },
  end: () => Promise.resolve(),
});

// No restart is remembered, so that there is one after the other.
const limits = { ...playedOrder.limits, restartDelayMs: 0, restartWindowMs: 0 };
const { api, close, restarts } = await startRemote({ ...playedOrder, limits }, connect);
const live = async (times: number) => {
  for (let turn = 0; turn < times; turn++) {
    await Promise.resolve(api["say"]?.()).catch(() => {});
  }
};
const heap = () => {
  (globalThis as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().heapUsed;
};

const lives = Number(Deno.args[0]);
await live(lives); // what is kept for good
const before = heap();
await live(lives);
console.log(JSON.stringify({ bytes: (heap() - before) / lives, restarts: restarts() }));
await close(1_000);
