import assert from "node:assert/strict";
import { clashing, epochAfter, epochText, mayChoose, placeOf } from "./epoch.ts";

Deno.test("an epoch is its node's alone, and of the next round", () => {
  for (const node of ["alice", "bob", "n\u00fcrnberg"]) {
    const place = placeOf(node);
    assert.ok(Number.isInteger(place) && place >= 0 && place < 2 ** 20);
    assert.equal(epochAfter(0, node), 2 ** 20 + place);
    assert.equal(epochAfter(2 ** 20 - 1, node), 2 ** 20 + place);
    assert.equal(epochAfter(2 ** 20, node), 2 * 2 ** 20 + place);
    assert.ok(mayChoose(node, 5 * 2 ** 20 + place));
    assert.ok(!mayChoose(node, 5 * 2 ** 20 + place + 1));
    assert.equal(epochText(5 * 2 ** 20 + place), `5.${place.toString(36)}`);
  }
  // FNV-1a of "a" is 0xe40c292c: its upper bits are folded into the lower twenty.
  assert.equal(placeOf("a"), 0xe40 ^ 0xc292c);
  assert.equal(epochText(0), "0.0");
});

Deno.test("of names that share a place the settled one, then the first by name, goes before", () => {
  const clash = (names: readonly string[], settled: readonly string[] = []) => [
    ...clashing(names, (name) => settled.includes(name)),
  ];
  assert.equal(placeOf("byu"), placeOf("ckg"));
  assert.deepEqual(clash(["ckg", "alice", "byu"]), [["ckg", "byu"]]);
  assert.deepEqual(clash(["ckg", "alice", "byu"], ["ckg"]), [["byu", "ckg"]]);
  assert.deepEqual(clash(["ckg", "byu"], ["ckg", "byu"]), [["ckg", "byu"]]);
  assert.deepEqual(clash(["byu", "byu", "alice"]), []);
});
