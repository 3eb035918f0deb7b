import assert from "node:assert/strict";
import type { Quorum, QuorumQuestion } from "../../plugins/handler/quorum/contract.ts";
import majority from "../../plugins/quorum/majority/mod.ts";
import tiebreaker from "../../plugins/quorum/tiebreaker/mod.ts";
import twoNode from "../../plugins/quorum/two_node/mod.ts";
import { inOrder } from "./quorum_order.ts";

const host = { emit() {}, log() {} };

const decideQuorum = (rules: readonly Quorum[], question: QuorumQuestion): boolean =>
  rules.map((rule) => rule.decide(question)).find((answer) => answer !== "tie") === "yes";

Deno.test("a tie-breaker that an operator loads decides for two nodes", async () => {
  const always = [
    { id: "quorum/majority", api: await majority({}, host) },
    { id: "quorum/two_node", api: await twoNode({}, host) },
  ];
  const loaded = { id: "quorum/tiebreaker", api: await tiebreaker({ nodes: [] }, host) };
  const alone = (members: string[], previous: string[]) => ({
    members,
    nodes: ["a", "b"],
    votes: {},
    previous,
  });
  const both = ["a", "b"];
  const usual = inOrder(always);
  const own = inOrder([...always, loaded]);
  // By the usual rule, each of two that were together may go on, and neither after a cold start.
  assert.deepEqual(both.map((one) => decideQuorum(usual, alone([one], both))), [true, true]);
  assert.deepEqual(both.map((one) => decideQuorum(usual, alone([one], []))), [false, false]);
  assert.deepEqual(both.map((one) => decideQuorum(own, alone([one], both))), [true, false]);
  assert.deepEqual(both.map((one) => decideQuorum(own, alone([one], []))), [true, false]);
});
