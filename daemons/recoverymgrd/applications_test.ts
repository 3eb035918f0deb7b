import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { RecoveryEntry } from "../site/node_config/application_fields.ts";
import { scriptsMax } from "./applications.ts";
import { recoverymgrd, supervision } from "./core.ts";
import type { ChildEvent } from "./state.ts";

const rule: RecoveryEntry = {
  name: "web",
  uid: 33,
  gid: 34,
  script: "/etc/ha/recover/web",
  events: [{ event: "hup", argument: "restart" }, { event: "nohb", argument: "again" }],
  kill: true,
  timeoutMs: 1_000,
  restartsMax: 3,
  periodMs: 60_000,
  escalate: "notify",
};

function table(...rules: readonly RecoveryEntry[]) {
  const machine = recoverymgrd({
    ...supervision([{ name: "apphbd" }], 5_000),
    applications: rules.length === 0 ? [rule] : rules,
  });
  let at = 1_000;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  const emit = (event: ChildEvent) => step({ type: "emit", instance: "children", event });
  step({ type: "loaded", instance: "children", result: { ok: true, value: "" } });
  return {
    step,
    after: (ms: number) => void (at += ms),
    happened(event: string, more: object = {}, child = "apphbd") {
      const happened = { name: "web", event, pid: 700, started: 9, uid: 33, gid: 34, ...more };
      return emit({ type: "said", child, line: `app ${JSON.stringify(happened)}` });
    },
    ended: (error = "", name = "web") => emit({ type: "recovered", name, error }),
    due: (name = "web") => step({ type: "timer", name: `recover ${name}` }),
  };
}

const runs = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "call" && effect.method === "recover"
      ? [effect.args[0] as { readonly argument: string; readonly kill: boolean }]
      : []
  );
const given = (effects: readonly Effect[]) => runs(effects).map(({ argument }) => argument);
const timers = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "timer" ? [`${effect.name} ${effect.inMs}`] : []);
const givenUp = (effects: readonly Effect[]) =>
  effects.filter((effect) => effect.type === "call" && effect.method === "tell").length;

Deno.test("an event with an argument runs the script, and kills a process that missed its beat", () => {
  const { happened, ended } = table();
  assert.deepEqual(runs(happened("hup")), [{
    name: "web",
    script: "/etc/ha/recover/web",
    argument: "restart",
    uid: 33,
    gid: 34,
    pid: 700,
    started: 9,
    kill: false,
    timeoutMs: 1_000,
  }]);
  ended();
  const later = table();
  assert.deepEqual(runs(later.happened("nohb")).map(({ kill }) => kill), [true]);
});

Deno.test("another user, name, child or event starts nothing", () => {
  const { happened } = table();
  assert.deepEqual(given(happened("hup", { uid: 0 })), []);
  assert.deepEqual(given(happened("hup", { gid: 0 })), []);
  assert.deepEqual(given(happened("hup", { name: "other" })), []);
  assert.deepEqual(given(happened("hup", {}, "lrmd")), []);
  assert.deepEqual(given(happened("hbwarn")), []);
  assert.deepEqual(given(happened("hbagain")), []);
});

Deno.test("a crash loop: at once, then after pauses that double, then it is given up", () => {
  const { happened, ended, due, after } = table();
  assert.deepEqual(given(happened("hup")), ["restart"]);
  ended();
  for (const pause of [250, 500]) {
    assert.deepEqual(timers(happened("hup")), [`recover web ${pause}`]);
    assert.deepEqual(given(happened("hup")), [], "not before its pause is over");
    after(pause);
    assert.deepEqual(given(due()), ["restart"]);
    ended();
  }
  assert.equal(givenUp(happened("hup")), 1);
  assert.deepEqual(given(happened("hup")), []);
  assert.equal(givenUp(happened("hup")), 0, "it is given up once");
  after(60_000);
  const effects = happened("hup");
  assert.deepEqual(given(effects), ["restart"], "a period later it is tried again");
  assert.equal(givenUp(effects), 1);
});

Deno.test("one that beats again, or unregisters, before its pause is over is left alone", () => {
  for (const event of ["hbagain", "hbunreg"]) {
    const { happened, ended, due } = table();
    happened("nohb");
    ended();
    happened("nohb");
    happened(event);
    assert.deepEqual(given(due()), [], event);
  }
});

Deno.test("while a script runs, only the last event waits", () => {
  const { happened, ended, due } = table();
  happened("hup");
  assert.deepEqual(given(happened("hup", { pid: 701 })), []);
  assert.deepEqual(given(happened("nohb", { pid: 702 })), []);
  ended("ended with code 1");
  assert.deepEqual(given(due()), ["again"]);
});

Deno.test("an application that is vital gives the node up", () => {
  const { happened, ended, due } = table({ ...rule, restartsMax: 1, escalate: "node" });
  happened("hup");
  ended();
  const effects = happened("hup");
  const stops = effects.flatMap((effect) => effect.type === "call" ? [effect.method] : []);
  assert.ok(stops.includes("stop"), stops.join());
  assert.deepEqual(given(due()), []);
});

Deno.test("many applications at once share the places for scripts", () => {
  const names = Array.from({ length: scriptsMax + 3 }, (_, at) => `app ${at}`);
  const { happened, ended } = table(...names.map((name) => ({ ...rule, name })));
  const started = names.flatMap((name) => given(happened("hup", { name })));
  assert.equal(started.length, scriptsMax);
  assert.equal(given(ended("", "app 0")).length, 1);
  assert.equal(given(ended("", "app 1")).length, 1);
});
