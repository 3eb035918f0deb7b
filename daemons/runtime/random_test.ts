import assert from "node:assert/strict";
import { Random } from "./random.ts";

const first = (seed: number, stream?: number) => {
  const random = stream === undefined ? new Random(seed) : new Random(seed, stream);
  return Array.from({ length: 4 }, () => random.next());
};

Deno.test("a seed is a history: the same numbers as ever, others of another stream", () => {
  assert.deepEqual(first(1), first(1, 0));
  assert.deepEqual(first(1), [2420951833, 2513034076, 3847892949, 4064752930]);
  assert.deepEqual(first(7, 3), [2631972961, 307618454, 2598671051, 303088847]);
  assert.notDeepEqual(first(1), first(1, 1));
  assert.notDeepEqual(first(1), first(2));
});

Deno.test("numbers are within their bounds, both ends included, and all of them come", () => {
  const random = new Random(5);
  const seen = new Set(Array.from({ length: 2_000 }, () => random.between(3, 7)));
  assert.deepEqual([...seen].sort(), [3, 4, 5, 6, 7]);
  assert.equal(random.between(9, 9), 9);
  for (let time = 0; time < 1_000; time++) {
    const fraction = random.fraction();
    assert.ok(fraction >= 0 && fraction < 1);
    assert.ok(Number.isInteger(random.next()) && random.next() >= 0);
  }
  const count = (probability: number) =>
    Array.from({ length: 2_000 }, () => random.chance(probability)).filter(Boolean).length;
  assert.deepEqual([count(0), count(1)], [0, 2_000]);
  const half = count(0.5);
  assert.ok(half > 850 && half < 1_150, String(half));
  assert.throws(() => random.pick([]), /Cannot pick one of none/);
  assert.deepEqual(
    [...new Set(Array.from({ length: 200 }, () => random.pick(["a", "b", "c"])))].sort(),
    ["a", "b", "c"],
  );
});

Deno.test("what is shuffled has the same items, each of which may stand anywhere", () => {
  const random = new Random(5);
  const items = ["a", "b", "c"];
  const orders = new Set<string>();
  for (let time = 0; time < 300; time++) {
    const shuffled = random.shuffle(items);
    assert.deepEqual(shuffled.toSorted(), items);
    orders.add(shuffled.join(""));
  }
  assert.equal(orders.size, 6);
  assert.deepEqual(items, ["a", "b", "c"]);
});
