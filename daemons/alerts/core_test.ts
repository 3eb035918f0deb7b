/**
 * Alerts: order, bounds, drops, failures, tests, and what is loaded when.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Alert } from "../../plugins/handler/notifier/contract.ts";
import type { Effect, Event, Result } from "../runtime/machine.ts";
import type { AlertConfig, ClusterEvent, Message } from "../runtime/messages.ts";
import { alerts } from "./core.ts";
import { idleMs, queueMax, reportEveryMs, retryMs } from "./limits.ts";

type Call = Extract<Effect, { type: "call" }>;

/** Alerts of one node, whose notifiers answer when the test says so. */
class Bench {
  readonly machine = alerts();
  at = 0;
  readonly calls: Call[] = [];
  readonly loads: string[] = [];
  readonly unloads: string[] = [];
  readonly said: Message[] = [];
  readonly timers = new Map<string, number>();
  /** Whether plugins can be loaded. */
  loadable = true;
  #sequence = 0;

  constructor(...configs: readonly AlertConfig[]) {
    this.step({
      type: "start",
      at: 0,
      wallMs: 1_000_000,
      seed: 1,
      node: "alice",
      saved: new Map(),
    });
    this.configure(...configs);
  }

  step(event: Event): void {
    for (const effect of this.machine.step(this.machine.state, event, false)) {
      if (effect.type === "call") this.calls.push(effect);
      else if (effect.type === "send") this.said.push(effect.message);
      else if (effect.type === "timer") this.timers.set(effect.name, this.at + effect.inMs);
      else if (effect.type === "cancel") this.timers.delete(effect.name);
      else if (effect.type === "unload") this.unloads.push(effect.instance);
      else if (effect.type === "load") {
        this.loads.push(effect.instance);
        const result: Result = this.loadable
          ? { ok: true, value: "process" }
          : { ok: false, error: "was not approved" };
        this.step({ type: "loaded", at: this.at, instance: effect.instance, result });
      }
    }
  }

  say(message: Message, service = "events"): void {
    this.step({ type: "message", at: this.at, from: { node: "alice", service }, message });
  }

  configure(...configs: readonly AlertConfig[]): void {
    this.say({ type: "alerts/configure", alerts: configs });
  }

  event(what: string, more: Partial<ClusterEvent> = {}): void {
    const event: ClusterEvent = {
      sequence: ++this.#sequence,
      wallMs: 0,
      kind: "node",
      node: "bob",
      what,
      facts: { node: "bob", nodeid: "2", desc: "lost" },
      ...more,
    };
    this.say({ type: "alerts/event", event });
  }

  /** Answers the oldest call of a recipient. */
  answer(recipient: string, result: Result = { ok: true, value: undefined }): void {
    const at = this.calls.findIndex((call) => alertOf(call).recipient === recipient);
    const [call] = this.calls.splice(at, 1);
    assert.ok(call?.id !== undefined && at >= 0, `a call of ${recipient}`);
    this.step({ type: "reply", at: this.at, id: call.id, result });
  }

  /** Time passes, timers fire in their order. */
  pass(ms: number): void {
    for (const end = this.at + ms;;) {
      const [next] = [...this.timers].sort(([, one], [, other]) => one - other);
      if (next === undefined || next[1] > end) {
        this.at = end;
        return;
      }
      this.at = next[1];
      this.timers.delete(next[0]);
      this.step({ type: "timer", at: this.at, name: next[0] });
    }
  }

  waiting(): readonly string[] {
    return this.calls.map((call) => `${alertOf(call).recipient} ${alertOf(call).what}`);
  }

  status() {
    this.said.length = 0;
    this.say({ type: "status/query", id: "s" }, "client-1");
    const [answer] = this.said;
    assert.ok(answer?.type === "status/answer");
    return answer.status;
  }
}

const alertOf = (call: Call): Alert => call.args[0] as Alert; // it is what was given to the plugin

function config(id: string, path: string, ...recipients: readonly string[]): AlertConfig {
  return {
    id,
    path,
    select: { nodes: true, fencing: true, resources: true },
    recipients: recipients.map((value) => ({
      id: `${id}-${value}`,
      value,
      timeoutMs: 5_000,
      parameters: { mode: "x" },
    })),
  };
}

Deno.test("each recipient gets its alerts in their order, one at a time", () => {
  const bench = new Bench(config("a", "/bin/agent", "x", "y"));
  for (const what of ["1", "2", "3"]) bench.event(what);
  assert.deepEqual(bench.waiting(), ["x 1", "y 1"]);
  bench.answer("y");
  bench.answer("y");
  assert.deepEqual(bench.waiting(), ["x 1", "y 3"], "one that hangs delays nobody else");
  bench.answer("x", { ok: false, error: "no" });
  assert.deepEqual(bench.waiting(), ["y 3", "x 2"]);
  assert.deepEqual(bench.loads, ["a/a-x"], "a program is loaded once for all of its recipients");
  assert.deepEqual(alertOf(bench.calls[0]!).parameters, { mode: "x" });
});

Deno.test("the deadline of a call is the timeout of its alert and a little more", () => {
  const bench = new Bench(config("a", "webhook", "x"));
  bench.event("1");
  assert.deepEqual(bench.calls.map(({ deadlineMs }) => deadlineMs), [7_000]);
  assert.deepEqual(alertOf(bench.calls[0]!).parameters, {}, "a plugin has them as configuration");
});

Deno.test("10,000 alerts to a recipient that hangs: bounded, counted, reported once a minute", () => {
  const bench = new Bench(config("a", "/bin/agent", "hangs", "fine"));
  for (let number = 1; number <= 10_000; number++) {
    bench.pass(6);
    bench.event(String(number));
    bench.answer("fine");
  }
  const dropped = 10_000 - 1 - queueMax;
  const lane = { alert: "a", error: "" };
  assert.deepEqual(bench.machine.state.lanes.get("a a-hangs")?.queue.length, queueMax);
  const reports = bench.said.filter(({ type }) => type === "alerts/report");
  assert.equal(reports.length, 1, "once within the minute");
  bench.pass(reportEveryMs);
  const counts = bench.said.flatMap((one) => one.type === "alerts/report" ? [one.dropped] : []);
  assert.equal(counts.length, 2);
  assert.equal(counts.reduce((sum, one) => sum + one, 0), dropped);
  assert.deepEqual(bench.status(), {
    recipients: [
      { ...lane, recipient: "a-hangs", waiting: queueMax + 1, delivered: 0, dropped, failed: 0 },
      { ...lane, recipient: "a-fine", waiting: 0, delivered: 10_000, dropped: 0, failed: 0 },
    ],
  });
  bench.answer("hangs");
  assert.deepEqual(bench.waiting(), [`hangs ${10_000 - queueMax + 1}`], "the newest are kept");
});

Deno.test("an alert is called for what it selects", () => {
  const only = (select: AlertConfig["select"]) => {
    const bench = new Bench({ ...config("a", "/bin/agent", "x"), select });
    bench.event("node");
    bench.event("fencing", { kind: "fencing" });
    bench.event("resource", { kind: "resource" });
    bench.event("pingd", { kind: "attribute", facts: { attribute_name: "pingd" } });
    bench.event("other", { kind: "attribute", facts: { attribute_name: "other" } });
    bench.event("quorum", { kind: "quorum" });
    const found: string[] = [];
    while (bench.calls[0] !== undefined) {
      found.push(alertOf(bench.calls[0]).what);
      bench.answer("x");
    }
    return found;
  };
  const none = { nodes: false, fencing: false, resources: false };
  assert.deepEqual(only({ nodes: true, fencing: true, resources: true }), [
    "node",
    "fencing",
    "resource",
  ]);
  assert.deepEqual(only({ ...none, nodes: true }), ["node"]);
  assert.deepEqual(only({ ...none, attributes: [] }), ["pingd", "other"]);
  assert.deepEqual(only({ ...none, attributes: ["pingd"] }), ["pingd"]);
  assert.deepEqual(only(none), []);
});

Deno.test("a notifier is loaded when it is needed, tried again when it fails, unloaded when idle", () => {
  const bench = new Bench(config("a", "webhook", "x"));
  assert.deepEqual(bench.loads, []);
  bench.loadable = false;
  bench.event("1");
  assert.deepEqual([bench.loads.length, bench.calls.length], [1, 0]);
  bench.loadable = true;
  bench.pass(retryMs);
  assert.deepEqual(bench.waiting(), ["x 1"], "what waited is not lost");
  bench.answer("x");
  bench.pass(idleMs);
  assert.deepEqual(bench.unloads, ["a/a-x"]);
  bench.event("2");
  assert.deepEqual([bench.loads.length, bench.waiting()], [3, ["x 2"]]);
  bench.step({
    type: "fault",
    at: bench.at,
    instance: "a/a-x",
    why: "given up",
    givenUp: true,
  });
  bench.answer("x", { ok: false, error: "it ended" });
  bench.event("3");
  assert.deepEqual(bench.waiting(), []);
  bench.pass(retryMs);
  assert.deepEqual(bench.waiting(), ["x 3"]);
});

Deno.test("a test goes through the queue, and says what came of each recipient", () => {
  const bench = new Bench(config("a", "/bin/agent", "x", "y"));
  bench.event("1");
  bench.say({ type: "alerts/test", id: "t", alert: "a" }, "client-1");
  bench.answer("x");
  bench.answer("y");
  assert.match(bench.waiting().join(), /x test of alert a on alice,y test/);
  bench.pass(40);
  bench.answer("y", { ok: false, error: "no route" });
  bench.answer("x");
  const results = [
    { recipient: "a-y", ok: false, tookMs: 40, error: "no route" },
    { recipient: "a-x", ok: true, tookMs: 40 },
  ];
  assert.deepEqual(bench.said.at(-1), { type: "alerts/tested", id: "t", results });
  bench.say({ type: "alerts/test", id: "u", alert: "b" }, "client-1");
  assert.match(JSON.stringify(bench.said.at(-1)), /no such alert/);
});

Deno.test("a test does not wait for a notifier that cannot be used, nor for ever", () => {
  const bench = new Bench(config("a", "/bin/agent", "x"));
  bench.loadable = false;
  bench.say({ type: "alerts/test", id: "t", alert: "a" }, "client-1");
  assert.match(JSON.stringify(bench.said.at(-1)), /was not approved/);
  const slow = new Bench(config("a", "/bin/agent", "x"));
  slow.event("1");
  slow.say({ type: "alerts/test", id: "t", alert: "a", recipient: "a-x" }, "client-1");
  slow.pass(90_000);
  assert.match(JSON.stringify(slow.said.at(-1)), /no result within 90000 ms; 1 alerts wait/);
});

Deno.test("another configuration keeps what waits for the recipients that stay", () => {
  const bench = new Bench(config("a", "/bin/agent", "x", "y"));
  for (const what of ["1", "2"]) bench.event(what);
  bench.configure({ ...config("a", "/bin/agent", "x", "z") });
  bench.answer("x");
  assert.ok(bench.waiting().includes("x 2"));
  bench.answer("y");
  assert.ok(!bench.waiting().includes("y 2"), "who was removed gets nothing more");
  bench.event("3");
  assert.ok(bench.waiting().includes("z 3"));
  bench.configure();
  assert.deepEqual(bench.unloads, ["a/a-x"]);
});
