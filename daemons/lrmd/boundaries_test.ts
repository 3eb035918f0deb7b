/**
 * The edges of the local resource manager: bounds at and beyond them, times, what is cancelled and
 * what is not, and what is logged.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { LrmOperation, LrmResult, Message } from "../runtime/messages.ts";
import { Refusal } from "../runtime/reader.ts";
import { lrmd } from "./core.ts";
import { describingMax } from "./describe.ts";
import { graceMs } from "./dispatch.ts";
import { outcomeOfNothing } from "./never_started.ts";
import { lrmRules, metaDataCharactersMax } from "./protocol.ts";
import { waitingMax } from "./queue.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("lrmd_boundaries");

/** A machine that began at 500 by its clock, when it was 1,000,000 ms since 1970. */
function table(options: { readonly loaded?: boolean } = {}) {
  const machine = recorded(lrmd({
    classes: { ocf: { plugin: "ra/ocf", config: 1 }, deno: { plugin: "ra/deno", config: 2 } },
    parallelMax: 100,
  }));
  let at = 500;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const begun = step({ type: "start", wallMs: 1_000_000, seed: 1, node: "a", saved: new Map() });
  if (options.loaded !== false) {
    step({ type: "loaded", instance: "ra:deno", result: { ok: true, value: "process" } });
  }
  const say = (message: Message) =>
    step({ type: "message", from: { node: "a", service: "crmd" }, message });
  return {
    begun,
    state: machine.state,
    step,
    say,
    at: (ms: number) => void (at = ms),
    run: (id: string, action: string, change: Partial<LrmOperation> = {}) =>
      say({ type: "lrm/execute", id, operation: { ...base, action, ...change } }),
    reply: (id: number, rc: number, timedOut = false) =>
      step({
        type: "reply",
        id: `${id}`,
        result: { ok: true, value: { rc, timedOut, output: "" } },
      }),
    history: (): readonly LrmResult[] => {
      const [answer] = say({ type: "lrm/query", id: "q" });
      assert.ok(answer?.type === "send" && answer.message.type === "lrm/state");
      return answer.message.results;
    },
  };
}

const base: LrmOperation = {
  resource: "web",
  agent: { class: "deno", provider: "pils", type: "WebServer" },
  action: "start",
  intervalMs: 0,
  timeoutMs: 20_000,
  startDelayMs: 0,
  parameters: {},
  transitionKey: "key",
};

const results = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "lrm/result" ? [effect.message] : []
  );
const calls = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "call" ? [effect] : []);
const logs = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "log" ? [`${effect.level}: ${effect.text}`] : []);

scenario(
  "a result says when it ran by the wall clock, how long it waited and how long it took",
  () => {
    const { run, reply, at } = table();
    at(2_000);
    run("1", "start");
    at(2_100);
    run("2", "stop");
    at(5_000);
    const [first] = results(reply(1, 0));
    assert.deepEqual(
      [
        first?.result.lastRunS,
        first?.result.lastChangeS,
        first?.result.queueMs,
        first?.result.execMs,
      ],
      [1_001, 1_001, 0, 3_000],
    );
    at(9_000);
    const [second] = results(reply(2, 0));
    assert.deepEqual(
      [second?.result.lastRunS, second?.result.queueMs, second?.result.execMs],
      [1_004, 2_900, 4_000],
    );
    assert.deepEqual([first?.result.callId, second?.result.callId], [1, 2]);
  },
);

scenario("the last change is when the code changed, not when it was seen again", () => {
  const { run, reply, step, at } = table();
  run("1", "monitor", { intervalMs: 1_000 });
  const repeat = (ms: number, number: number, rc: number) => {
    at(ms);
    step({ type: "timer", name: "repeat web_monitor_1000 web" });
    return results(reply(number, rc))[0]?.result;
  };
  reply(1, 0);
  assert.equal(repeat(10_500, 2, 0), undefined, "no news");
  const failed = repeat(20_500, 3, 7);
  assert.deepEqual([failed?.lastRunS, failed?.lastChangeS], [1_020, 1_020]);
  // Both may have the same second, and then their numbers alone say which came later.
  assert.equal(failed?.callId, 2, "another result comes after the one before");
  assert.equal(repeat(30_500, 4, 7), undefined);
  const good = repeat(40_500, 5, 0);
  assert.deepEqual([good?.lastChangeS, good?.callId], [1_040, 3]);
});

scenario(
  "as many operations wait for a resource as the bound says; one more is refused at once",
  () => {
    const { run } = table();
    run("running", "start");
    for (let at = 0; at < waitingMax; at++) assert.deepEqual(results(run(`${at}`, "notify")), []);
    const [refused] = results(run("more", "notify"));
    assert.deepEqual([refused?.id, refused?.result.rc, refused?.result.status], ["more", 1, 4]);
    assert.match(refused?.result.output ?? "", /64 operations wait/);
  },
);

scenario("a resource manager that stops takes nothing more and repeats nothing", () => {
  const { run, reply, step } = table();
  run("1", "monitor", { intervalMs: 1_000 });
  reply(1, 0);
  const stopped = step({ type: "stop" });
  assert.deepEqual(
    stopped.map((effect) => effect.type === "unload" ? effect.instance : effect.type),
    ["ra:deno", "stopped"],
  );
  assert.deepEqual(calls(step({ type: "timer", name: "repeat web_monitor_1000 web" })), []);
  const [refused] = results(run("2", "start"));
  assert.deepEqual([refused?.result.status, refused?.result.output], [
    4,
    "the local resource manager is stopping",
  ]);
});

scenario("only what changes a resource's state ends its monitors", () => {
  for (
    const [action, goesOn] of [
      ["monitor", true],
      ["notify", true],
      ["meta-data", true],
      ["start", false],
      ["promote", false],
      ["stop", false],
    ] as const
  ) {
    const { run, reply, step } = table();
    run("1", "monitor", { intervalMs: 1_000 });
    reply(1, 0);
    const effects = run("2", action);
    reply(2, 0);
    const cancels = effects.filter(({ type }) => type === "cancel");
    const repeated = calls(step({ type: "timer", name: "repeat web_monitor_1000 web" }));
    assert.deepEqual([repeated.length, cancels.length], goesOn ? [1, 0] : [0, 1], action);
  }
});

scenario("what is cancelled while it waits is taken back alone", () => {
  const { run, reply, step, say } = table();
  run("1", "monitor", { intervalMs: 1_000 });
  reply(1, 0);
  run("2", "notify");
  step({ type: "timer", name: "repeat web_monitor_1000 web" });
  run("3", "notify");
  const [answer] = say({
    type: "lrm/cancel",
    id: "c",
    resource: "web",
    action: "monitor",
    intervalMs: 1_000,
  }).filter(({ type }) => type === "send");
  assert.ok(answer?.type === "send" && answer.message.type === "lrm/cancelled");
  assert.equal(answer.message.found, true);
  assert.equal((calls(reply(2, 0))[0]?.args[0] as LrmOperation).action, "notify");
  // A probe has the name of no repetition, and cannot be cancelled.
  run("4", "monitor");
  for (const [resource, intervalMs] of [["web", 0], ["none", 1_000]] as const) {
    const [no] = say({ type: "lrm/cancel", id: "c", resource, action: "monitor", intervalMs });
    assert.ok(no?.type === "send" && no.message.type === "lrm/cancelled");
    assert.equal(no.message.found, false);
  }
});

scenario("an order to repeat that comes again replaces the one before", () => {
  const { run, reply, step } = table();
  run("1", "monitor", { intervalMs: 1_000 });
  reply(1, 0);
  run("2", "monitor", { intervalMs: 1_000, timeoutMs: 7_000 });
  reply(2, 0);
  const again = calls(step({ type: "timer", name: "repeat web_monitor_1000 web" }));
  assert.deepEqual(again.map(({ deadlineMs }) => deadlineMs), [7_000 + graceMs]);
});

scenario("notifications and meta-data leave nothing in the history", () => {
  const { run, reply, history } = table();
  run("1", "notify");
  reply(1, 0);
  run("2", "meta-data");
  reply(2, 0);
  assert.deepEqual(history(), []);
});

scenario("a delayed operation begins when its delay is over, and not before", () => {
  const { run, step } = table();
  const effects = run("1", "start", { startDelayMs: 1 });
  assert.deepEqual(calls(effects), []);
  assert.deepEqual(effects, [{ type: "timer", name: "delay 1 web", inMs: 1 }]);
  assert.equal(calls(step({ type: "timer", name: "delay 1 web" })).length, 1);
});

scenario("an operation waits for its class to be loaded, and for no other", () => {
  const { begun, run, step } = table({ loaded: false });
  assert.deepEqual(begun, []);
  assert.deepEqual(run("1", "start"), [
    { type: "load", instance: "ra:deno", plugin: "ra/deno", config: 2 },
  ]);
  const agent = { class: "ocf", type: "Dummy" };
  assert.deepEqual(run("2", "start", { resource: "db", agent }), [
    { type: "load", instance: "ra:ocf", plugin: "ra/ocf", config: 1 },
  ]);
  assert.deepEqual(run("3", "start", { resource: "ip", agent }), [], "it is loaded once");
  const error = "no such plugin";
  const ocf = step({ type: "loaded", instance: "ra:ocf", result: { ok: false, error } });
  assert.deepEqual(logs(ocf), [
    "err: no such plugin [HA7006]",
    "warning: db_start_0 gives 5: no such plugin [HA7001]",
    "warning: ip_start_0 gives 5: no such plugin [HA7001]",
  ]);
  assert.deepEqual(
    results(ocf).map(({ result: { operation, rc, output } }) => [operation.resource, rc, output]),
    [["db", 5, error], ["ip", 5, error]],
  );
  const deno = step({ type: "loaded", instance: "ra:deno", result: { ok: true, value: "" } });
  assert.equal(calls(deno).length, 1);
});

Deno.test("a class that could not be used is tried again when it is next needed after a while", () => {
  const { run, step } = table({ loaded: false });
  const agent = { class: "ocf", type: "Dummy" };
  const start = (id: string) => run(id, "start", { resource: id, agent });
  start("1");
  const gone = step({ type: "loaded", instance: "ra:ocf", result: { ok: false, error: "slow" } });
  assert.ok(
    gone.some((effect) =>
      effect.type === "timer" && effect.name === "class ocf" && effect.inMs === 30_000
    ),
  );
  assert.deepEqual(results(start("2")).map(({ result }) => result.rc), [5]);
  assert.deepEqual(step({ type: "timer", name: "class ocf" }), [], "nothing needs it");
  assert.deepEqual(start("3").map(({ type }) => type), ["load"]);
  step({ type: "loaded", instance: "ra:ocf", result: { ok: true, value: "" } });
  step({ type: "timer", name: "class ocf" });
  assert.deepEqual(calls(start("4")).length, 1, "one that is ready stays so");
});

Deno.test("a question about an agent waits until its class is loaded", () => {
  const { step } = table({ loaded: false });
  const ask = (id: string, name: string) =>
    step({
      type: "message",
      from: { node: "a", service: "cib" },
      message: { type: "lrm/describe", id, agent: { class: name, type: "Dummy" } },
    });
  assert.deepEqual(ask("1", "ocf").map(({ type }) => type), ["load"]);
  assert.deepEqual(ask("2", "ocf"), []);
  const unknown = ask("3", "lsb");
  assert.deepEqual(unknown.map((effect) => effect.type === "send" && effect.message), [
    { type: "lrm/described", id: "3" },
  ]);
  const loaded = step({ type: "loaded", instance: "ra:ocf", result: { ok: true, value: "" } });
  assert.deepEqual(calls(loaded).map(({ method }) => method), ["describe", "describe"]);
  for (let at = 0; at < describingMax; at++) ask(`deno ${at}`, "deno");
  assert.deepEqual(ask("more", "deno").map(({ type }) => type), ["send"], "they have a bound");
});

Deno.test("the reason that an agent gives goes with its result; what is no text is no reason", () => {
  const { run, step } = table();
  const reply = (id: string, reason: unknown) => {
    run(id, "start");
    const value = { rc: 1, timedOut: false, output: "said", reason };
    const [told] = results(step({ type: "reply", id, result: { ok: true, value } }));
    return told?.result.reason;
  };
  assert.equal(reply("1", "the disk is full"), "the disk is full");
  assert.equal(reply("2", 7), undefined);
  assert.equal(reply("3", "x".repeat(2_000)), "x".repeat(1_024));
});

Deno.test("the log says what an agent has failed at and why, once, and nothing of what is ordinary", () => {
  const { run, step } = table();
  let id = 0;
  const said = (rc: number, value: object, action = "start", intervalMs = 0) => {
    run(`${++id}`, action, { intervalMs });
    const result = { ok: true, value: { rc, timedOut: false, output: "", ...value } } as const;
    return logs(step({ type: "reply", id: `${id}`, result }));
  };
  assert.deepEqual(said(1, { output: "more", reason: "the disk is full" }), [
    "warning: web_start_0 gives 1: the disk is full [HA7001]",
  ]);
  assert.deepEqual(said(5, { output: "/a/b does not exist [HA7005]. Fix: install the agent" }), [
    "warning: web_start_0 gives 5: /a/b does not exist [HA7005]. Fix: install the agent",
  ]);
  assert.deepEqual(said(1, {}), [
    "warning: web_start_0 gives 1: the agent gives no reason [HA7001]",
  ]);
  for (const rc of [0, 7, 8, 190]) assert.deepEqual(said(rc, { output: "x" }, "monitor"), []);
});

scenario("a class that was given up runs nothing more; one that is restarted goes on", () => {
  const { run, step } = table();
  const fault = (givenUp: boolean) =>
    step({ type: "fault", instance: "ra:deno", why: "ended", givenUp });
  assert.deepEqual(logs(fault(false)), ['warning: The plugin of class "deno" ended [HA7006]']);
  assert.equal(calls(run("1", "start")).length, 1);
  fault(true);
  const [failed] = results(run("2", "start", { resource: "db" }));
  assert.deepEqual([failed?.result.rc, failed?.result.output], [5, "ended"]);
});

scenario("a question about an agent is answered once, and an answered one makes room", () => {
  const { step } = table();
  const ask = (id: string) =>
    step({
      type: "message",
      from: { node: "a", service: "cib" },
      message: { type: "lrm/describe", id, agent: { class: "deno", type: "X" } },
    });
  const asked = Array.from({ length: describingMax }, (_, at) => calls(ask(`${at}`))[0]?.id ?? "");
  assert.deepEqual(calls(ask("more")), [], "the bound");
  const reply = (id: string) => step({ type: "reply", id, result: { ok: true, value: "<x/>" } });
  assert.equal(reply(asked[0]!).length, 1);
  assert.deepEqual(reply(asked[0]!), []);
  assert.equal(calls(ask("next")).length, 1);
});

scenario("of what we say ourselves, the beginning is the reason", () => {
  const { run, say, step } = table();
  const why = `Cannot load "stonith/x": it is not in the lock\n  ${"more ".repeat(100)}`;
  run("1", "start", { resource: "power", agent: { class: "stonith", type: "x" } });
  const [device] = results(say({ type: "fence/checked", id: "1", ok: false, detail: why }));
  assert.match(
    device?.result.reason ?? "",
    /^Cannot load "stonith\/x": it is not in the lock more/,
  );
  const [call] = calls(run("2", "start", { resource: "web" }));
  const [plugin] = results(
    step({ type: "reply", id: call?.id ?? "", result: { ok: false, error: why } }),
  );
  assert.match(
    plugin?.result.reason ?? "",
    /^Cannot load "stonith\/x": it is not in the lock more/,
  );
});

scenario("what is asked of a stonith device goes by its result", () => {
  const { run, say, step } = table();
  const device = { resource: "power", agent: { class: "stonith", type: "process" } };
  const checked = (id: string, ok: boolean) =>
    results(say({ type: "fence/checked", id, ok, detail: "no power" }))[0]?.result;
  assert.equal(results(run("1", "stop", device))[0]?.result.rc, 0);
  run("2", "start", device);
  const failed = checked("2", false);
  assert.deepEqual([failed?.rc, failed?.status, failed?.output], [1, 0, "no power"]);
  // What failed to start was not started.
  assert.equal(results(run("3", "monitor", device))[0]?.result.rc, 7);
  run("4", "start", device);
  assert.equal(checked("4", true)?.rc, 0);
  assert.deepEqual(results(run("5", "monitor", device)), [], "stonithd is asked");
  const late = step({ type: "timer", name: "check 5" });
  assert.equal(results(late)[0]?.result.output, "stonithd did not answer");
  assert.deepEqual(checked("5", true), undefined, "too late");
  assert.equal(results(run("6", "stop", device))[0]?.result.rc, 0);
  assert.equal(results(run("7", "monitor", device))[0]?.result.rc, 7);
});

scenario("what runs is known by the order of the calls, not by that in which it is told", () => {
  const result = (action: string, callId: number, rc = 0): LrmResult => ({
    operation: { ...base, action },
    callId,
    rc,
    status: 0,
    execMs: 0,
    queueMs: 0,
    lastRunS: 0,
    lastChangeS: 0,
    output: "",
  });
  const refused = { rc: 6, timedOut: false, output: "" };
  const stop = { ...base, action: "stop" };
  const rc = (...history: LrmResult[]) => outcomeOfNothing(stop, refused, history)?.rc;
  assert.equal(rc(result("stop", 2), result("start", 1)), 0);
  assert.equal(rc(result("start", 2), result("stop", 1)), undefined);
  // It moved away, or it did not.
  assert.equal(rc(result("start", 1), result("migrate_to", 2)), 0);
  assert.equal(rc(result("start", 1), result("migrate_to", 2, 1)), undefined);
  // Nothing of this tells whether it runs.
  for (const action of ["notify", "meta-data", "validate-all"]) {
    assert.equal(rc(result(action, 1)), 0, action);
  }
  assert.equal(outcomeOfNothing(stop, { ...refused, timedOut: true }, []), undefined);
});

scenario("every code and status that the field has is read, and no other", () => {
  const result = {
    operation: base,
    callId: 0,
    rc: 0,
    status: -1,
    execMs: 0,
    queueMs: 0,
    lastRunS: 0,
    lastChangeS: 0,
    output: "",
  };
  const read = (change: object) =>
    lrmRules["lrm/result"].read({ type: "lrm/result", result: { ...result, ...change } });
  for (const good of [{}, { rc: 255 }, { status: 15 }]) {
    assert.deepEqual(read(good), { type: "lrm/result", result: { ...result, ...good } });
  }
  for (const bad of [{ rc: -1 }, { rc: 256 }, { status: -2 }, { status: 16 }, { callId: -1 }]) {
    assert.ok(read(bad) instanceof Refusal, JSON.stringify(bad));
  }
});

scenario("a day like any other leaves nothing in the log; a stranger's message does", () => {
  const { run, reply, say, step } = table();
  const day = [
    ...run("1", "start"),
    ...reply(1, 0),
    ...run("2", "monitor", { intervalMs: 1_000 }),
    ...reply(2, 0),
    ...step({ type: "timer", name: "repeat web_monitor_1000 web" }),
    ...reply(3, 0),
    ...run("4", "stop"),
    ...reply(4, 0),
    ...say({ type: "lrm/query", id: "q" }),
  ];
  assert.deepEqual(logs(day), []);
  assert.match(logs(say({ type: "lrm/forgotten", id: "x" }))[0] ?? "", /not for lrmd; ignored/);
  run("5", "start");
  assert.match(logs(reply(5, 1, true))[0] ?? "", /ended after its timeout of 20000 ms/);
});

scenario("what is forgotten while it runs is told to its asker, and is gone after it", () => {
  const { run, reply, say, history } = table();
  run("1", "start");
  assert.deepEqual(say({ type: "lrm/forget", id: "f", resource: "web" }), [
    { type: "send", to: { service: "crmd" }, message: { type: "lrm/forgotten", id: "f" } },
  ]);
  assert.deepEqual(results(reply(1, 0)).map(({ id }) => id), ["1"]);
  assert.equal(history().length, 1);
  run("2", "monitor", { intervalMs: 1_000 });
  reply(2, 0);
  const cancelled = say({ type: "lrm/forget", id: "g", resource: "web" })
    .filter(({ type }) => type === "cancel");
  assert.equal(cancelled.length, 1, "its repetitions end");
  assert.deepEqual(history(), []);
});

scenario("the history of a repetition goes with it, and what counts as nothing is said", () => {
  const { run, reply, history } = table();
  run("1", "monitor", { intervalMs: 1_000 });
  reply(1, 0);
  assert.equal(history().length, 1);
  run("2", "stop");
  reply(2, 0);
  assert.deepEqual(history().map(({ operation: { action } }) => action), ["stop"]);
  run("3", "stop", { resource: "db" });
  assert.deepEqual(logs(reply(3, 6)), [
    "warning: db_stop: nothing was started here; the agent says 6: . It counts as 0",
  ]);
});

scenario("only a code from 0 to 255, a truth and a text are a result", () => {
  const good = { rc: 0, timedOut: false, output: "" };
  const status = (value: unknown) => {
    const { run, step } = table();
    run("1", "start");
    const [ended] = results(step({ type: "reply", id: "1", result: { ok: true, value } }));
    return [ended?.result.rc, ended?.result.status];
  };
  assert.deepEqual(status(good), [0, 0]);
  assert.deepEqual(status({ ...good, rc: 255 }), [255, 0]);
  for (const rc of [-1, 256, 1.5, NaN, "0", undefined]) {
    assert.deepEqual(status({ ...good, rc }), [1, 4], `${rc}`);
  }
  for (const value of [undefined, null, 7, "0", { ...good, timedOut: 0 }, { ...good, output: 1 }]) {
    assert.deepEqual(status(value), [1, 4], JSON.stringify(value));
  }
});

scenario("what an agent says of itself is handed on up to the bound", () => {
  const { step } = table();
  const metaData = (length: number) => {
    const [call] = calls(step({
      type: "message",
      from: { node: "a", service: "cib" },
      message: { type: "lrm/describe", id: "1", agent: { class: "deno", type: "X" } },
    }));
    const value = "x".repeat(length);
    const [answer] = step({ type: "reply", id: call?.id ?? "", result: { ok: true, value } });
    assert.ok(answer?.type === "send" && answer.message.type === "lrm/described");
    return answer.message.metaData?.length;
  };
  assert.equal(metaData(metaDataCharactersMax), metaDataCharactersMax);
  assert.equal(metaData(metaDataCharactersMax + 1), undefined);
});

scenario("a resource that is forgotten is gone unless something waits or runs", () => {
  const { run, reply, say, state, history } = table();
  const forget = () => {
    say({ type: "lrm/forget", id: "f", resource: "web" });
    return [state.resources.has("web"), history().length];
  };
  run("1", "start");
  reply(1, 0);
  assert.deepEqual(forget(), [false, 0]);
  run("2", "start");
  reply(2, 0);
  run("3", "notify");
  assert.deepEqual(forget(), [true, 0], "one runs");
  reply(3, 0);
  run("4", "start", { startDelayMs: 1 });
  assert.deepEqual(forget(), [true, 0], "one waits");
});

scenario("who asked first is served first, though another has more to do", () => {
  const { run, reply, state } = table();
  for (let at = 0; at < 98; at++) run(`${at}`, "start", { resource: `r${at}` });
  run("a", "start", { resource: "web" });
  run("b", "start", { resource: "db" });
  run("c", "start", { resource: "ip" });
  run("d", "stop", { resource: "web" });
  const next = calls(reply(99, 0)).map(({ args }) => (args[0] as LrmOperation).resource);
  assert.deepEqual(next, ["ip"]);
  assert.deepEqual([...state.ready], ["web"]);
});

scenario("a repetition of one millisecond is one, and can be cancelled", () => {
  const { run, reply, step, say } = table();
  run("1", "monitor", { intervalMs: 1 });
  const first = reply(1, 0).filter(({ type }) => type === "timer");
  assert.deepEqual(first, [{ type: "timer", name: "repeat web_monitor_1 web", inMs: 1 }]);
  run("2", "notify");
  step({ type: "timer", name: "repeat web_monitor_1 web" });
  say({ type: "lrm/cancel", id: "c", resource: "web", action: "monitor", intervalMs: 1 });
  assert.deepEqual(calls(reply(2, 0)), [], "it was taken back");
});

scenario("what is taken back before it begins says how long it waited", () => {
  const { run, at } = table();
  run("1", "start");
  at(1_000);
  run("2", "monitor", { intervalMs: 1_000 });
  at(3_500);
  const [cancelled] = results(run("3", "stop"));
  assert.deepEqual([cancelled?.id, cancelled?.result.queueMs], ["2", 2_500]);
});

scenario("a repetition that finds nothing leaves something that may run", () => {
  const { run, reply } = table();
  run("1", "monitor", { intervalMs: 1_000 });
  reply(1, 7);
  run("2", "monitor", { resource: "db" });
  reply(2, 7);
  // The first stop is what the agent says; the second has nothing to do.
  run("3", "stop", { resource: "db" });
  assert.equal(results(reply(3, 6))[0]?.result.rc, 0);
  const result = (intervalMs: number): LrmResult => ({
    operation: { ...base, action: "monitor", intervalMs },
    callId: 1,
    rc: 7,
    status: 0,
    execMs: 0,
    queueMs: 0,
    lastRunS: 0,
    lastChangeS: 0,
    output: "",
  });
  const refused = { rc: 6, timedOut: false, output: "" };
  const stop = { ...base, action: "stop" };
  assert.equal(outcomeOfNothing(stop, refused, [result(0)])?.rc, 0);
  assert.equal(outcomeOfNothing(stop, refused, [result(1_000)]), undefined);
});

scenario("a stop has the parameters of the last operation after which it runs", () => {
  const { run, reply } = table();
  run("1", "start", { parameters: { port: "80" } });
  reply(1, 0);
  run("2", "reload", { parameters: { port: "81" } });
  reply(2, 0);
  run("3", "reload-agent", { parameters: { port: "82" } });
  reply(3, 1);
  const [stop] = calls(run("4", "stop", { parameters: { port: "83" } }));
  assert.deepEqual((stop?.args[0] as LrmOperation).parameters, { port: "81" });
});
