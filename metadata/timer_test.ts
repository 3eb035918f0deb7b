import assert from "node:assert/strict";
import { clearTimer, pause, platformMsMax, setTimer } from "./timer.ts";

/** The platform's timers and clock, as a test has them. */
function stage() {
  const platform = { setTimeout, clearTimeout, now: performance.now };
  const armed = new Map<number, { readonly run: () => void; readonly ms: number }>();
  let [id, now] = [0, 0];
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms: number) => {
      // As the platform does it: what is too long fires at once.
      armed.set(++id, { run, ms: ms > platformMsMax ? 1 : ms });
      return id;
    },
    clearTimeout: (id: number) => void armed.delete(id),
  });
  performance.now = () => now;
  return {
    armed,
    get now() {
      return now;
    },
    /** Lets the next timer fire. */
    next() {
      const [[id, { run, ms }] = [0, { run() {}, ms: 0 }]] = armed;
      armed.delete(id);
      now += ms;
      run();
    },
    [Symbol.dispose]() {
      const { now, ...timers } = platform;
      Object.assign(globalThis, timers);
      performance.now = now;
    },
  };
}

const hoursMs = 3_600_000;

for (const hours of [590, 596, 597, 600, 10_000]) {
  Deno.test(`a timer of ${hours} hours fires then, not at once`, () => {
    using on = stage();
    let fired = 0;
    setTimer(() => fired++, hours * hoursMs);
    while (on.armed.size > 0 && fired === 0) on.next();
    assert.deepEqual([fired, on.now], [1, hours * hoursMs]);
  });
}

Deno.test("a long timer is taken back, before and after it was armed again", () => {
  for (const turns of [0, 1, 2]) {
    using on = stage();
    const timer = setTimer(() => assert.fail("it was taken back"), 3 * platformMsMax);
    for (let turn = 0; turn < turns; turn++) on.next();
    clearTimer(timer);
    assert.equal(on.armed.size, 0);
  }
});

Deno.test("a time that is not a number is refused: the platform would fire at once", () => {
  assert.throws(() => setTimer(() => {}, Number.NaN), RangeError);
});

Deno.test("short timers and pauses are the platform's", async () => {
  await pause(1);
  clearTimer(undefined);
  let fired = false;
  clearTimer(setTimer(() => fired = true, 1));
  await pause(5);
  assert.equal(fired, false);
});
