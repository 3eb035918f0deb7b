/**
 * `priority-fencing-delay`: whatever two halves know of each other, they never wait equally long.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { View } from "../runtime/messages.ts";
import type { Standing } from "../runtime/transition.ts";
import { Bench, nothingToDo, result, standing as states } from "./testing_bench.ts";

type Side = Standing["side"];
const opposite: Readonly<Record<Side, Side>> = { higher: "lower", lower: "higher", equal: "equal" };
const sides = ["higher", "lower", "equal"] as const;

/** The view of node `a` with these members, of two nodes. */
function enter(bench: Bench, epoch: number, electorate: readonly string[], ...nodes: string[]) {
  const members = nodes.map((node) => ({ node, incarnation: 1, bornOn: 1 }));
  const view: View = { epoch, members, quorate: true, electorate };
  bench.say("ccm", { type: "ccm/view", view });
}

/** Node `a` and another one in a view; `a` coordinates if it is `first`. */
function together(other: string, first: boolean): Bench {
  const member = `${states.member} incarnation="1"`;
  const bench = new Bench({ a: member, [other]: member });
  if (first) enter(bench, 5, ["a", other], "a", other);
  else enter(bench, 5, ["a", other], other, "a");
  return bench;
}

/** Everything that can be known is: nothing is under way. */
function settle(bench: Bench, other: string, first: boolean): void {
  if (!first) {
    bench.joined(other, 5, bench.machine.state.joins);
    return;
  }
  bench.join(other, { view: 5 });
  bench.write();
  for (
    let [asked] = bench.take("pengine/schedule");
    asked;
    [asked] = bench.take("pengine/schedule")
  ) {
    bench.say("pengine", { type: "pengine/transition", id: asked.id, graph: nothingToDo });
    bench.write();
  }
}

/** Seconds that `a` waits before it fences the other one. */
function delayOf(bench: Bench, other: string, side: Side): string | undefined {
  bench.write();
  const action = {
    id: 1,
    kind: "crm_event",
    task: "stonith",
    operationKey: `stonith-${other}-reboot`,
    onNode: other,
    attributes: { CRM_meta_stonith_action: "reboot" },
    canFail: false,
  } as const;
  const graph = { ...nothingToDo, synapses: [{ id: 1, action, inputs: [] }] };
  const standing = { delayMs: 10_000, side };
  // It is asked once more if the CIB has changed meanwhile.
  for (
    let [asked] = bench.take("pengine/schedule");
    asked;
    [asked] = bench.take("pengine/schedule")
  ) {
    bench.say("pengine", { type: "pengine/transition", id: asked.id, graph, standing });
  }
  const [run] = bench.take("tengine/run");
  return run?.graph.synapses[0]?.action.attributes.CRM_meta_priority_fencing_delay;
}

/** Node `a` loses the other one, which comes before or after it by name. */
function alone(
  { other = "b", first = true, quiet = true, side = "higher" as Side },
  meanwhile?: (bench: Bench) => void,
): string | undefined {
  const bench = together(other, first);
  if (quiet) settle(bench, other, first);
  enter(bench, 6, ["a", other], "a");
  meanwhile?.(bench);
  return delayOf(bench, other, side);
}

Deno.test("what both know decides, and the names between equal ones", () => {
  for (const first of [true, false]) {
    assert.deepEqual(sides.map((side) => alone({ first, side })), ["0", "10", "0"]);
    // `B` comes before `a`.
    assert.deepEqual(sides.map((side) => alone({ other: "B", first, side })), ["0", "10", "10"]);
  }
});

Deno.test("two halves never wait equally long, whatever was under way for which of them", () => {
  for (const first of [true, false]) {
    for (const quiet of [true, false]) {
      for (const otherQuiet of [true, false]) {
        for (const side of sides) {
          for (const otherSide of sides) {
            // If both are quiet they have one CIB.
            if (quiet && otherQuiet && otherSide !== opposite[side]) continue;
            const here = alone({ other: "b", first, quiet, side });
            const there = alone({ other: "B", first: !first, quiet: otherQuiet, side: otherSide });
            assert.ok(here !== undefined && there !== undefined);
            assert.notEqual(
              here,
              there,
              JSON.stringify({ first, quiet, otherQuiet, side, otherSide }),
            );
          }
        }
      }
    }
  }
});

Deno.test("an operation that ends after the cut is not what the other half knows", () => {
  const ended = (bench: Bench) =>
    bench.say("lrmd", { type: "lrm/result", result: result("db_start", 9) });
  assert.equal(alone({ side: "higher" }, ended), "20");
  assert.equal(alone({ other: "B", side: "higher" }, ended), "30");
});

Deno.test("an operation that is under way at the cut makes a member wait", () => {
  const bench = together("b", false);
  settle(bench, "b", false);
  bench.order(5, "b", "db_start");
  enter(bench, 6, ["a", "b"], "a");
  assert.equal(delayOf(bench, "b", "higher"), "20");
});

Deno.test("without an option nothing is delayed", () => {
  const bench = together("b", true);
  settle(bench, "b", true);
  enter(bench, 6, ["a", "b"], "a");
  bench.write();
  const [asked] = bench.take("pengine/schedule");
  assert.ok(asked);
  bench.say("pengine", { type: "pengine/transition", id: asked.id, graph: nothingToDo });
  assert.deepEqual(bench.take("tengine/run"), []);
});

Deno.test("a half that others join reports all that it runs", () => {
  const bench = together("b", true);
  settle(bench, "b", true);
  const joins = () => bench.said().filter(({ type }) => type === "join");
  enter(bench, 6, ["a", "b"], "a");
  bench.write();
  joins();
  bench.lrm = [result("db_start", 9)];
  enter(bench, 7, ["a", "b"], "b", "a");
  const [join] = joins();
  assert.ok(join?.type === "join");
  assert.equal(join.results?.length, 1, "the CIB may be that of b");
  // A majority that loses a node and gets it back has the one CIB.
  const many = new Bench({});
  enter(many, 5, ["a", "b", "c"], "b", "a");
  many.joined("b", 5, many.machine.state.joins);
  many.said();
  enter(many, 6, ["a", "b", "c"], "b", "a", "c");
  const [short] = many.said().filter(({ type }) => type === "join");
  assert.ok(short?.type === "join");
  assert.equal(short.results, undefined);
});
