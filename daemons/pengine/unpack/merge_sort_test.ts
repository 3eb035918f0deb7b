import assert from "node:assert/strict";
import { mergeSort } from "./merge_sort.ts";

Deno.test("sorts, and keeps the order of equals", () => {
  assert.deepEqual(mergeSort([3, 1, 2, 5, 4], (a, b) => a - b), [1, 2, 3, 4, 5]);
  const items = ["b1", "a1", "b2", "a2"];
  const byLetter = (a: string, b: string) => a[0] === b[0] ? 0 : a < b ? -1 : 1;
  assert.deepEqual(mergeSort(items, byLetter), ["a1", "a2", "b1", "b2"]);
  assert.deepEqual(mergeSort([], () => 0), []);
});
