import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { LrmOperation, Message } from "../runtime/messages.ts";
import { lrmd } from "./core.ts";
import { lrmRules } from "./protocol.ts";
import { spreadMsMax } from "./schedule.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("lrmd_core");

/** A machine on a table: events in, effects out, a clock that is moved by hand. */
function table(parallelMax = 4) {
  const machine = recorded(lrmd({
    classes: { deno: { plugin: "ra/deno", config: {} } },
    parallelMax,
  }));
  let at = 0;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const seen = {
    at: (ms: number) => void (at = ms),
    step,
    say: (message: Message) =>
      step({ type: "message", from: { node: "alice", service: "crmd" }, message }),
    reply: (id: string, rc: number, timedOut = false) =>
      step({ type: "reply", id, result: { ok: true, value: { rc, timedOut, output: "" } } }),
  };
  step({ type: "start", wallMs: 1_000_000, seed: 1, node: "alice", saved: new Map() });
  step({ type: "loaded", instance: "ra:deno", result: { ok: true, value: "process" } });
  return seen;
}

const operation = (action: string, change: Partial<LrmOperation> = {}): LrmOperation => ({
  resource: "web",
  agent: { class: "deno", provider: "pils", type: "WebServer" },
  action,
  intervalMs: 0,
  timeoutMs: 20_000,
  startDelayMs: 0,
  parameters: {},
  transitionKey: "key",
  ...change,
});

const calls = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "call"
      ? [
        `${effect.id} ${(effect.args[0] as LrmOperation).resource} ${
          (effect.args[0] as LrmOperation).action
        }`,
      ]
      : []
  );
const results = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "lrm/result" ? [effect.message] : []
  );
const execute = (id: string, operation: LrmOperation): Message => ({
  type: "lrm/execute",
  id,
  operation,
});

scenario("operations of one resource run one after another, of several side by side", () => {
  const { say, reply } = table();
  assert.deepEqual(calls(say(execute("a", operation("start")))), ["1 web start"]);
  assert.deepEqual(calls(say(execute("b", operation("stop")))), []);
  assert.deepEqual(calls(say(execute("c", operation("start", { resource: "db" })))), [
    "3 db start",
  ]);
  const effects = reply("1", 0);
  assert.deepEqual(results(effects).map(({ id, result }) => [id, result.rc]), [["a", 0]]);
  assert.deepEqual(calls(effects), ["2 web stop"]);
});

scenario("no more than the bound run at once", () => {
  const { say, reply } = table(1);
  assert.equal(calls(say(execute("a", operation("start")))).length, 1);
  assert.deepEqual(calls(say(execute("b", operation("start", { resource: "db" })))), []);
  assert.deepEqual(calls(reply("1", 0)), ["2 db start"]);
});

scenario("a recurring operation repeats, and only a change is news", () => {
  const { say, step, reply } = table();
  say(execute("a", operation("monitor", { intervalMs: 1000 })));
  const first = reply("1", 0);
  assert.deepEqual(results(first).map(({ id }) => id), ["a"]);
  assert.ok(
    first.some((effect) =>
      effect.type === "timer" && effect.name === "repeat web_monitor_1000 web" &&
      effect.inMs > 0 && effect.inMs <= 1000
    ),
  );
  assert.deepEqual(calls(step({ type: "timer", name: "repeat web_monitor_1000 web" })), [
    "2 web monitor",
  ]);
  assert.deepEqual(results(reply("2", 0)), []);
  step({ type: "timer", name: "repeat web_monitor_1000 web" });
  const failed = results(reply("3", 7));
  assert.deepEqual(failed.map(({ id, result }) => [id, result.rc]), [[undefined, 7]]);
});

scenario("a change of state ends the monitors of the old state", () => {
  const { say, step, reply } = table();
  say(execute("a", operation("monitor", { intervalMs: 1000 })));
  reply("1", 0);
  say(execute("b", operation("stop")));
  assert.deepEqual(calls(step({ type: "timer", name: "repeat web_monitor_1000 web" })), []);
});

scenario("a timeout is status 2, a plugin that failed is status 4", () => {
  const { say, step, reply } = table();
  say(execute("a", operation("start")));
  assert.equal(results(reply("1", 1, true))[0]?.result.status, 2);
  say(execute("b", operation("start")));
  const effects = step({ type: "reply", id: "2", result: { ok: false, error: "it died" } });
  assert.deepEqual(
    results(effects).map(({ result }) => [result.rc, result.status, result.output]),
    [
      [1, 4, "it died"],
    ],
  );
});

scenario("an unknown class gives 5 and names those there are", () => {
  const { say } = table();
  const [message] = results(say(execute(
    "a",
    operation("monitor", { agent: { class: "ocf", provider: "heartbeat", type: "Dummy" } }),
  )));
  assert.equal(message?.result.rc, 5);
  assert.match(message?.result.output ?? "", /"ocf".*deno/);
});

scenario("a stonith resource asks stonithd, and remembers that it was started", () => {
  const { say, step } = table();
  const stonith = { agent: { class: "stonith", type: "process" }, resource: "power" };
  assert.equal(results(say(execute("a", operation("monitor", stonith))))[0]?.result.rc, 7);
  const asked = say(execute("b", operation("start", stonith)));
  const check = asked.find((effect) =>
    effect.type === "send" && effect.message.type === "fence/check"
  );
  assert.ok(check?.type === "send" && check.message.type === "fence/check");
  const { id } = check.message;
  const answered = say({ type: "fence/checked", id, ok: true, detail: "fine" });
  assert.equal(results(answered)[0]?.result.rc, 0);
  say(execute("c", operation("monitor", stonith)));
  assert.equal(results(step({ type: "timer", name: "check 3" }))[0]?.result.status, 2);
});

scenario("the state tells the last result of each operation, and forgetting clears it", () => {
  const { say, reply } = table();
  say(execute("a", operation("start")));
  reply("1", 0);
  say(execute("b", operation("monitor", { intervalMs: 1000 })));
  reply("2", 0);
  const [state] = say({ type: "lrm/query", id: "q" });
  assert.ok(state?.type === "send" && state.message.type === "lrm/state");
  assert.deepEqual(state.message.results.map(({ operation }) => operation.action), [
    "monitor",
    "start",
  ]);
  say({ type: "lrm/forget", id: "f", resource: "web" });
  const [after] = say({ type: "lrm/query", id: "q" });
  assert.ok(after?.type === "send" && after.message.type === "lrm/state");
  assert.deepEqual(after.message.results, []);
});

scenario("a cancelled repetition is not reported, and cancelling twice is told", () => {
  const { say, step, reply } = table();
  say(execute("a", operation("monitor", { intervalMs: 1000 })));
  reply("1", 0);
  step({ type: "timer", name: "repeat web_monitor_1000 web" });
  const cancel: Message = {
    type: "lrm/cancel",
    id: "c",
    resource: "web",
    action: "monitor",
    intervalMs: 1000,
  };
  const found = (effects: readonly Effect[]) =>
    effects.flatMap((effect) =>
      effect.type === "send" && effect.message.type === "lrm/cancelled"
        ? [effect.message.found]
        : []
    );
  assert.deepEqual(found(say(cancel)), [true]);
  assert.deepEqual(found(say(cancel)), [false]);
  assert.deepEqual(results(reply("2", 7)), []);
});

scenario(
  "a class of agents that answers with anything but a result is a failure of its own",
  () => {
    for (
      const value of [null, undefined, 0, [], {}, { rc: "0" }, { rc: 0, timedOut: 0, output: "" }]
    ) {
      const it = table();
      const [call = ""] = calls(
        it.say({ type: "lrm/execute", id: "1", operation: operation("start") }),
      );
      const after = it.step({
        type: "reply",
        id: call.split(" ")[0] ?? "",
        result: { ok: true, value },
      });
      const told = JSON.stringify(after);
      assert.match(told, /"rc":1/);
      assert.match(told, /returned no result/);
    }
  },
);

scenario(
  "a resource is stopped with what it was started with, whatever its configuration is now",
  () => {
    const { say, reply } = table();
    const given = (effects: readonly Effect[]) =>
      effects.flatMap((effect) =>
        effect.type === "call" ? [(effect.args[0] as LrmOperation).parameters] : []
      );
    const timeout = { CRM_meta_timeout: "9" };
    const started = { port: "80", root: "/srv" };
    say(execute("a", operation("start", { parameters: { ...started, ...timeout } })));
    reply("1", 0);
    // Of another port since, of which a start would fail; then gone from the configuration.
    const stop = (parameters: LrmOperation["parameters"]) =>
      given(say(execute("b", operation("stop", { parameters }))));
    assert.deepEqual(stop({ port: "81", ...timeout }), [{ ...started, ...timeout }]);
    reply("2", 1);
    assert.deepEqual(stop({ crm_feature_set: "3.16" }), [{ ...started, crm_feature_set: "3.16" }]);
    reply("3", 0);
    const again = { port: "81", ...timeout };
    assert.deepEqual(given(say(execute("c", operation("start", { parameters: again })))), [again]);
    reply("4", 0);
    assert.deepEqual(stop(timeout), [again]);
  },
);

scenario("of a resource that never ran here a stop has what its order says", () => {
  const { say, reply } = table();
  say(execute("a", operation("monitor", { parameters: { port: "80" } })));
  reply("1", 7);
  const effects = say(execute("b", operation("stop", { parameters: { port: "81" } })));
  const [call] = effects.filter((effect) => effect.type === "call");
  assert.deepEqual((call?.args[0] as LrmOperation).parameters, { port: "81" });
});

/** The results of operations that an agent answers with these codes, in a row. */
function answered(...steps: readonly (readonly [action: string, rc: number])[]): number[] {
  const { say, reply } = table();
  return steps.flatMap(([action, rc], index) => {
    const [name = "", interval] = action.split(" ");
    say(execute(`${index}`, operation(name, { intervalMs: Number(interval ?? 0) })));
    return results(reply(`${index + 1}`, rc)).map(({ result }) => result.rc);
  });
}

scenario(
  "what was never started does not run, and is stopped, if its agent refuses its parameters",
  () => {
    for (const rc of [2, 5, 6]) {
      assert.deepEqual(answered(["stop", rc]), [0], `stop answered with ${rc}`);
      assert.deepEqual(answered(["start", rc], ["stop", rc]), [rc, 0]);
    }
    assert.deepEqual(answered(["monitor", 6], ["start", 6], ["stop", 6]), [7, 6, 0]);
    assert.deepEqual(answered(["monitor", 7], ["stop", 6]), [7, 0]);
    assert.deepEqual(answered(["start", 0], ["stop", 0], ["stop", 6]), [0, 0, 0]);
  },
);

scenario(
  "a stop that is refused counts as failed where something was started, or may have been",
  () => {
    for (const before of [["start", 0], ["start", 1], ["monitor", 0], ["monitor", 1]] as const) {
      assert.deepEqual(answered(before, ["stop", 6]), [before[1], 6], before.join(" "));
    }
    assert.deepEqual(answered(["start", 0], ["monitor 1000", 6], ["stop", 6]), [0, 6, 6]);
    assert.deepEqual(answered(["start", 0], ["stop", 1], ["stop", 6]), [0, 1, 6]);
    // Refusals alone: any other failure of a stop is one.
    assert.deepEqual(answered(["stop", 1]), [1]);
    assert.deepEqual(answered(["monitor", 5]), [5]);
  },
);

scenario("times of 600 hours wait, and do not come to pass at once", () => {
  const longMs = 600 * 3_600_000;
  const waits = (effects: readonly Effect[]) =>
    effects.flatMap((effect) =>
      effect.type === "timer" ? [effect.inMs] : effect.type === "call" ? [effect.deadlineMs] : []
    );
  const { say, reply } = table();
  const within = (effects: readonly Effect[]) => {
    const [ms = 0] = waits(effects);
    assert.ok(ms > 1_900_000_000 && ms < 2 ** 31, `${ms}`);
  };
  within(say(execute("a", operation("start", { timeoutMs: longMs }))));
  reply("1", 0);
  say(execute("b", operation("monitor", { intervalMs: longMs })));
  const repeated = reply("2", 0);
  // The runtime holds timers of any length: the second run comes a little early at most.
  const [secondMs = 0] = waits(repeated);
  assert.ok(secondMs <= longMs && secondMs > longMs - spreadMsMax, `${secondMs}`);
  // Its name is that of the interval that was asked for.
  assert.equal(results(repeated)[0]?.result.operation.intervalMs, longMs);
  within(say(execute("c", operation("monitor", { resource: "db", startDelayMs: longMs }))));
  const agent = { class: "stonith", type: "process" };
  within(say(execute("d", operation("start", { resource: "power", agent, timeoutMs: longMs }))));
});

scenario("the cib hears what an agent says of itself, or at once that nobody knows it", () => {
  const { step } = table();
  const ask = (id: string, agent: { class: string; type: string }) =>
    step({
      type: "message",
      from: { node: "alice", service: "cib" },
      message: { type: "lrm/describe", id, agent },
    });
  const answers = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => effect.type === "send" ? [effect] : []);
  const [call] = ask("1", { class: "deno", type: "WebServer" });
  assert.ok(call?.type === "call" && call.id !== undefined);
  assert.deepEqual([call.instance, call.method, call.args], [
    "ra:deno",
    "describe",
    [{ type: "WebServer" }],
  ]);
  const to = { service: "cib" };
  assert.deepEqual(
    answers(step({ type: "reply", id: call.id, result: { ok: true, value: "<xml/>" } })),
    [{ type: "send", to, message: { type: "lrm/described", id: "1", metaData: "<xml/>" } }],
  );
  assert.deepEqual(answers(ask("2", { class: "lsb", type: "cron" })), [
    { type: "send", to, message: { type: "lrm/described", id: "2" } },
  ]);
  // A stranger's plugin answers with anything, or not at all.
  for (
    const result of [{ ok: true, value: 7 }, { ok: true, value: "x".repeat(300_000) }, {
      ok: false,
      error: "no such agent",
    }] as const
  ) {
    const [call] = ask("3", { class: "deno", type: "Other" });
    assert.ok(call?.type === "call" && call.id !== undefined);
    assert.deepEqual(answers(step({ type: "reply", id: call.id, result })), [
      { type: "send", to, message: { type: "lrm/described", id: "3" } },
    ]);
  }
});

scenario("however long an answer is, the crmd takes the result and the state of the node", () => {
  const { step, say } = table();
  say(execute("1", operation("start")));
  const value = { rc: 1, timedOut: false, output: `${"x".repeat(1_000_000)} the reason` };
  const [told] = results(step({ type: "reply", id: "1", result: { ok: true, value } }));
  assert.ok(told);
  assert.match(told.result.output, /x the reason$/);
  assert.equal(told.result.output.length, 4_096);
  assert.deepEqual(lrmRules["lrm/result"].read(told), told);
  const [state] = say({ type: "lrm/query", id: "2" }).flatMap((effect) =>
    effect.type === "send" && effect.message.type === "lrm/state" ? [effect.message] : []
  );
  assert.deepEqual(lrmRules["lrm/state"].read(state), state);
});

scenario("what waits and is made void by a change of state is answered as cancelled, once", () => {
  const { say, reply } = table();
  say(execute("a", operation("start")));
  reply("1", 0);
  // A monitor that hangs, another behind it, and then a stop that makes both void.
  say(execute("b", operation("monitor", { intervalMs: 10_000 })));
  assert.deepEqual(results(say(execute("c", operation("monitor", { intervalMs: 60_000 })))), []);
  const told = results(say(execute("d", operation("stop"))));
  assert.deepEqual(told.map(({ id, result }) => [id, result.status]), [["c", 1]]);
  const after = [...results(reply("2", 1, true)), ...results(reply("4", 0))];
  assert.deepEqual(after.map(({ id }) => id), ["b", "d"]);
  const state = say({ type: "lrm/query", id: "e" }).flatMap((effect) =>
    effect.type === "send" && effect.message.type === "lrm/state" ? effect.message.results : []
  );
  assert.ok(state.every(({ status }) => status !== 1), "it leaves no trace");
});

Deno.test("it says how much it does to who asks", () => {
  const machine = lrmd({ classes: {}, parallelMax: 4 });
  const from = { node: "alice", service: "client-1" };
  const message = { type: "status/query", id: "s" } as const;
  assert.deepEqual(machine.step(machine.state, { type: "message", at: 0, from, message }, false), [{
    type: "send",
    to: { service: "client-1" },
    message: { type: "status/answer", id: "s", status: { resources: 0, running: 0 } },
  }]);
});
