/** What a plugin says beside a result code: a promotion score, a secret that is missing. */
import assert from "node:assert/strict";
import type { RaResult } from "../../plugins/handler/ra/contract.ts";
import type { Effect, Event } from "../runtime/machine.ts";
import type { LrmOperation, Message } from "../runtime/messages.ts";
import { lrmd } from "./core.ts";

function table() {
  const machine = lrmd({ classes: { deno: { plugin: "ra/deno", config: {} } }, parallelMax: 4 });
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at: 0, ...event } as Event);
  step({ type: "start", wallMs: 1_000_000, seed: 1, node: "alice", saved: new Map() });
  step({ type: "loaded", instance: "ra:deno", result: { ok: true, value: "process" } });
  const say = (message: Message) =>
    step({ type: "message", from: { node: "alice", service: "attrd" }, message });
  let last = 0;
  /** One operation and what its plugin answers; what is sent then. */
  const run = (action: string, value: Partial<RaResult>, resource = "db:1") => {
    const operation: LrmOperation = {
      resource,
      agent: { class: "deno", provider: "pils", type: "Stateful" },
      action,
      intervalMs: action === "monitor" ? 1_000 : 0,
      timeoutMs: 20_000,
      startDelayMs: 0,
      parameters: {},
      transitionKey: "key",
    };
    const message: Message = { type: "lrm/execute", id: `${++last}`, operation };
    step({ type: "message", from: { node: "alice", service: "crmd" }, message });
    const answer = { rc: 0, timedOut: false, output: "", ...value };
    return sent(step({ type: "reply", id: `${last}`, result: { ok: true, value: answer } }));
  };
  return { run, say };
}

const sent = (effects: readonly Effect[]): readonly Message[] =>
  effects.flatMap((effect) => effect.type === "send" ? [effect.message] : []);
const updates = (messages: readonly Message[]) =>
  messages.flatMap((message) => message.type === "attrd/update" ? [message.update] : []);

Deno.test("a promotion score becomes an attribute of the resource, and goes with it", () => {
  const { run } = table();
  const name = "master-db";
  assert.deepEqual(updates(run("start", { promotion: 5 })), [
    { change: "set", name, lifetime: "reboot", value: "5" },
  ]);
  assert.deepEqual(updates(run("monitor", { promotion: 5 })), [], "the score is the same");
  assert.deepEqual(updates(run("monitor", {})), []);
  assert.deepEqual(updates(run("promote", { promotion: 10 })).length, 1);
  assert.deepEqual(updates(run("stop", { promotion: null })), [
    { change: "delete", name, lifetime: "reboot" },
  ]);
});

Deno.test("what is no score is not told", () => {
  for (const promotion of [0.5, NaN, 1_000_001, "5", {}]) {
    const odd: object = { promotion };
    assert.deepEqual(updates(table().run("start", odd)), [], String(promotion));
  }
});

Deno.test("attrd's refusal is logged with the resource", () => {
  const { say } = table();
  const text = (ok: boolean) =>
    say({ type: "attrd/updated", id: "promotion db", ok, error: "too many" })
      .flatMap((effect) => effect.type === "log" ? [effect.text] : []);
  assert.match(text(false)[0] ?? "", /The promotion db was not written: too many \[HA7020\]/);
  assert.deepEqual(text(true), []);
});

Deno.test("a missing secret has a status of its own, and nothing was started", () => {
  const { run } = table();
  const outcomeOf = (messages: readonly Message[]) =>
    messages.flatMap((message) => message.type === "lrm/result" ? [message.result] : [])
      .map(({ rc, status, reason }) => [rc, status, reason]);
  const answer = { rc: 5, noSecrets: true, reason: "no file" };
  assert.deepEqual(outcomeOf(run("start", answer)), [[5, 11, "no file"]]);
  // A stop that is refused afterwards has nothing to stop.
  assert.deepEqual(outcomeOf(run("stop", { rc: 5 })).map(([rc, status]) => [rc, status]), [[0, 0]]);
});
