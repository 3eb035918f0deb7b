import assert from "node:assert/strict";
import type { Event } from "../runtime/machine.ts";
import type { HeartbeatConfig } from "./config.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { heartbeat } from "./core.ts";

const config: HeartbeatConfig = {
  nodes: ["n1", "n2"],
  media: [{ link: "net0", plugin: "medium/stranger", config: {} }],
  pings: [{ name: "gateway", plugin: "medium/stranger", config: {} }],
  watchdog: { plugin: "watchdog/stranger", config: {} },
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 60_000,
};

/** One node; what it writes into the log is kept. */
function node() {
  const log: string[] = [];
  const machine = heartbeat(config, plainCodecs("key"));
  const give = (event: Event) => {
    for (const effect of machine.step(machine.state, event)) {
      if (effect.type === "log") log.push(effect.text);
    }
  };
  give({ type: "start", at: 0, wallMs: 1e12, seed: 1, node: "n1", saved: new Map() });
  for (const instance of ["net0", "ping:gateway", "watchdog"]) {
    give({ type: "loaded", at: 1, instance, result: { ok: true, value: "process" } });
  }
  return {
    log,
    state: machine.state,
    emit: (instance: string, at: number, event: unknown) =>
      give({ type: "emit", at, instance, event }),
  };
}

/** What comes over a pipe as JSON, and can be made a text by nothing. */
const notText: unknown = JSON.parse('{ "toString": 1, "valueOf": 1 }');

Deno.test("a plugin's problem that is not text ends no daemon", () => {
  for (const instance of ["net0", "ping:gateway", "watchdog"]) {
    for (const why of [notText, [notText], null, 1, {}]) {
      const { emit, log } = node();
      emit(instance, 10, { type: "trouble", why });
      assert.match(log.at(-1) ?? "", /the report is not text(?: \[HA5016\])?$/, instance);
    }
  }
});

Deno.test("trouble is cut, and told once in a while with how often it was kept back", () => {
  for (const instance of ["net0", "ping:gateway"]) {
    const { emit, log } = node();
    const from = log.length;
    const why = "x".repeat(100_000);
    for (let time = 0; time < 20_000; time++) {
      emit(instance, 10 + time / 100, { type: "trouble", why });
    }
    assert.equal(log.length - from, 1);
    assert.ok(log.at(-1)!.length < 1_100, `${log.at(-1)!.length} characters`);
    emit(instance, 1_000, { type: "trouble", why: "again" });
    assert.match(log.at(-1)!, /: again \(and 19999 more since\)$/);
    emit(instance, 2_000, { type: "trouble", why: "once more" });
    assert.match(log.at(-1)!, /: once more$/);
  }
});

Deno.test("an address that a medium tells of is cut before it is kept", () => {
  const { emit, state } = node();
  emit("net0", 10, { type: "refused", count: 1, from: "a".repeat(1_000_000) });
  assert.deepEqual([...state.refusals.entries.values()].map(({ from }) => from.length), [256]);
});
