import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import { decisionMsMax, pengine, questionsMax } from "./core.ts";
import { decide } from "./decide.ts";

const question = (id: string): Event => ({
  type: "message",
  at: 0,
  from: { node: "n1", service: "crmd" },
  message: { type: "pengine/schedule", id, cib: "<cib/>", nowS: 5 },
});
const graph = {
  transitionId: 0,
  clusterDelayMs: 0,
  stonithTimeoutMs: 0,
  failedStartOffset: "",
  failedStopOffset: "",
  batchLimit: 0,
  synapses: [],
};

/** The machine with its engine loaded. */
function ready() {
  const machine = pengine();
  const give = (event: Event): readonly Effect[] => machine.step(machine.state, event);
  give({ type: "start", at: 0, wallMs: 0, seed: 1, node: "n1", saved: new Map() });
  const early = give(question("early"));
  assert.deepEqual(early, [], "the engine is not there yet");
  const called = give({
    type: "loaded",
    at: 0,
    instance: "engine",
    result: { ok: true, value: "" },
  });
  return { give, called };
}
const answers = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === "pengine/transition"
      ? [{ to: effect.to, ...effect.message }]
      : []
  );

Deno.test("a question waits for the engine, and gets its answer", () => {
  const { give, called } = ready();
  assert.deepEqual(called, [{
    type: "call",
    id: "1",
    instance: "engine",
    method: "decide",
    args: ["<cib/>", 5],
    deadlineMs: decisionMsMax,
  }]);
  const value = { graph, findings: ["a"] };
  const [answer] = answers(give({ type: "reply", at: 0, id: "1", result: { ok: true, value } }));
  assert.deepEqual(answer?.to, { node: "n1", service: "crmd" });
  assert.equal(answer?.id, "early");
  assert.equal(answer?.graph, graph);
  assert.deepEqual(answer?.findings, ["a"]);
});

Deno.test("an engine that hangs or breaks is told to who asked, and ends its process", () => {
  const { give } = ready();
  give(question("second"));
  const result = { ok: false, error: `no answer within ${decisionMsMax} ms` } as const;
  const effects = give({ type: "reply", at: 0, id: "1", result });
  // The second has waited: it is not the one to blame.
  assert.deepEqual(answers(effects).map(({ id }) => id), ["early"]);
  assert.match(answers(effects)[0]?.error ?? "", /no decision: no answer within 60000 ms/);
  assert.equal(answers(effects)[0]?.hung, true);
  assert.ok(effects.some((effect) => effect.type === "log" && effect.level === "crit"));
  assert.deepEqual(effects.at(-1), { type: "stopped", exitCode: 75 });
  assert.deepEqual(answers(give(question("third"))), []);
  assert.deepEqual(give({ type: "reply", at: 0, id: "2", result }), []);
});

Deno.test("no more questions wait than the bound allows", () => {
  const { give } = ready();
  for (let at = 1; at < questionsMax; at++) {
    assert.deepEqual(answers(give(question(`${at}`))), []);
  }
  const effects = give(question("last"));
  assert.ok(effects.every(({ type }) => type === "log"));
  assert.match(JSON.stringify(effects), /8 requests wait/);
});

Deno.test("a CIB comes in, a graph goes out", () => {
  const answer = decide(`<cib><configuration/><status/></cib>`, 0);
  assert.ok("graph" in answer);
  assert.deepEqual(answer.graph.synapses, []);
});

Deno.test("what is wrong with a CIB that can be used is told with the graph, bounded", () => {
  const location = (id: string) => `<rsc_location id="${id}" rsc="nix" node="n1" score="1"/>`;
  const told = (constraints: string) => {
    const answer = decide(
      `<cib><configuration><constraints>${constraints}</constraints></configuration><status/></cib>`,
      0,
    );
    return "findings" in answer ? answer.findings : [];
  };
  const [finding] = told(location("away"));
  assert.match(finding ?? "", /away: .*nix/);
  const many = told(Array.from({ length: 50 }, (_, at) => location(`l${at}`)).join(""));
  assert.equal(many.length, 21);
  assert.match(many.at(-1) ?? "", /^30 more/);
});

Deno.test("a CIB that cannot be used is an answer, not a failure of the machine", () => {
  const answer = decide("<cib", 0);
  assert.match("error" in answer ? answer.error : "", /line 1/);
});

Deno.test("it says how it stands to who asks", () => {
  const { give } = ready();
  const message = { type: "status/query", id: "s" } as const;
  const from = { node: "n1", service: "client-1" };
  assert.deepEqual(give({ type: "message", at: 0, from, message }), [{
    type: "send",
    to: { service: "client-1" },
    message: {
      type: "status/answer",
      id: "s",
      status: { engine: "ready", underway: 1, answers: 0, failures: 0 },
    },
  }]);
});
