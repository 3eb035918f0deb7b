import assert from "node:assert/strict";
import type { Event } from "../runtime/machine.ts";
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

Deno.test("what is wrong with a CIB that can be used is told with the graph, bounded", () => {
  const location = (id: string) => `<rsc_location id="${id}" rsc="nix" node="n1" score="1"/>`;
  const told = (constraints: string) =>
    answerTo(
      `<cib><configuration><constraints>${constraints}</constraints></configuration><status/></cib>`,
    ).findings ?? [];
  const [finding] = told(location("away"));
  assert.match(finding ?? "", /away: .*nix/);
  const many = told(Array.from({ length: 50 }, (_, at) => location(`l${at}`)).join(""));
  assert.equal(many.length, 21);
  assert.match(many.at(-1) ?? "", /^30 more/);
});

Deno.test("a CIB that cannot be used is an answer, not a failure of the machine", () => {
  assert.match(answerTo("<cib").error ?? "", /line 1/);
});
