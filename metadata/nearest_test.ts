import assert from "node:assert/strict";
import { didYouMean, editDistance, nearest } from "./nearest.ts";

Deno.test("the nearest name is found, and none if none is near", () => {
  const names = ["auth/sha1", "auth/sha256", "stonith/ipmi", "medium/ucast", "medium/mcast"];
  const cases: readonly [string, string | undefined][] = [
    ["auth/sah1", "auth/sha1"],
    ["auth/sha265", "auth/sha256"],
    ["stonith/impi", "stonith/ipmi"],
    ["Stonith/IPMI", "stonith/ipmi"],
    ["medium/cast", "medium/ucast"],
    ["quorum/majority", undefined],
    ["", undefined],
    ["x".repeat(100_000), undefined],
  ];
  for (const [name, wanted] of cases) assert.equal(nearest(name, names), wanted, name.slice(0, 40));
  assert.equal(didYouMean("prot", ["port"]), ' Did you mean "port"?');
  assert.equal(didYouMean("prot", []), "");
});

Deno.test("the distance counts insertions, deletions, replacements and exchanges", () => {
  const cases: readonly [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["abc", "xyz", 3],
  ];
  for (const [left, right, wanted] of cases) {
    assert.equal(editDistance(left, right), wanted, `${left} ${right}`);
    assert.equal(editDistance(right, left), wanted, `${right} ${left}`);
  }
});
