import assert from "node:assert/strict";
import { didYouMean, editDistance, nearest, unknownName } from "./nearest.ts";

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

Deno.test("a third of the characters may differ, and one of a short name", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["abcdef", "abcxyf", true], // 2 of 6
    ["abcdef", "abxyzf", false], // 3 of 6
    ["ab", "ax", true],
    ["ab", "xy", false],
    ["abc", "abcd", true],
    ["abcdef", "abcdefgh", true],
    ["abcdef", "abcdefghi", true], // 3 of 9
    ["abcdef", "abcdefghij", false],
    ["a".repeat(128), `${"a".repeat(128)}${"b".repeat(500)}`, true], // only so much is compared
    ["a".repeat(127), `${"a".repeat(85)}${"b".repeat(43)}`, false],
  ];
  for (const [name, other, near] of cases) {
    assert.equal(nearest(name, [other]) !== undefined, near, `${name} ${other}`);
    assert.equal(nearest(other, [name]) !== undefined, near, `${other} ${name}`);
  }
  assert.equal(nearest("abcdef", ["abcxyf", "abcdxf", "abcdyf"]), "abcdxf", "the first of equals");
});

Deno.test("an unknown name is followed by the near one, or by all if they are few", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
  assert.equal(unknownName("stonit", ["auth", "stonith"]), '"stonit". Did you mean "stonith"?');
  assert.equal(unknownName("x", []), '"x".');
  assert.equal(unknownName("zzzz", ["auth", "auth"]), '"zzzz". There is auth.');
  assert.equal(unknownName("zzzz", ["auth", "ra"]), '"zzzz". There are auth, ra.');
  assert.equal(unknownName("zzzz", many(12)), `"zzzz". There are ${many(12).join(", ")}.`);
  assert.equal(unknownName("zzzz", many(13)), '"zzzz".');
});
