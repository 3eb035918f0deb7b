import assert from "node:assert/strict";
import { readCib } from "../../../cib/doors/document.ts";
import type { Facts } from "../join/check_ask.ts";
import { isInStandby, withSettings } from "../emptying.ts";
import { beginning, type Due, dueIn, ending, missingOf, nextOf, whyNotRestart } from "./plan.ts";

/** A CIB with nodes of these lives. */
const cibOf = (lives: Readonly<Record<string, number>>) => {
  const all = Object.entries(lives);
  const nodes = all.map(([node]) => `<node id="${node}" uname="${node}"/>`).join("");
  const states = all.map(([node, life]) =>
    `<node_state id="${node}" uname="${node}" incarnation="${life}"/>`
  ).join("");
  return readCib(
    `<cib><configuration><crm_config/><nodes>${nodes}</nodes><resources/><constraints/></configuration>` +
      `<status>${states}</status></cib>`,
  );
};

const due = (node: string, change: Partial<Due> = {}): Due => ({
  node,
  incarnation: "1",
  wasInStandby: false,
  isAsked: false,
  isBack: false,
  ...change,
});

Deno.test("what is left stands in the CIB: which life is to end, and who was in standby", () => {
  const before = withSettings(cibOf({ a: 1, b: 2, c: 3 }), [["b", "standby", "on"]]);
  const begun = withSettings(before, beginning(before, ["a", "b"]));
  assert.deepEqual(dueIn(begun), [due("a"), due("b", { incarnation: "2", wasInStandby: true })]);
  const asked = withSettings(begun, [["a", "ha-restarts", "1"], ["a", "standby", "on"]]);
  assert.deepEqual(dueIn(asked)[0], due("a", { isAsked: true }));
  const [one, other] = dueIn(asked);
  assert.ok(one !== undefined && other !== undefined);
  const over = withSettings(asked, [...ending(one), ...ending(other)]);
  assert.deepEqual(dueIn(over), []);
  assert.deepEqual([isInStandby(over, "a"), isInStandby(over, "b")], [false, true]);
});

Deno.test("a mark of another life says that the node is back", () => {
  const before = cibOf({ a: 1 });
  const begun = withSettings(cibOf({ a: 2 }), beginning(before, ["a"]));
  assert.deepEqual(dueIn(begun), [due("a", { isBack: true })]);
});

Deno.test("first what has begun, then by name, the coordinator and this node last", () => {
  const next = (...all: readonly Due[]) => nextOf(all, ["a", "b"])?.node;
  assert.equal(next(due("a"), due("b"), due("d"), due("c")), "c");
  assert.equal(next(due("b"), due("a")), "a");
  assert.equal(next(due("c"), due("b", { isAsked: true })), "b");
  assert.equal(next(due("c"), due("a", { isBack: true })), "a");
  assert.equal(next(), undefined);
});

Deno.test("a node is not restarted where the others would have no quorum, or one is down", () => {
  const facts = (names: string, down = "", quorate = true): Facts => ({
    quorate,
    members: [...names].filter((name) => !down.includes(name)),
    electorate: [...names],
    others: [...names].map((name) => ({ name, isHeard: !down.includes(name) })),
  });
  const why = (of: Facts) => whyNotRestart(of, "a").join("; ");
  for (const names of ["a", "ab", "abc", "abcd"]) assert.equal(why(facts(names)), "", names);
  assert.match(why(facts("abc", "c")), /c is no member/);
  assert.match(why(facts("abc", "a")), /a is no member/);
  assert.match(why(facts("abc", "", false)), /no quorum/);
  const out: Facts = { ...facts("abc"), electorate: ["a", "b", "c", "x"] };
  assert.match(why(out), /2 of 4 nodes that count would stay/);
});

Deno.test("what runs less often than before is named", () => {
  const before = new Map([["web", 1], ["clone", 3]]);
  assert.deepEqual(missingOf(before, new Map([["web", 1], ["clone", 2]])), ["clone"]);
  assert.deepEqual(missingOf(before, new Map([["web", 1], ["clone", 3], ["new", 1]])), []);
});
