import assert from "node:assert/strict";
import { circlesOf } from "./circles.ts";

const of = (inputs: Readonly<Record<number, readonly number[]>>) =>
  circlesOf(Object.entries(inputs).map(([id, list]) => ({ id: Number(id), inputs: list })))
    .map((circle) => circle.toSorted()).sort();

Deno.test("circles are found, and what only leads to one is in none", () => {
  assert.deepEqual(of({ 1: [2], 2: [3], 3: [] }), []);
  assert.deepEqual(of({ 1: [2], 2: [1], 3: [1] }), [[1, 2]]);
  assert.deepEqual(of({ 1: [1] }), [[1]]);
  assert.deepEqual(of({ 1: [2], 2: [3], 3: [1, 4], 4: [5], 5: [4] }), [[1, 2, 3], [4, 5]]);
  assert.deepEqual(of({ 1: [9] }), [], "what is not there is waited for in vain, in no circle");
});

Deno.test("a long chain needs no deep stack", () => {
  const chain = Array.from({ length: 200_000 }, (_, id) => ({ id, inputs: [id + 1] }));
  assert.deepEqual(circlesOf(chain), []);
});
