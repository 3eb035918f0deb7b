import assert from "node:assert/strict";
import type { Host } from "./host.ts";
import type { Event } from "./machine.ts";
import { saveLateMs, saveMsMax, Seat } from "./seat.ts";
import { StateError } from "./state_error.ts";

Deno.test("a machine's time never goes back, also after a timer that fired early", () => {
  let now = 0;
  const dates: (readonly [string, number])[] = [];
  let fire = () => {};
  const host: Host = {
    log() {},
    now: () => now,
    wallMs: () => 0,
    seed: () => 1,
    after(_inMs, run) {
      fire = run;
      return { cancel() {} };
    },
    store: () => ({ saved: new Map(), save() {} }),
    load() {},
  };
  const seat: Seat = new Seat({
    machine: {
      service: "a",
      state: null,
      step: (_state, { type, at }) => {
        dates.push([type, at]);
        return type === "start" ? [{ type: "timer", name: "t", inMs: 10 }] : [];
      },
    },
    host,
    give: (event: Event) => seat.step(event),
    send() {},
    stopped() {},
    failed: (error) => assert.fail(String(error)),
  });
  seat.start("alice");
  now = 9.5;
  fire();
  seat.stop(1_000, () => {});
  assert.deepEqual(dates, [["start", 0], ["timer", 10], ["stop", 10]]);
});

/** A seat on a disk that answers when the test says so, or never. */
function stage(waits: boolean) {
  const timers = new Map<() => void, number>();
  let answer: (error?: unknown) => void = () => {};
  const failures: unknown[] = [];
  const told: string[] = [];
  const host: Host = {
    log: (_service, level, text) => void told.push(`${level} ${text}`),
    now: () => 0,
    wallMs: () => 0,
    seed: () => 1,
    after(inMs, run) {
      timers.set(run, inMs);
      return { cancel: () => void timers.delete(run) };
    },
    store: () => ({ saved: new Map(), save: (_key, _value, done) => void (answer = done) }),
    load() {},
  };
  const seat: Seat = new Seat({
    machine: {
      service: "a",
      state: null,
      step: (_state, { type }) =>
        type === "start"
          ? [{
            type: "save",
            key: "k",
            value: new Uint8Array(1),
            ...(waits ? {} : { waits: false }),
          }]
          : [],
    },
    host,
    give: (event: Event) => seat.step(event),
    send() {},
    stopped() {},
    failed: (error) => failures.push(error),
  });
  seat.start("alice");
  return { seat, timers, failures, told, answer: (error?: unknown) => answer(error) };
}

for (const waits of [true, false]) {
  const what = waits ? "that others wait for" : "that nothing waits for";
  Deno.test(`a disk that never answers for a value ${what} ends the process`, () => {
    const { timers, failures, told } = stage(waits);
    assert.deepEqual([...timers.values()], [saveLateMs]);
    const pass = () => {
      const [run] = timers.keys();
      timers.delete(run!);
      run!();
    };
    pass();
    assert.deepEqual(told, ['err "k" is not on disk after 5000 ms [HA9003]. Fix: check the disk']);
    assert.deepEqual([...timers.values(), failures], [saveMsMax - saveLateMs, []]);
    pass();
    assert.match(
      String(failures),
      /"k" is not on disk after 60000 ms \[HA\d{4}\]\. Fix: check the disk/,
    );
    assert.ok(failures[0] instanceof StateError);
  });

  Deno.test(`a value ${what} and that is on disk has no patience left behind`, () => {
    const { timers, failures, answer } = stage(waits);
    answer();
    assert.deepEqual([timers.size, failures], [0, []]);
  });

  Deno.test(`a machine that ends leaves no patience for a value ${what}`, () => {
    const { seat, timers } = stage(waits);
    seat.end();
    assert.equal(timers.size, 0);
  });
}
