import assert from "node:assert/strict";
import {
  anything,
  count,
  exact,
  list,
  number,
  oneOf,
  type Shape,
  table,
  text,
  yesOrNo,
} from "./shape.ts";

/** What is wrong with a value; nothing if it has the shape. */
function wrongWith(shape: Shape<unknown>, value: unknown): readonly string[] {
  const wrong: string[] = [];
  assert.equal(shape(value, "", wrong), wrong.length === 0, "it says whether it said something");
  return wrong;
}

Deno.test(
  "a shape takes its values, and says of others what was expected",
  { permissions: {} },
  () => {
    const table:
      readonly (readonly [Shape<unknown>, readonly unknown[], readonly unknown[], string])[] = [
        [anything, [undefined, null, 1, {}], [], ""],
        [text(), ["", "a"], [1, null, ["a"]], "it: expected text"],
        [text(/^a+$/), ["a", "aa"], ["", "ab"], "it: expected text like /^a+$/"],
        [text(/^a+$/, "some a"), ["a"], ["b"], "it: expected some a"],
        [yesOrNo, [true, false], [0, "true", null], "it: expected true or false"],
        [count, [0, 1, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, NaN, "1"], "it: expected a whole number"],
        [number, [0, -0.5, 1e300], [NaN, Infinity, "1", null], "it: expected a number"],
        [oneOf<string | number>(1, "a"), [1, "a"], ["1", "b", null], "it: expected 1 or a"],
        [list(count), [[], [0, 1]], [{}, "", null], "it: expected a list"],
        [list(count, 2), [[], [1, 2]], [[1, 2, 3]], "it: expected a list of at most 2"],
        [list(count, Infinity, 1), [[1]], [[]], "it: expected a list"],
      ];
    for (const [shape, good, bad, expected] of table) {
      for (const value of good) {
        assert.deepEqual(
          wrongWith(shape, value),
          [],
          JSON.stringify(value),
        );
      }
      for (const value of bad) {
        assert.deepEqual(wrongWith(shape, value), [expected], JSON.stringify(value));
      }
    }
  },
);

Deno.test(
  "every wrong part is named with its place, however many there are",
  { permissions: {} },
  () => {
    const shape = exact(
      { name: text(), ports: list(count) },
      { by: table(/^[a-z]+$/, yesOrNo) },
    );
    assert.deepEqual(wrongWith(shape, { name: "a", ports: [] }), []);
    assert.deepEqual(wrongWith(shape, { name: "a", ports: [], by: { x: true } }), []);
    assert.deepEqual(wrongWith(shape, { ports: [1, "x", -1], by: { X: true, y: 1 }, more: 1 }), [
      "name: expected this member",
      "ports[1]: expected a whole number",
      "ports[2]: expected a whole number",
      "by.X: expected a name like /^[a-z]+$/",
      "by.y: expected true or false",
      "more: expected one of name, ports, by",
    ]);
    for (const value of [null, [], "text", 1]) {
      assert.deepEqual(wrongWith(shape, value), ["it: expected an object"]);
      assert.deepEqual(wrongWith(table(/^/, count), value), ["it: expected an object"]);
    }
    // What an object only inherits is not there.
    assert.deepEqual(wrongWith(shape, Object.create({ name: "a", ports: [] })).length, 2);
  },
);

Deno.test("members that are not named are refused, or are what the rest must be", {
  permissions: {},
}, () => {
  const open = exact({}, { known: count }, text());
  assert.deepEqual(wrongWith(open, { known: 1, other: "a" }), []);
  assert.deepEqual(wrongWith(open, { known: "a", other: 1 }), [
    "known: expected a whole number",
    "other: expected text",
  ]);
});
