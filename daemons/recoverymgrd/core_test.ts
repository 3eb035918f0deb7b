import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import { recoverymgrd } from "./core.ts";

function table() {
  const machine = recoverymgrd({
    children: ["heartbeat", "cluster", "lrmd"],
    restartsMax: 2,
    periodMs: 10_000,
    stopMs: 1_000,
  });
  let at = 0;
  const step = (event: Partial<Event> & Pick<Event, "type">) =>
    machine.step(machine.state, { at, ...event } as Event);
  return {
    state: machine.state,
    step,
    at: (ms: number) => void (at = ms),
    begin: () => step({ type: "loaded", instance: "children", result: { ok: true, value: "" } }),
    ended: (child: string, code?: number) =>
      step({
        type: "emit",
        instance: "children",
        event: { type: "ended", child, how: "died", code },
      }),
  };
}

const orders = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => effect.type === "call" ? [`${effect.method} ${effect.args[0]}`] : []);

Deno.test("children are started in order", () => {
  assert.deepEqual(orders(table().begin()), ["start heartbeat", "start cluster", "start lrmd"]);
});

Deno.test("what ends is started again, within the limit; then the node is given up", () => {
  const { begin, ended, state } = table();
  begin();
  assert.deepEqual(orders(ended("cluster")), ["start cluster"]);
  assert.deepEqual(orders(ended("lrmd")), ["start lrmd"]);
  assert.deepEqual(orders(ended("cluster")), ["stop lrmd"]);
  assert.match(state.givenUp ?? "", /3 times within 10000 ms.*cluster/);
});

Deno.test("a configuration that cannot be used is not tried again", () => {
  const { begin, ended, state } = table();
  begin();
  assert.deepEqual(orders(ended("heartbeat", 78)), ["stop lrmd"]);
  assert.match(state.givenUp ?? "", /heartbeat cannot use its configuration/);
  ended("lrmd");
  const last = ended("cluster");
  assert.deepEqual(last.filter(({ type }) => type === "stopped"), [
    { type: "stopped", exitCode: 78 },
  ]);
});

Deno.test("ends that are older than the period are forgiven", () => {
  const { begin, ended, at } = table();
  begin();
  for (let ms = 0; ms < 100_000; ms += 6_000) {
    at(ms);
    assert.deepEqual(orders(ended("cluster")), ["start cluster"]);
  }
});

Deno.test("told to stop, it stops the children in reverse and waits for each", () => {
  const { begin, ended, step } = table();
  begin();
  assert.deepEqual(orders(step({ type: "stop" })), ["stop lrmd"]);
  assert.deepEqual(orders(ended("lrmd")), ["stop cluster"]);
  // One that ends before it was told to is not waited for.
  assert.deepEqual(orders(ended("heartbeat")), ["stop cluster"]);
  const last = ended("cluster");
  assert.deepEqual(orders(last), []);
  assert.ok(last.some(({ type }) => type === "stopped"));
});

Deno.test("a child that does not end is killed", () => {
  const { begin, step } = table();
  begin();
  step({ type: "stop" });
  assert.deepEqual(orders(step({ type: "timer", name: "kill lrmd" })), ["kill lrmd"]);
});
