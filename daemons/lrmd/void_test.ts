/**
 * Operations that another one makes void: monitors that wait, are delayed, or hang.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { LrmOperation, Message } from "../runtime/messages.ts";
import { lrmd } from "./core.ts";
import { endMs } from "./queue.ts";

class Table {
  readonly machine = lrmd({ classes: { ocf: { plugin: "ra/ocf", config: {} } }, parallelMax: 4 });
  at = 0;

  constructor() {
    this.step({ type: "start", wallMs: 0, seed: 1, node: "a", saved: new Map() });
    this.step({ type: "loaded", instance: "ra:ocf", result: { ok: true, value: "" } });
  }

  /** What comes of an event, in words. */
  step(event: Partial<Event> & Pick<Event, "type">): string[] {
    const effects = this.machine.step(this.machine.state, { at: this.at, ...event } as Event);
    return effects.flatMap(wordsOf);
  }

  say(message: Message): string[] {
    return this.step({ type: "message", from: { node: "a", service: "crmd" }, message });
  }

  order(id: string, action: string, change: Partial<LrmOperation> = {}): string[] {
    return this.say({ type: "lrm/execute", id, operation: { ...operation(action), ...change } });
  }

  reply(id: number, rc: number, timedOut = false): string[] {
    const value = { rc, timedOut, output: "" };
    return this.step({ type: "reply", id: `${id}`, result: { ok: true, value } });
  }

  history(): string[] {
    return [...this.machine.state.resources.get("web")?.history.keys() ?? []];
  }
}

const operation = (action: string): LrmOperation => ({
  resource: "web",
  agent: { class: "ocf", type: "Dummy" },
  action,
  intervalMs: 0,
  timeoutMs: 60_000,
  startDelayMs: 0,
  parameters: {},
  transitionKey: "first",
});

function wordsOf(effect: Effect): string[] {
  if (effect.type === "call") return [`${effect.method} ${effect.id ?? ""}`.trim()];
  if (effect.type === "cancel") return [`no ${effect.name}`];
  if (effect.type === "timer") {
    return effect.name.startsWith("repeat ") ? ["repeat"] : [`${effect.name} in ${effect.inMs}`];
  }
  if (effect.type === "send" && effect.message.type === "lrm/result") {
    const { id, result } = effect.message;
    const { action, transitionKey } = result.operation;
    return [`${action} ${id ?? "-"} ${result.status}:${result.rc} ${transitionKey}`];
  }
  return [];
}

const recurring = { intervalMs: 10_000 };

Deno.test("a stop ends a monitor that hangs, and follows as soon as it has ended", () => {
  const table = new Table();
  assert.deepEqual(table.order("m", "monitor", recurring), ["run 1"]);
  table.at = 500;
  const void_ = ["no repeat web_monitor_10000 web", `end 1 in ${endMs}`, "end"];
  assert.deepEqual(table.order("s", "stop"), void_);
  table.at = 600;
  assert.deepEqual(table.reply(1, 1, true), ["no end 1", "monitor m 1:1 first", "run 2"]);
  table.at = 700;
  assert.deepEqual(table.reply(2, 0), ["stop s 0:0 first"]);
  assert.deepEqual(table.history(), ["web_stop_0"]);
});

Deno.test("a repetition that hangs is ended without a word", () => {
  const table = new Table();
  table.order("m", "monitor", recurring);
  table.reply(1, 0);
  table.at = 10_000;
  assert.deepEqual(table.step({ type: "timer", name: "repeat web_monitor_10000 web" }), ["run 2"]);
  table.order("s", "stop");
  assert.deepEqual(table.reply(2, 7), ["no end 2", "run 3"]);
});

Deno.test("a plugin that does not end a monitor holds up the stop for a bounded time", () => {
  const table = new Table();
  table.order("m", "monitor", recurring);
  table.order("s", "stop");
  table.at = endMs;
  assert.deepEqual(table.step({ type: "timer", name: "end 1" }), [
    "no end 1",
    "monitor m 1:1 first",
    "run 2",
  ]);
  assert.deepEqual(table.reply(1, 0), [], "its late answer is nobody's");
  assert.deepEqual(table.reply(2, 0), ["stop s 0:0 first"]);
});

Deno.test("a stop ends no probe, and no operation that changes the state", () => {
  for (const action of ["monitor", "start"]) {
    const table = new Table();
    assert.deepEqual(table.order("first", action), ["run 1"]);
    assert.deepEqual(table.order("s", "stop"), []);
  }
});

Deno.test("a monitor ordered again while it runs goes on, and answers the new order", () => {
  const table = new Table();
  table.order("m", "monitor", recurring);
  const again = { ...recurring, transitionKey: "second" };
  assert.deepEqual(table.order("n", "monitor", again), ["monitor m 1:1 first"]);
  assert.deepEqual(table.reply(1, 0), ["repeat", "monitor n 0:0 second"]);
  assert.deepEqual(table.history(), ["web_monitor_10000"]);
});

Deno.test("a monitor ordered with other parameters replaces the one that runs", () => {
  const table = new Table();
  table.order("m", "monitor", recurring);
  const other = { ...recurring, parameters: { port: "81" }, transitionKey: "second" };
  assert.ok(table.order("n", "monitor", other).includes("end"));
  assert.deepEqual(table.reply(1, 0), ["no end 1", "monitor m 1:1 first", "run 2"]);
  assert.deepEqual(table.reply(2, 0), ["repeat", "monitor n 0:0 second"]);
});

Deno.test("nothing waits for a delayed monitor, and nothing begins it early", () => {
  const table = new Table();
  table.order("m", "monitor", { ...recurring, startDelayMs: 5_000 });
  assert.deepEqual(table.order("p", "monitor"), ["run 2"]);
  assert.deepEqual(table.reply(2, 0), ["monitor p 0:0 first"]);
  assert.deepEqual(table.order("s", "stop"), [
    "no repeat web_monitor_10000 web",
    "no delay 1 web",
    "monitor m 1:1 first",
    "run 3",
  ]);
  assert.deepEqual(table.step({ type: "timer", name: "delay 1 web" }), []);
});

Deno.test("a plugin that says nothing until the timeout is over has timed out", () => {
  const table = new Table();
  table.order("s", "start");
  table.at = 65_000;
  const result = { ok: false, error: "no answer" } as const;
  assert.deepEqual(table.step({ type: "reply", id: "1", result }), ["start s 2:1 first"]);
  table.order("t", "start");
  assert.deepEqual(table.step({ type: "reply", id: "2", result }), ["start t 4:1 first"]);
});
