import assert from "node:assert/strict";
import fc from "fast-check";
import { arbitraryFields } from "./arbitrary_fields.ts";
import { fieldSchema } from "./field_schema.ts";
import { fieldsShape } from "./field_shape.ts";

/** Both say the same of a list with this one field. */
function alike(field: unknown): void {
  const wrong: string[] = [];
  const taken = fieldsShape([field], "", wrong);
  assert.equal(taken, fieldSchema.safeParse(field).success, JSON.stringify([field, wrong]));
  assert.equal(wrong.length > 0, !taken);
}

Deno.test("a field has the same shape as its schema says, with anything changed in it", () => {
  const changes = fc.dictionary(
    fc.constantFrom(
      ...["label", "isarray", "minitems", "choices", "default", "unique", "showif", "fields"],
      ...["deprecated", "basictype", "fieldname", "length", "unit", "order", "other"],
    ),
    fc.oneof(
      fc.constantFrom<unknown>(-1, 0.5, "x".repeat(200), [], {}, [""], { en: 1 }, { by: [1] }),
      fc.constantFrom<unknown>({ value: "a" }, [{ value: "a" }], { field: "a", is: [] }, true),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    { maxKeys: 2 },
  );
  fc.assert(
    fc.property(arbitraryFields, changes, (fields, change) => {
      for (const field of fields) alike({ ...field, ...change });
    }),
    { numRuns: 400, endOnFailure: true },
  );
});

Deno.test("bounds of fields: texts, lists, depth", () => {
  const plain = { fieldname: "a", basictype: "string" };
  for (const length of [128, 129]) alike({ ...plain, fieldname: "x".repeat(length) });
  for (const length of [32, 33]) alike({ ...plain, unit: "x".repeat(length) });
  for (const length of [1024, 1025]) alike({ ...plain, choices: Array(length).fill("x") });
  for (const length of [512, 513]) {
    assert.equal(fieldsShape(Array(length).fill(plain), "", []), length === 512);
    alike({ ...plain, basictype: "struct", fields: Array(length).fill(plain) });
  }
  let deep: unknown[] = [plain];
  for (let levels = 1; levels <= 9; levels++) {
    assert.equal(fieldsShape(deep, "", []), levels <= 8, `${levels} levels`);
    deep = [{ fieldname: "a", basictype: "struct", fields: deep }];
  }
});
