import assert from "node:assert/strict";
import type { HostPlugin, LoadRequest } from "./host.ts";
import { Instances } from "./instances.ts";
import type { Event, Result } from "./machine.ts";
import { smallHost, SmallTime } from "./testing/small_host.ts";

type Loaded = Parameters<Parameters<ReturnType<typeof smallHost>["load"]>[1]>[0];

/** Instances whose plugins come, answer and close when the test says so. */
function stage() {
  const time = new SmallTime(0);
  const events: Event[] = [];
  const log: string[] = [];
  const loads: { readonly request: LoadRequest; readonly done: (loaded: Loaded) => void }[] = [];
  const said: string[] = [];
  let answer: (result: Result) => void = () => {};
  let closed: (error?: unknown) => void = () => {};
  const host = {
    ...smallHost({ time, log: (service, level, text) => log.push(`${service} ${level} ${text}`) }),
    load: (request: LoadRequest, done: (loaded: Loaded) => void) => {
      loads.push({ request, done });
    },
  };
  const instances = new Instances({
    service: "lrmd",
    host,
    give: (event) => events.push(event),
  });
  const plugin = (name: string): HostPlugin => ({
    isolation: "worker",
    call(method, args, answered) {
      said.push(`${name}.${method}(${args})`);
      answer = answered;
      if (method === "now") answered({ ok: true, value: "at once" });
    },
    close(done) {
      said.push(`${name} closed`);
      closed = done;
    },
  });
  const load = (name = "one") => {
    instances.load({ type: "load", instance: "one", plugin: "ra/x", config: { a: 1 } });
    const { request, done } = loads.at(-1)!;
    return { request, come: () => done({ ok: true, plugin: plugin(name) }), done };
  };
  const call = (change: Partial<Parameters<Instances["call"]>[0]> = {}) =>
    instances.call({
      type: "call",
      id: "7",
      instance: "one",
      method: "run",
      args: [1],
      deadlineMs: 100,
      ...change,
    });
  return {
    time,
    instances,
    events,
    log,
    said,
    load,
    call,
    answer: (result: Result) => answer(result),
    closed: (error?: unknown) => closed(error),
  };
}

const value = (result: unknown): Result => ({ ok: true, value: result });

Deno.test("a plugin that is loaded says so, emits and fails, until it is unloaded", () => {
  const { instances, events, said, load, time } = stage();
  const { request, come } = load();
  assert.deepEqual([request.service, request.plugin, request.config], ["lrmd", "ra/x", { a: 1 }]);
  come();
  time.pass(5);
  request.onEmit({ x: 1 });
  request.onFault({ why: "it fell", givenUp: false });
  const heard: Event[] = [
    { type: "loaded", at: 0, instance: "one", result: value("worker") },
    { type: "emit", at: 5, instance: "one", event: { x: 1 } },
    { type: "fault", at: 5, instance: "one", why: "it fell", givenUp: false },
  ];
  assert.deepEqual(events, heard);
  instances.unload("one");
  request.onEmit({ x: 2 });
  request.onFault({ why: "late", givenUp: true });
  assert.deepEqual(events, heard);
  assert.deepEqual(said, ["one closed"]);
  instances.unload("one");
  instances.unload("never loaded");
  assert.deepEqual(said, ["one closed"]);
});

Deno.test("of two instances of one name the later one counts, whichever comes first", () => {
  const it = stage();
  const first = it.load("first");
  const second = it.load("second");
  second.come();
  first.come();
  assert.deepEqual(it.said, ["first closed"]);
  assert.deepEqual(it.events.map(({ type }) => type), ["loaded"]);
  it.call();
  assert.deepEqual(it.said.at(-1), "second.run(1)");
  // One that is there already is given back for the next.
  it.load("third").come();
  assert.deepEqual(it.said.slice(2), ["second closed"]);
});

Deno.test("a plugin that cannot be loaded, or is unloaded before it has come, is not called", () => {
  const it = stage();
  const { request, done } = it.load();
  it.call({ id: "0" });
  done({ ok: false, error: "no such plugin" });
  request.onEmit({});
  it.call();
  const late = it.load("late");
  it.instances.unload("one");
  late.done({ ok: false, error: "unloaded" });
  late.come();
  const none = { ok: false, error: '"one" is not loaded' };
  assert.deepEqual(it.events, [
    { type: "reply", at: 0, id: "0", result: none },
    { type: "loaded", at: 0, instance: "one", result: { ok: false, error: "no such plugin" } },
    { type: "reply", at: 0, id: "7", result: none },
  ]);
  assert.deepEqual(it.said, ["late closed"]);
});

Deno.test("a call is answered once, in time or by its deadline", () => {
  const it = stage();
  it.load().come();
  it.events.length = 0;
  it.call({ id: "1" });
  it.answer(value("in time"));
  it.answer(value("twice"));
  it.call({ id: "2" });
  it.time.pass(99);
  assert.equal(it.events.length, 1);
  it.time.pass(1);
  it.answer(value("too late"));
  it.call({ id: "3", method: "now" });
  it.time.pass(1_000);
  assert.deepEqual(it.events, [
    { type: "reply", at: 0, id: "1", result: value("in time") },
    {
      type: "reply",
      at: 100,
      id: "2",
      result: { ok: false, error: "no answer within 100 ms" },
    },
    { type: "reply", at: 100, id: "3", result: value("at once") },
  ]);
});

Deno.test("what was called without a number is logged when it fails, and else nothing", () => {
  const it = stage();
  it.load().come();
  it.events.length = 0;
  const { id: _, ...order } = { id: "" };
  const call = () =>
    it.instances.call({
      type: "call",
      instance: "one",
      method: "run",
      args: [],
      deadlineMs: 100,
      ...order,
    });
  call();
  it.answer(value("fine"));
  assert.deepEqual(it.log, []);
  call();
  it.answer({ ok: false, error: "broken" });
  assert.deepEqual(it.log, ["lrmd debug one.run: broken"]);
  assert.deepEqual(it.events, []);
});

Deno.test("a close that fails is logged, one that works is not", () => {
  const it = stage();
  it.load().come();
  it.instances.unload("one");
  it.closed();
  assert.deepEqual(it.log, []);
  it.load().come();
  it.instances.unload("one");
  it.closed("it hangs");
  assert.deepEqual(it.log, ["lrmd warning Cannot unload one: it hangs"]);
});

Deno.test("a machine that has ended hears nothing more of its plugins", () => {
  const it = stage();
  const { request, come } = it.load();
  come();
  it.events.length = 0;
  it.call();
  const late = it.load("late");
  it.instances.end();
  it.answer(value("late"));
  request.onEmit({});
  request.onFault({ why: "late", givenUp: true });
  late.come();
  it.time.pass(1_000);
  assert.deepEqual([it.events, it.log], [[], []]);
  assert.ok(it.said.includes("late closed"), "what comes now belongs to nobody");
});
