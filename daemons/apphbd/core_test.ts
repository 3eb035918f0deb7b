import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import { errno } from "./connections.ts";
import { apphbd } from "./core.ts";
import { readHappened } from "./event.ts";
import { noticesMax } from "./limits.ts";
import { readAnswer, type Request, requestBytes } from "./request.ts";
import type { ApphbdConfig } from "./state.ts";

const peer = { pid: 700, uid: 0, gid: 0, started: 12_345 };

/** The machine with its socket open, and one connection. */
function table(more: Partial<ApphbdConfig> = {}) {
  const machine = apphbd({
    uid: 0,
    notifiers: [],
    recover: [{ name: "web", uid: 0, gid: 0 }],
    ...more,
  });
  let at = 1_000;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const emit = (event: unknown) => step({ type: "emit", instance: "socket", event });
  step({ type: "start", wallMs: 1_700_000_000_000, seed: 1, node: "alice", saved: new Map() });
  emit({ type: "listening" });
  emit({ type: "opened", connection: 1, peer });
  const say = (request: Request, connection = 1) =>
    emit({ type: "frame", connection, bytes: requestBytes(request) });
  return {
    machine,
    step,
    emit,
    say,
    after: (ms: number) => void (at += ms),
    /** The timer, and the sockets' answer. */
    look(waiting: readonly number[] = []) {
      const effects = [...step({ type: "timer", name: "look" })];
      if (!effects.some(({ type, ...of }) => type === "call" && "id" in of && of.id === "judge")) {
        return effects;
      }
      return step({ type: "reply", id: "judge", result: { ok: true, value: waiting } });
    },
  };
}

const told = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "call" && effect.method === "tell"
      ? [readHappened(String(effect.args[1]))?.event]
      : []
  );
const answers = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "call" && effect.method === "send"
      ? [readAnswer(effect.args[1] as Uint8Array)]
      : []
  );

Deno.test("each request is answered with a number of errno, and a beat with nothing", () => {
  const { say } = table();
  assert.deepEqual(answers(say({ type: "setint", ms: 500 })), [errno.notRegistered]);
  assert.deepEqual(answers(say({ type: "hb" })), []);
  assert.deepEqual(answers(say({ type: "reg", name: "web", instance: "1" })), [errno.ok]);
  assert.deepEqual(answers(say({ type: "reg", name: "web", instance: "1" })), [errno.registered]);
  for (const ms of [0, 9, 86_400_001, Number.MAX_SAFE_INTEGER]) {
    assert.deepEqual(answers(say({ type: "setint", ms })), [errno.invalid], String(ms));
  }
  for (const ms of [10, 86_400_000]) {
    assert.deepEqual(answers(say({ type: "setint", ms })), [errno.ok], String(ms));
  }
  assert.deepEqual(answers(say({ type: "setwarn", ms: 0 })), [errno.ok]);
  assert.deepEqual(answers(say({ type: "setwarn", ms: 86_400_001 })), [errno.invalid]);
  assert.deepEqual(answers(say({ type: "hb" })), []);
  assert.deepEqual(answers(say({ type: "unreg" })), [errno.ok]);
  assert.deepEqual(answers(say({ type: "unreg" })), [errno.notRegistered]);
});

Deno.test("a miss is announced once, then nothing until it beats again", () => {
  const { say, after, look } = table();
  say({ type: "reg", name: "web", instance: "" });
  say({ type: "setint", ms: 500 });
  after(499);
  assert.deepEqual(told(look()), []);
  after(1);
  assert.deepEqual(told(look()), ["nohb"]);
  after(10_000);
  assert.deepEqual(told(look()), []);
  assert.deepEqual(told(say({ type: "hb" })), ["hbagain"]);
  assert.deepEqual(told(say({ type: "hb" })), []);
  after(500);
  assert.deepEqual(told(look()), ["nohb"]);
});

Deno.test("a late beat is announced before it is a miss, once for each silence", () => {
  const { say, after, look } = table();
  say({ type: "reg", name: "web", instance: "" });
  say({ type: "setint", ms: 500 });
  say({ type: "setwarn", ms: 200 });
  after(200);
  assert.deepEqual(told(look()), ["hbwarn"]);
  after(100);
  assert.deepEqual(told(look()), []);
  assert.deepEqual(told(say({ type: "hb" })), []);
  after(200);
  assert.deepEqual(told(look()), ["hbwarn"]);
  after(300);
  assert.deepEqual(told(look()), ["nohb"]);
});

Deno.test("what waits in the socket is no miss, and is asked for again", () => {
  const { say, after, look, step } = table();
  say({ type: "reg", name: "web", instance: "" });
  say({ type: "setint", ms: 500 });
  after(2_000);
  const effects = look([1]);
  assert.deepEqual(told(effects), []);
  assert.deepEqual(effects, [{ type: "timer", name: "again", inMs: 10 }]);
  assert.deepEqual(told(say({ type: "hb" })), []);
  step({ type: "timer", name: "again" });
  after(499);
  assert.deepEqual(told(look()), []);
  after(1);
  assert.deepEqual(told(look()), ["nohb"]);
});

Deno.test("a question that the sockets did not answer judges nobody", () => {
  const { say, after, step } = table();
  say({ type: "reg", name: "web", instance: "" });
  after(20_000);
  step({ type: "timer", name: "look" });
  const effects = step({ type: "reply", id: "judge", result: { ok: false, error: "late" } });
  assert.deepEqual(effects, [{ type: "timer", name: "again", inMs: 10 }]);
});

Deno.test("what came due after the question is not judged by its answer", () => {
  const { say, emit, after, step } = table();
  say({ type: "reg", name: "web", instance: "" });
  say({ type: "setint", ms: 500 });
  say({ type: "setwarn", ms: 200 });
  emit({ type: "opened", connection: 2, peer });
  say({ type: "reg", name: "web", instance: "" }, 2);
  say({ type: "setint", ms: 300 }, 2);
  after(200);
  step({ type: "timer", name: "look" });
  // This process is stopped between question and answer: nobody has looked for what came meanwhile.
  after(2_000);
  const judged = { type: "reply", id: "judge", result: { ok: true, value: [] } } as const;
  const effects = step(judged);
  assert.deepEqual(
    told(effects),
    ["hbwarn"],
    "the other, and the rest of the interval, come later",
  );
  assert.ok(effects.some((effect) => effect.type === "timer" && effect.name === "look"));
  step({ type: "timer", name: "look" });
  assert.deepEqual(told(step(judged)), ["nohb", "nohb"]);
});

Deno.test("a hang-up is announced, unless the application has unregistered", () => {
  const { say, emit } = table();
  say({ type: "reg", name: "web", instance: "" });
  assert.deepEqual(told(say({ type: "unreg" })), ["hbunreg"]);
  assert.deepEqual(told(emit({ type: "closed", connection: 1 })), []);
  emit({ type: "opened", connection: 2, peer });
  say({ type: "reg", name: "web", instance: "" }, 2);
  assert.deepEqual(told(emit({ type: "closed", connection: 2 })), ["hup"]);
  assert.deepEqual(told(emit({ type: "closed", connection: 2 })), []);
});

Deno.test("what is no request ends its connection", () => {
  const { emit, machine, say } = table();
  say({ type: "reg", name: "web", instance: "" });
  const effects = emit({ type: "frame", connection: 1, bytes: new Uint8Array(8) });
  assert.deepEqual(told(effects), ["hup"]);
  assert.ok(effects.some((effect) => effect.type === "call" && effect.method === "end"));
  assert.equal(machine.state.counts.malformed, 1);
});

Deno.test("only root and the owner may have the node reset, and only where there is a watchdog", () => {
  const watchdog = { plugin: "watchdog/device", config: {}, intervalMs: 1_000 };
  for (
    const [config, uid, wanted] of [
      [{}, 0, errno.notPermitted],
      [{ watchdog }, 0, errno.ok],
      [{ watchdog, uid: 33 }, 33, errno.ok],
      [{ watchdog, uid: 33 }, 34, errno.notPermitted],
    ] as const
  ) {
    const { emit, say } = table(config);
    emit({ type: "opened", connection: 2, peer: { ...peer, uid } });
    say({ type: "reg", name: "web", instance: "" }, 2);
    assert.deepEqual(answers(say({ type: "setboot", boot: true }, 2)), [wanted]);
  }
});

Deno.test("the watchdog is petted until an application dies that asked for a reset", () => {
  const { step, say, emit } = table({
    watchdog: { plugin: "watchdog/device", config: {}, intervalMs: 1_000 },
  });
  const methods = (effects: readonly Effect[]) =>
    effects.flatMap((effect) =>
      effect.type === "call" && effect.instance === "guard" ? [effect.method] : []
    );
  const reply = () => step({ type: "reply", id: "guard pet", result: { ok: true, value: null } });
  const loaded = { type: "loaded", instance: "guard", result: { ok: true, value: "" } } as const;
  assert.deepEqual(methods(step(loaded)), ["arm"]);
  reply();
  assert.deepEqual(methods(step({ type: "timer", name: "pet" })), ["pet"]);
  reply();
  say({ type: "reg", name: "web", instance: "" });
  say({ type: "setboot", boot: true });
  emit({ type: "closed", connection: 1 });
  assert.deepEqual(methods(step({ type: "timer", name: "pet" })), []);
  // Nor does a stop of the daemon call it off.
  assert.deepEqual(step({ type: "stop" }), [{ type: "stopped" }]);
});

Deno.test("a clean stop disarms the watchdog first", () => {
  const { step } = table({
    watchdog: { plugin: "watchdog/device", config: {}, intervalMs: 1_000 },
  });
  step({ type: "loaded", instance: "guard", result: { ok: true, value: "" } });
  assert.ok(!step({ type: "stop" }).some(({ type }) => type === "stopped"));
  const effects = step({ type: "reply", id: "guard disarm", result: { ok: true, value: null } });
  assert.ok(effects.some(({ type }) => type === "stopped"));
});

Deno.test("a notifier that hangs costs its own notices alone, the oldest first", () => {
  const notifiers = ["notifier/log", "notifier/mail"].map((plugin) => ({ plugin, config: {} }));
  const { step, say, machine } = table({ notifiers });
  for (const at of [0, 1]) {
    step({ type: "loaded", instance: `notifier ${at}`, result: { ok: true, value: "" } });
  }
  const count = noticesMax + 10;
  for (let one = 0; one < count; one++) {
    say({ type: "reg", name: `app${one}`, instance: "" });
    say({ type: "unreg" });
    step({ type: "reply", id: "notifier 0", result: { ok: true, value: null } });
  }
  const [good, hung] = machine.state.lanes;
  assert.equal(good?.sent, count);
  assert.equal(hung?.queue.length, noticesMax);
  assert.equal(hung?.dropped, count - noticesMax - 1);
});

Deno.test("what the recovery manager gives up is notified once", () => {
  const { step, machine } = table({ notifiers: [{ plugin: "notifier/log", config: {} }] });
  const say = (givenUp: boolean) =>
    step({
      type: "emit",
      instance: "parent",
      event: `givenup ${JSON.stringify({ name: "web", givenUp })}`,
    });
  say(true);
  say(true);
  assert.equal(machine.state.lanes[0]?.queue.length, 1);
  assert.deepEqual([...machine.state.givenUp], ["web"]);
  say(false);
  assert.deepEqual([...machine.state.givenUp], []);
  assert.deepEqual(step({ type: "emit", instance: "parent", event: "givenup {" }), []);
});
