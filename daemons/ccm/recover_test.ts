import assert from "node:assert/strict";
import type { Message } from "../runtime/messages.ts";
import { foreign } from "./electorate.ts";
import type { Bench } from "./testing/small_cluster.ts";
import { formed } from "./testing/small_cluster.ts";

const sorted = (text: string) => [...text].sort().join("");

/** An operator tells these nodes; what each answers: empty, or why not. */
function told(bench: Bench, nodes: string, epoch?: number): string[] {
  return [...nodes].map((node) => {
    const view = epoch ?? bench.view(node)?.epoch ?? 0;
    bench.give(node, "client", { type: "ccm/recover", id: "1", view });
    bench.run();
    const { told = [] } = bench.seats.get(node) ?? {};
    const last = told.findLast((message) => message.type === "ccm/recovering");
    return (last as Extract<Message, { type: "ccm/recovering" }> | undefined)?.refused ?? "";
  });
}

/** A cluster in which these have died, and the others are in a view without quorum. */
function bereft(nodes: string, dead: string): Bench {
  const bench = formed(nodes);
  for (const node of dead) bench.die(node);
  bench.pass(5_000);
  for (const node of bench.seats.keys()) assert.ok(!bench.view(node)?.quorate);
  return bench;
}

Deno.test("the last of three goes on alone, and what is lost counts no more", () => {
  const bench = bereft("abc", "bc");
  assert.equal(bench.members("a"), "a");
  assert.deepEqual(told(bench, "a"), [""]);
  bench.pass(1_000);
  assert.equal(bench.members("a"), "a!");
  assert.deepEqual(bench.view("a")?.electorate, ["a"]);
});

Deno.test("each node that goes on must be told by its own operator", () => {
  const bench = bereft("abcde", "cde");
  assert.deepEqual(told(bench, "a"), [""]);
  bench.pass(60_000);
  assert.equal(bench.members("a"), "ab", "b was not told");
  assert.equal(bench.members("b"), "ab");
  assert.deepEqual(told(bench, "b"), [""]);
  bench.pass(1_000);
  for (const node of "ab") assert.equal(bench.members(node), "ab!");
  assert.deepEqual(bench.view("b")?.electorate, ["a", "b"]);
});

Deno.test("a proposal to recover binds nobody whose operator said nothing", () => {
  const bench = bereft("abcde", "cde");
  const { process } = bench.seats.get("b")!;
  const before = bench.seats.get("b")!.machine.state;
  const view = bench.view("a")!;
  const round = 2 ** 20;
  bench.give("b", "ccm", {
    type: "peer",
    body: {
      type: "propose",
      proposal: {
        epoch: view.epoch + round,
        proposer: "a",
        members: view.members.map((member) => ({ ...member })),
        previous: [],
        electorates: structuredClone(before.electorates) as never,
        electors: ["a", "b"],
        basis: view.epoch,
        recovers: true,
      },
    },
  }, "a");
  bench.run();
  assert.ok(process !== undefined && before.promised < view.epoch + round);
  assert.deepEqual(before.electorates.committed.nodes, [..."abcde"]);
});

Deno.test("it is refused while there is quorum, no view, another view, or somebody is heard", () => {
  const whole = formed("abc");
  assert.match(told(whole, "a")[0]!, /the nodes have quorum.*\[HA6012\]\. Fix: /);
  const alone = bereft("abc", "bc");
  assert.match(told(alone, "a", 7)[0]!, /the view has changed: it is .*HA6012/);
  // b comes back just now: it is heard, and no member yet.
  alone.lose = () => true;
  alone.start("b");
  assert.match(told(alone, "a")[0]!, /b is still heard|this node is in no view/);
});

Deno.test("what an operator said ends with the view that was shown", () => {
  const bench = bereft("abcde", "cde");
  assert.deepEqual(told(bench, "a"), [""]);
  bench.die("b");
  bench.pass(5_000);
  assert.equal(bench.members("a"), "a", "alone was not what the operator agreed to");
});

Deno.test("a node that was lost is foreign when it comes back, until its state is removed", () => {
  const bench = bereft("abc", "bc");
  told(bench, "a");
  bench.pass(1_000);
  bench.start("b");
  bench.pass(10_000);
  assert.equal(bench.members("a"), "a!");
  assert.ok(!bench.members("b").includes("a"));
  const [a, b] = [..."ab"].map((node) => bench.seats.get(node)!.machine.state.electorates);
  assert.ok(foreign(a!, b!));
  bench.keep("b", new Map());
  bench.start("b");
  bench.pass(10_000);
  assert.equal(bench.members("a"), "ab!");
  assert.deepEqual(bench.view("a")?.electorate, ["a", "b"]);
});

Deno.test("a node that promised a recovery and missed its commit is not foreign to it", () => {
  const bench = bereft("abcde", "cde");
  bench.lose = (_from, to, { type }) => to === "b" && type === "commit";
  assert.deepEqual(told(bench, "ab"), ["", ""]);
  bench.pass(200);
  assert.equal(bench.members("a"), "ab!");
  assert.ok(bench.members("b") !== "ab!");
  bench.start("b"); // it restarts with its promise on disk
  bench.lose = () => false;
  bench.pass(10_000);
  for (const node of "ab") assert.equal(sorted(bench.members(node)), "!ab");
  const [a, b] = [..."ab"].map((node) => bench.seats.get(node)!.machine.state.electorates);
  assert.equal(a!.origin, b!.origin);
});

Deno.test("a recovery that was promised and not committed can be asked for again", () => {
  const bench = bereft("abcde", "cde");
  bench.lose = (_from, _to, { type }) => type === "promise" || type === "rows";
  told(bench, "a");
  bench.lose = () => false;
  bench.start("a");
  bench.pass(5_000);
  assert.equal(sorted(bench.members("a")), "ab");
  assert.deepEqual(told(bench, "ab"), ["", ""]);
  bench.pass(2_000);
  for (const node of "ab") assert.equal(sorted(bench.members(node)), "!ab");
});
