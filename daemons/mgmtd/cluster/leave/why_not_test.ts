import assert from "node:assert/strict";
import type { Facts } from "../join/check_ask.ts";
import { isLast, whyNotLeave } from "./why_not.ts";

/** A cluster in which `down` do not run, as `a` sees it. */
function cluster(names: string, down = "", change: Partial<Facts> = {}): Facts {
  const members = [...names].filter((name) => !down.includes(name));
  return {
    quorate: true,
    members,
    electorate: [...names],
    // Heartbeat names the node itself too.
    others: [...names].map((name) => ({ name, isHeard: !down.includes(name) })),
    ...change,
  };
}

const cases: readonly (readonly [what: string, facts: Facts, reasons: readonly RegExp[]])[] = [
  ["one of three", cluster("abc"), []],
  ["one of two: the other goes on alone", cluster("ab"), []],
  ["the only one", cluster("a"), []],
  ["one of three, one is down", cluster("abc", "c"), [/1 of 3 nodes.*start c,/, /c does not run/]],
  ["one of four, one is down: a tie", cluster("abcd", "d"), [/2 of 4 nodes/, /d does not run/]],
  ["one of five, one is down", cluster("abcde", "e"), [/e does not run.*ha node forget e/]],
  ["no quorum", cluster("abc", "bc", { quorate: false }), [/the cluster has no quorum/]],
  ["no member", cluster("abc", "", { members: ["b", "c"] }), [/a is no member/]],
  ["another one is no member yet", cluster("abcd", "", { members: ["a", "b", "c"] }), [
    /2 of 4 nodes/,
    /d runs and is no member/,
  ]],
  ["the other one does not count yet", cluster("ab", "", { electorate: ["a"] }), [
    /0 of 1 nodes.*wait until the others count/,
  ]],
  ["one that does not count", cluster("abc", "", { electorate: ["b", "c"] }), []],
];

for (const [what, facts, reasons] of cases) {
  Deno.test(`may leave: ${what}`, () => {
    const found = whyNotLeave(facts, "a");
    assert.equal(found.length, reasons.length, found.join("\n"));
    reasons.forEach((reason, at) => assert.match(found[at] ?? "", reason));
    for (const text of found) assert.match(text, /\[HA0046\]\. Fix: /);
  });
}

Deno.test("the last node is the one that no other is known to", () => {
  assert.ok(isLast(cluster("a"), "a"));
  assert.ok(!isLast(cluster("ab", "b"), "a"));
});
