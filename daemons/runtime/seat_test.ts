import assert from "node:assert/strict";
import type { Host } from "./host.ts";
import type { Effect, Event } from "./machine.ts";
import { saveAgainMs, saveLateMs, saveMsMax, Seat } from "./seat.ts";
import { StateError } from "./state_error.ts";
import { smallHost, SmallTime } from "./testing/small_host.ts";

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
  const ends = waits ? "ends" : "does not end";
  Deno.test(`a disk that never answers for a value ${what} ${ends} the process`, () => {
    const { timers, failures, told } = stage(waits);
    assert.deepEqual([...timers.values()], [saveLateMs]);
    const pass = () => {
      const [run] = timers.keys();
      timers.delete(run!);
      run!();
    };
    pass();
    assert.deepEqual(told, ['err "k" is not on disk after 5000 ms [HA9003]. Fix: check the disk']);
    assert.deepEqual([...timers.values(), failures], [
      ...(waits ? [saveMsMax - saveLateMs] : []),
      [],
    ]);
    if (!waits) return;
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

/** A seat whose machine orders what the test says for each event, and what came of that. */
function ordering(orders: (event: Event) => readonly Effect[]) {
  const time = new SmallTime(0);
  const did: string[] = [];
  const saves: { readonly key: string; readonly done: (error?: unknown) => void }[] = [];
  const host: Host = {
    ...smallHost({ time, log: (service, level, text) => did.push(`${service} ${level} ${text}`) }),
    store: (service) =>
      service === "none" ? undefined : {
        saved: new Map([["old", Uint8Array.of(1)]]),
        save: (key, value, done, waits) => {
          did.push(`save ${key} ${value?.[0]}${waits ? "" : " meanwhile"}`);
          saves.push({ key, done });
        },
      },
  };
  const make = (service: string): Seat => {
    const seat: Seat = new Seat({
      machine: { service, state: null, step: (_state, event) => orders(event) },
      host,
      give: (event) => seat.step(event),
      send: ({ to }, at) => did.push(`send ${to.service} at ${at}`),
      stopped: (exitCode) => did.push(`stopped ${exitCode}`),
      failed: (error) => did.push(`failed ${error instanceof Error ? error.message : error}`),
    });
    return seat;
  };
  return {
    time,
    did,
    seat: make("a"),
    make,
    written: (error?: unknown) => saves.shift()?.done(error),
  };
}

const say = (text: string): Effect => ({ type: "log", level: "info", text });
const keep = (key: string, value: number, more = {}): Effect => ({
  type: "save",
  key,
  value: Uint8Array.of(value),
  ...more,
});

Deno.test("a machine begins with its time, its seed and what was saved", () => {
  const events: Event[] = [];
  const { seat, make } = ordering((event) => (events.push(event), []));
  seat.start("alice");
  make("none").start("alice");
  const start = { type: "start", at: 0, wallMs: 0, seed: 1, node: "alice" } as const;
  assert.deepEqual(events, [
    { ...start, saved: new Map([["old", Uint8Array.of(1)]]) },
    { ...start, saved: new Map() },
  ]);
});

Deno.test("what follows a save waits for it, and what comes later waits behind that", () => {
  const { seat, did, written } = ordering(({ type }) =>
    type === "start" ? [say("1"), keep("k", 1), say("2"), keep("k", 2), say("3")] : [say("later")]
  );
  seat.start("alice");
  seat.step({ type: "stop", at: 0 });
  assert.deepEqual(did, ["a info 1", "save k 1"]);
  written();
  assert.deepEqual(did.slice(2), ["a info 2", "save k 2"]);
  written();
  assert.deepEqual(did.slice(4), ["a info 3", "a info later"]);
  seat.step({ type: "stop", at: 0 });
  assert.deepEqual(did.slice(6), ["a info later"]);
});

Deno.test("a save that fails ends all that waits for it; so does one of a machine without a store", () => {
  for (const more of [{}, { waits: false }]) {
    const { seat, did, written, make } = ordering(() => [keep("k", 1, more), say("after")]);
    seat.start("alice");
    did.length = 0;
    written("the disk is full");
    assert.deepEqual(did, ["failed the disk is full"]);
    assert.throws(() => make("none").start("alice"), /"none" saves "k" but has no store/);
  }
  const { seat, did, written } = ordering(() => [keep("k", 1), say("after")]);
  seat.start("alice");
  seat.end();
  written("the disk is full");
  assert.deepEqual(did, ["save k 1"], "nobody is interested");
});

Deno.test("a disk that refuses what nothing waits for is tried again, and ends no process", () => {
  const keepLater = (value: number) => keep("k", value, { waits: false });
  let value = 0;
  const { seat, did, time, written } = ordering(() => [keepLater(++value), say("after")]);
  seat.start("alice");
  written(new StateError("read-only"));
  seat.step({ type: "timer", name: "t", at: 1 });
  time.pass(saveAgainMs - 1);
  assert.deepEqual(did, ["save k 1 meanwhile", "a info after", "a err read-only", "a info after"]);
  did.length = 0;
  time.pass(1);
  written(new StateError("read-only"));
  time.pass(saveAgainMs);
  written();
  // The latest value; and it is logged once.
  const save = "save k 2 meanwhile";
  assert.deepEqual(did, [save, save, "a info The disk takes values again"]);
  seat.step({ type: "timer", name: "t", at: 2 });
  written(new StateError("read-only"));
  seat.end();
  did.length = 0;
  time.pass(saveAgainMs);
  assert.deepEqual(did, [], "who has ended writes nothing");
});

Deno.test("timers are replaced, cancelled, and never early; what is over fires no more", () => {
  const fired: string[] = [];
  const { seat, time } = ordering((event) => {
    if (event.type === "timer") fired.push(`${event.name} ${event.at}`);
    if (event.type !== "start") return [];
    return [
      { type: "timer", name: "a", inMs: 5 },
      { type: "timer", name: "a", inMs: 9 },
      { type: "timer", name: "b", inMs: 3 },
      { type: "cancel", name: "b" },
      { type: "cancel", name: "none" },
      { type: "timer", name: "past", inMs: -5 },
      { type: "timer", name: "late", inMs: 100 },
    ];
  });
  seat.start("alice");
  time.pass(50);
  assert.deepEqual(fired, ["past 0", "a 9"]);
  seat.end();
  time.pass(100);
  assert.equal(fired.length, 2);
});

Deno.test("a stop ends when the machine says so and all is written, or when the time is over", () => {
  const stopped: Effect = { type: "stopped" };
  const ends: string[] = [];
  const good = ordering(({ type }) =>
    type === "stop" ? [keep("k", 1, { waits: false }), stopped] : []
  );
  good.seat.stop(1_000, () => ends.push("good"));
  assert.deepEqual([good.did, ends], [["save k 1 meanwhile", "stopped 0"], []]);
  good.written();
  assert.deepEqual(ends, ["good"]);
  good.time.pass(10_000);
  assert.deepEqual(good.did.length, 2, "nobody is late");
  good.seat.stop(1_000, () => ends.push("again"));
  assert.deepEqual(ends, ["good", "again"]);

  const bad = ordering(() => []);
  bad.seat.stop(1_000, () => ends.push("bad"));
  bad.time.pass(999);
  assert.equal(ends.length, 2);
  bad.time.pass(1);
  assert.equal(ends.at(-1), "bad");
  assert.deepEqual(bad.did, ["a warning did not stop within 1000 ms; ended all the same"]);
  assert.ok(bad.seat.isOver);

  const first = ordering(({ type }) => type === "start" ? [{ type: "stopped", exitCode: 69 }] : []);
  first.seat.start("alice");
  first.seat.stop(1_000, () => ends.push("it had stopped"));
  assert.deepEqual([first.did, ends.at(-1)], [["stopped 69"], "it had stopped"]);
});

Deno.test("what is sent one after another is sent at once; after another effect the clock is asked", () => {
  const send = (service: string): Effect => ({
    type: "send",
    to: { service },
    message: { type: "cib/subscribe" },
  });
  const { seat, did } = ordering(() => [send("x"), send("y"), say("between"), send("z")]);
  seat.start("alice");
  assert.deepEqual(did, ["send x at 0", "send y at 0", "a info between", "send z at 0"]);
});

Deno.test("plugins are loaded, called and unloaded as the machine orders", () => {
  const did: string[] = [];
  const time = new SmallTime(0);
  const host = smallHost({
    time,
    plugin: ({ instance, plugin, config }) => {
      did.push(`load ${instance} ${plugin} ${JSON.stringify(config)}`);
      return {
        isolation: "inline",
        call(method, args, answer) {
          did.push(`${method} ${args}`);
          answer({ ok: true, value: method });
        },
        close(done) {
          did.push("close");
          done();
        },
      };
    },
  });
  const seat: Seat = new Seat({
    machine: {
      service: "a",
      state: null,
      step(_state, event) {
        did.push(event.type);
        if (event.type === "start") {
          return [{ type: "load", instance: "one", plugin: "ra/x", config: { a: 1 } }];
        }
        if (event.type === "loaded") {
          const method = "run";
          return [{ type: "call", id: "1", instance: "one", method, args: [2], deadlineMs: 10 }];
        }
        return event.type === "reply" ? [{ type: "unload", instance: "one" }] : [];
      },
    },
    host,
    give: (event) => seat.step(event),
    send() {},
    stopped() {},
    failed() {},
  });
  seat.start("alice");
  time.pass(100);
  assert.deepEqual(did, ["start", 'load one ra/x {"a":1}', "loaded", "run 2", "reply", "close"]);
});
