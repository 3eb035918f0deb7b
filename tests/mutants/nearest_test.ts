import assert from "node:assert/strict";
import { nearestTests } from "./nearest.ts";

const imports: Readonly<Record<string, readonly string[]>> = {
  "a/core_test.ts": ["a/core.ts"],
  "a/core.ts": ["a/leaf.ts", "b/core.ts"],
  "a/near_test.ts": ["a/leaf.ts"],
  "a/leaf_test.ts": ["a/core.ts"],
  "a/other_test.ts": ["c.ts"],
  "b/core_test.ts": ["b/core.ts"],
  // A circle ends.
  "b/core.ts": ["b/core_test.ts"],
};
const nearest = (path: string) =>
  nearestTests(
    path,
    Object.keys(imports).filter((name) => name.endsWith("_test.ts")),
    (name) => imports[name] ?? [],
  );

Deno.test("the test of the same name comes first, then those with fewer imports between", () => {
  assert.deepEqual(nearest("a/leaf.ts"), [
    "a/leaf_test.ts",
    "a/near_test.ts",
    "a/core_test.ts",
    "a/other_test.ts",
  ]);
});

Deno.test("a test elsewhere that does not reach the file is left out", () => {
  assert.deepEqual(nearest("b/core.ts"), [
    "b/core_test.ts",
    "a/core_test.ts",
    "a/leaf_test.ts",
  ]);
});
