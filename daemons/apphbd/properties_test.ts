/**
 * Random schedules of heartbeats, and a daemon that is stopped at random moments: each miss is announced
 * once, and none that was not.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Effect } from "../runtime/machine.ts";
import { apphbd } from "./core.ts";
import { readHappened } from "./event.ts";
import { requestBytes } from "./request.ts";

const peer = { pid: 700, uid: 0, gid: 0, started: 1 };
const intervalMs = 100;
const endMs = 5_000;

/** The daemon does nothing from one time to the other. */
interface Stop {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The world around the machine: one connection, a kernel that keeps what nobody reads, timers. What is
 * due while the daemon is stopped comes to it afterwards, timers before what waits in the kernel.
 */
class World {
  readonly #machine = apphbd({
    uid: 0,
    notifiers: [],
    recover: [{ name: "web", uid: 0, gid: 0 }],
  });
  readonly #timers = new Map<string, number>();
  readonly announced: { readonly event: string; readonly at: number }[] = [];
  /** Heartbeats that nobody has read. */
  #unread = 0;
  /** When the sockets' answer comes, and what they found when they were asked. */
  #answer: { readonly at: number; readonly waiting: readonly number[] } | undefined;

  constructor(readonly stops: readonly Stop[], readonly answerMs: number, warnMs = 0) {
    this.#give(0, { type: "opened", connection: 1, peer });
    this.#frame(0, { type: "reg", name: "web", instance: "" });
    this.#frame(0, { type: "setint", ms: intervalMs });
    this.#frame(0, { type: "setwarn", ms: warnMs });
  }

  run(beats: readonly number[]): void {
    const due = [...beats];
    for (let at = 0; at <= endMs; at++) {
      while (due[0] !== undefined && due[0] <= at) {
        due.shift();
        this.#unread++;
      }
      if (this.stops.some(({ fromMs, toMs }) => at >= fromMs && at < toMs)) continue;
      for (const [name, dueMs] of [...this.#timers]) {
        if (dueMs > at) continue;
        this.#timers.delete(name);
        this.#take(at, this.#machine.step(this.#machine.state, { type: "timer", at, name }));
      }
      const answer = this.#answer;
      if (answer !== undefined && answer.at <= at) {
        this.#answer = undefined;
        const result = { ok: true, value: answer.waiting } as const;
        const reply = { type: "reply", at, id: "judge", result } as const;
        this.#take(at, this.#machine.step(this.#machine.state, reply));
      }
      for (; this.#unread > 0; this.#unread--) this.#frame(at, { type: "hb" });
    }
  }

  #frame(at: number, request: Parameters<typeof requestBytes>[0]): void {
    this.#give(at, { type: "frame", connection: 1, bytes: requestBytes(request) });
  }

  #give(at: number, event: unknown): void {
    const emitted = { type: "emit", at, instance: "socket", event } as const;
    this.#take(at, this.#machine.step(this.#machine.state, emitted));
  }

  #take(at: number, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "timer") this.#timers.set(effect.name, at + effect.inMs);
      if (effect.type !== "call") continue;
      if (effect.id === "judge") {
        this.#answer = { at: at + this.answerMs, waiting: this.#unread > 0 ? [1] : [] };
      }
      const event = effect.method === "tell" && readHappened(String(effect.args[1]))?.event;
      if (event !== undefined && event !== false) this.announced.push({ event, at });
    }
  }
}

const stops = fc.array(
  fc.record({ fromMs: fc.integer({ min: 0, max: endMs }), lengthMs: fc.integer({ max: 700 }) }),
  { maxLength: 4 },
).map((all) =>
  all.map(({ fromMs, lengthMs }) => ({ fromMs, toMs: fromMs + Math.max(1, lengthMs) }))
);

const gaps = fc.array(fc.integer({ min: 1, max: 350 }), { minLength: 5, maxLength: 60 });

Deno.test("no heartbeat in time is a miss, whenever the daemon is stopped", () => {
  const inTime = fc.array(fc.integer({ min: 1, max: intervalMs - 1 }), { minLength: 60 });
  const answer = fc.integer({ min: 0, max: 20 });
  const warn = fc.constantFrom(0, 50);
  fc.assert(fc.property(inTime, stops, answer, warn, (gaps, stops, answerMs, warnMs) => {
    const beats: number[] = [];
    for (let at = 0, next = 0; at <= endMs; next++) beats.push(at += gaps[next % gaps.length]!);
    const world = new World(stops, answerMs, warnMs);
    world.run(beats);
    assert.deepEqual(world.announced.filter(({ event }) => event !== "hbwarn"), []);
  }));
});

Deno.test("each miss of a daemon that runs is announced once, within its bound", () => {
  fc.assert(fc.property(gaps, fc.integer({ min: 0, max: 5 }), (gaps, answerMs) => {
    const beats: number[] = [];
    let at = 0;
    const missed: number[] = [];
    for (const gap of gaps) {
      // Near the deadline the order of a millisecond decides.
      if (Math.abs(gap - intervalMs) < 25) continue;
      if (at + gap > endMs - intervalMs - 50) break;
      if (gap > intervalMs) missed.push(at + intervalMs);
      beats.push(at += gap);
    }
    const world = new World([], answerMs);
    world.run(beats);
    const misses = world.announced.filter(({ event }) => event === "nohb").map(({ at }) => at);
    // It falls silent in the end.
    missed.push(at + intervalMs);
    assert.equal(misses.length, missed.length);
    misses.forEach((at, one) => {
      const lateMs = at - missed[one]!;
      assert.ok(lateMs >= 0 && lateMs <= 25, `${lateMs} ms`);
    });
    const again = world.announced.filter(({ event }) => event === "hbagain").length;
    assert.equal(again, missed.length - 1);
  }));
});
