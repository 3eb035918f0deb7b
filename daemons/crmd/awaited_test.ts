import assert from "node:assert/strict";
import { answerWith, Bench, coordinator, nothingToDo, standing } from "./testing_bench.ts";
import { scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("crmd_awaited");

/** What the status says that a coordinator waits for, after so many milliseconds. */
function awaits(bench: Bench, at: number): unknown {
  const from = { node: "a", service: "client-1" };
  bench.give({ type: "message", at, from, message: { type: "status/query", id: "s" } });
  const [answer] = bench.take("status/answer");
  return (answer?.status as { readonly awaits?: unknown }).awaits;
}

scenario("the status of a coordinator says what it waits for, and since when", () => {
  const bench = new Bench({
    a: standing.member + ` incarnation="1"`,
    b: standing.member + ` incarnation="1"`,
  });
  assert.equal(awaits(bench, 0), null, "no coordinator");
  bench.view(5, "a", "b");
  const says = (what: string, at: number) =>
    assert.deepEqual(awaits(bench, at), { what, forMs: at }, what);
  says("the CIB to record the members", 45_000);
  bench.write();
  says("the join of b", 50_000);
  bench.join("b", { view: 5 });
  bench.write();
  says("the answer of the policy engine", 60_000);
  answerWith(bench, { graph: nothingToDo });
  assert.equal(awaits(bench, 90_000), null, "there is nothing to do");
});

scenario("a wait begins with what is waited for, and a transition is none", () => {
  const bench = coordinator();
  answerWith(bench, { error: "too much" });
  const what = "the next attempt, as the last ones changed nothing";
  assert.deepEqual(awaits(bench, 200), { what, forMs: 200 });
  bench.give({ type: "timer", at: 1_000, name: "retry" });
  assert.equal(bench.machine.state.coordination?.doing.sinceMs, 1_000);
  const other = coordinator();
  const synapses = [{ id: 0, priority: 0, actions: [], inputs: [] }];
  answerWith(other, { graph: { ...nothingToDo, synapses } as never });
  assert.equal(other.machine.state.coordination?.policy.type, "running");
  assert.equal(awaits(other, 60_000), null);
});
