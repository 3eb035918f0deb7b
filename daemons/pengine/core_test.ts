import assert from "node:assert/strict";
import type { Event } from "../machine.ts";
import { pengine } from "./core.ts";
import { transitionOf } from "./transition_of.ts";

const ask = (cib: string): Event => ({
  type: "message",
  at: 0,
  from: { node: "n1", service: "crmd" },
  message: { type: "pengine/schedule", id: "7", cib, nowS: 0 },
});
const answerTo = (cib: string) => {
  const machine = pengine({ schedule: transitionOf });
  const [effect] = machine.step(machine.state, ask(cib));
  assert.ok(effect?.type === "send" && effect.message.type === "pengine/transition");
  assert.deepEqual(effect.to, { node: "n1", service: "crmd" });
  return effect.message;
};

Deno.test("a CIB comes in, a graph goes out", () => {
  const answer = answerTo(`<cib><configuration/><status/></cib>`);
  assert.equal(answer.id, "7");
  assert.deepEqual(answer.graph?.synapses, []);
});

Deno.test("a CIB that cannot be used is an answer, not a failure of the machine", () => {
  assert.match(answerTo("<cib").error ?? "", /line 1/);
});
