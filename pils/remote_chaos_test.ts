import assert from "node:assert/strict";
import fc from "fast-check";
import type { Connect, LinkEvents } from "./life.ts";
import type { ToPlugin } from "./message.ts";
import { startRemote } from "./remote.ts";
import { playedOrder } from "./testdata/played_order.ts";

const quick = { callMs: 30, pingMs: 4, pingsMissedMax: 3, callsMax: 8, restartDelayMs: 2 };
const limits = { ...playedOrder.limits, ...quick, restartsMax: 3, restartWindowMs: 200 };
const closeMs = 20;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What a plugin says to a question, by number: the truth more often than a lie. */
function say(kind: number, asked: ToPlugin & { readonly id: number }, events: LinkEvents): void {
  const truth = { type: "value", id: asked.id, value: asked.type === "start" ? ["say"] : 1 };
  switch (kind) {
    case 0: // twice
      events.message(truth);
      return events.message(truth);
    case 1:
      return events.message({ ...truth, type: "error", error: { name: "E", message: "no" } });
    case 2:
      return events.ended("it fell");
    case 3:
      return events.message("nonsense");
    case 4: // to a question that nobody has asked, or somebody else
      return events.message({ ...truth, id: asked.id + 1 });
    case 5:
      return events.message({ ...truth, id: Math.max(1, asked.id - 1) });
    case 6: // nothing
      return;
    default:
      return events.message(truth);
  }
}

/** One history: calls and a close, while the plugin does whatever the choices say. */
async function live(choices: readonly number[]): Promise<void> {
  let at = 0;
  const next = (below: number) => (choices[at++ % choices.length] ?? 0) % below;
  let alive = 0;
  let begun = 0;
  const timers = new Set<Promise<void>>();
  const sometime = (act: () => void) => {
    const when = next(3);
    if (when === 0) act();
    else if (when === 1) queueMicrotask(act);
    else timers.add(pause(next(8)).then(act));
  };
  const connect: Connect = (_order, events) => {
    if (begun++ > 0 && next(6) === 0) throw new Error("no more processes");
    alive++;
    return {
      post(asked) {
        if (next(40) === 0) throw new Error("it does not read");
        if (asked.type !== "ping") return sometime(() => say(next(16), asked, events));
        if (next(8) > 0) sometime(() => events.message({ type: "pong" }));
      },
      end() {
        alive--;
        const gone = pause(next(4));
        timers.add(gone);
        return gone;
      },
    };
  };
  const order = { ...playedOrder, limits, deadlineMs: 25 };
  const started = await startRemote(order, connect).catch(() => undefined);
  const calls: Promise<unknown>[] = [];
  for (let call = next(12); call > 0; call--) {
    calls.push(Promise.allSettled([started?.api["say"]?.("it")]));
    if (next(2) > 0) await pause(next(8));
  }
  await started?.close(closeMs).catch(() => {});
  await Promise.all(calls); // each of them ends
  const lives = begun;
  await pause(10);
  await Promise.all(timers);
  assert.deepEqual([alive, begun], [0, lives], "each life was ended once, and none began later");
}

Deno.test("with any messages at any time each call ends, and nothing lives after the close", async () => {
  const choices = fc.array(fc.nat({ max: 1_000 }), { minLength: 20, maxLength: 60 });
  const histories = fc.array(choices, { minLength: 30, maxLength: 30 });
  const together = fc.asyncProperty(histories, async (all) => {
    await Promise.all(all.map(live));
  });
  await fc.assert(together, { numRuns: 10, endOnFailure: true });
});
