import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { LrmOperation, LrmResult, Message } from "../runtime/messages.ts";
import { lrmd } from "./core.ts";
import { restoreMs } from "./restore.ts";

const result = (
  resource: string,
  action: string,
  callId: number,
  change: Partial<LrmOperation> = {},
): LrmResult => ({
  operation: {
    resource,
    agent: { class: "ocf", type: "Dummy" },
    action,
    intervalMs: 0,
    timeoutMs: 1_000,
    startDelayMs: 0,
    parameters: {},
    transitionKey: "key",
    ...change,
  },
  callId,
  rc: 0,
  status: 0,
  execMs: 1,
  queueMs: 0,
  lastRunS: 0,
  lastChangeS: 0,
  output: "",
});

const monitor = { intervalMs: 10_000 };

function begun() {
  const machine = lrmd({ classes: { ocf: { plugin: "ra/ocf", config: {} } }, parallelMax: 4 });
  const step = (event: Partial<Event> & Pick<Event, "type">): readonly Effect[] =>
    machine.step(machine.state, { at: 7_000, ...event } as Event);
  step({ type: "start", wallMs: 0, seed: 1, node: "a", saved: new Map() });
  step({ type: "loaded", instance: "ra:ocf", result: { ok: true, value: "" } });
  const say = (message: Message) =>
    step({ type: "message", from: { node: "a", service: "crmd" }, message });
  return { machine, step, say };
}

Deno.test("a resource manager that begins again repeats at once what the one before it repeated", () => {
  const { machine, step, say } = begun();
  const results = [
    result("web", "start", 3),
    result("web", "monitor", 4, monitor),
    result("db", "monitor", 5, { intervalMs: 2_160_000_000 }),
  ];
  const effects = say({ type: "lrm/restore", results });
  assert.deepEqual(
    effects.map((effect) => effect.type === "timer" ? effect.name : effect.type),
    ["repeat web_monitor_10000 web", "repeat db_monitor_2160000000 db"],
    "no service is touched",
  );
  for (const effect of effects) assert.ok(effect.type === "timer" && effect.inMs <= restoreMs);
  const [answer] = say({ type: "lrm/query", id: "q" });
  assert.ok(answer?.type === "send" && answer.message.type === "lrm/state");
  assert.deepEqual(answer.message.results.map(({ callId }) => callId), [5, 4, 3]);
  assert.equal(machine.state.lastCall, 5, "later calls have higher numbers");
  const [call] = step({ type: "timer", name: "repeat web_monitor_10000 web" });
  assert.ok(call?.type === "call" && call.id !== undefined);
  const value = { rc: 0, timedOut: false, output: "" };
  const after = step({ type: "reply", id: call.id, result: { ok: true, value } });
  assert.deepEqual(after.map(({ type }) => type), ["timer"], "no change, no news");
});

Deno.test("what it knows itself is not replaced, and a device that was started still is", () => {
  const { machine, say } = begun();
  say({
    type: "lrm/execute",
    id: "1",
    operation: result("web", "stop", 1).operation,
  });
  const device = { agent: { class: "stonith", type: "process" } };
  const effects = say({
    type: "lrm/restore",
    results: [
      result("web", "monitor", 2, monitor),
      result("off", "stop", 5, device),
      result("off", "start", 4, device),
      result("power", "start", 3, device),
    ],
  });
  assert.deepEqual(effects, []);
  assert.equal(machine.state.resources.get("web")?.recurring.size, 0);
  assert.equal(machine.state.resources.get("power")?.started, true);
  assert.equal(machine.state.resources.get("off")?.started, false);
});
