/**
 * Faults of clocks.
 *
 * @module
 */
import type { Scene } from "./scene.ts";

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

/** A clock runs 2 % too fast or too slow. */
export function clockRate({ world, node, random, say }: Scene): void {
  const rate = random.between(9_800, 10_200) / 10_000;
  say(`the clock of ${node.name} runs at ${rate}`, "clock");
  node.clock.setRate(world.kernel.nowUs, rate);
}

export function wallClock({ world, node: { name, clock }, random, say }: Scene): void {
  // Forward, back, decades ahead, or to 1970, as without a battery.
  const jumpMs = random.pick([hourMs, -hourMs, 20 * yearMs, -clock.wallMs(world.kernel.nowUs)]);
  clock.wallOffsetMs += jumpMs;
  say(`the wall clock of ${name} jumps by ${jumpMs} ms`, "wall clock");
}
