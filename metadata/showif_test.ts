import assert from "node:assert/strict";
import type { Field, FieldValue } from "./field.ts";
import { isShown } from "./showif.ts";

const field = (fieldname: string, on?: string, ...is: FieldValue[]): Field => ({
  fieldname,
  basictype: "string",
  ...(on === undefined ? {} : { showif: { field: on, is } }),
});

Deno.test("a field counts if what it depends on counts and has one of the values", () => {
  const fields = [
    field("a"),
    field("b", "a", "1", "2"),
    field("c", "b", "x"),
    field("d", "a", 1, true),
    field("lost", "nowhere", "1"),
    field("self", "self", "1"),
    field("left", "right", "1"),
    field("right", "left", "1"),
    field("constructed", "constructor", "1"),
  ];
  const cases: readonly (readonly [string, Record<string, unknown>, boolean])[] = [
    ["a", {}, true],
    ["b", {}, false],
    ["b", { a: "2" }, true],
    ["b", { a: "3" }, false],
    // Any item of a list will do.
    ["b", { a: ["0", "1"] }, true],
    ["c", { a: "1", b: "x" }, true],
    // What b says does not count, since b does not.
    ["c", { a: "3", b: "x" }, false],
    // Text and value of the same spelling are the same.
    ["d", { a: "1" }, true],
    ["d", { a: true }, true],
    ["d", { a: {} }, false],
    ["lost", { nowhere: "1" }, false],
    ["self", { self: "1" }, false],
    ["left", { left: "1", right: "1" }, false],
    ["constructed", {}, false],
  ];
  for (const [name, values, wanted] of cases) {
    const found = fields.find(({ fieldname }) => fieldname === name)!;
    assert.equal(isShown(found, fields, values), wanted, `${name} ${JSON.stringify(values)}`);
  }
});
