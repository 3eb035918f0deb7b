import assert from "node:assert/strict";
import fc from "fast-check";
import { arbitraryFields } from "./arbitrary_fields.ts";
import { diagnose, DIAGNOSTICS_MAX } from "./diagnose.ts";
import type { Field } from "./field.ts";
import { valuesOf } from "./values.ts";
import { zodOf } from "./zod.ts";

/** Both give the same values, or both refuse: then at least all that zod says is said. */
function alike(fields: readonly Field[], input: unknown): void {
  const { values, issues } = valuesOf(fields, input);
  const parsed = zodOf(fields).safeParse(input);
  const own = diagnose(issues, { input, fields });
  const said = new Set(own.map((one) => JSON.stringify(one)));
  const zod = parsed.success ? [] : diagnose(parsed.error.issues, { input, fields });
  assert.equal(own.length > 0, zod.length > 0, JSON.stringify([own, zod]));
  // Of a list that is text zod says too that it has too few characters.
  const odd = /has too (?:few|many) characters$/;
  const missing = zod.filter((one) => !said.has(JSON.stringify(one)) && !odd.test(one.what));
  if (own.length < DIAGNOSTICS_MAX) assert.deepEqual(missing, []);
  if (parsed.success) assert.deepEqual({ ...values }, { ...parsed.data });
}

const leaf = fc.oneof(
  fc.constantFrom("", "1", "on", "a b", "192.0.2.1", "[1,2]", '{"ip":"x"}', "{", "5s"),
  fc.anything({ maxDepth: 1 }),
);

/** Something that is nearly right for the fields. */
function near(fields: readonly Field[], depth = 0): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    fields.filter(({ fieldname }) => fieldname !== "__proto__").map((field) => {
      const one = field.basictype === "struct" && depth < 3
        ? near(field.fields ?? [], depth + 1)
        : leaf;
      const value = field.isarray === true ? fc.array(one, { maxLength: 4 }) : one;
      return [field.fieldname, fc.oneof({ weight: 4, arbitrary: value }, leaf)];
    }),
  );
  return fc.record({ ...members, unknown: leaf }, { requiredKeys: [] });
}

Deno.test("fields say the same of any input by themselves and as a zod schema", () => {
  const cases = arbitraryFields.chain((fields) =>
    fc.tuple(fc.constant(fields), fc.oneof(near(fields), fc.anything()))
  );
  fc.assert(
    fc.property(cases, ([fields, input]) => alike(fields, input)),
    { numRuns: 600, endOnFailure: true },
  );
});

Deno.test("conditions, defaults, lists of groups and what is unique are taken as zod takes them", () => {
  const disks: readonly Field[] = [
    { fieldname: "mode", basictype: "enum", choices: ["a", "b"], default: "a" },
    { fieldname: "key", basictype: "string", required: true, showif: { field: "mode", is: ["b"] } },
    {
      fieldname: "disks",
      basictype: "struct",
      isarray: true,
      minitems: 1,
      maxitems: 2,
      required: true,
      fields: [
        { fieldname: "number", basictype: "integer", unique: true, required: true },
        { fieldname: "size", basictype: "integer", default: 3 },
      ],
    },
  ];
  for (
    const input of [
      {},
      null,
      [],
      { mode: "b", disks: [] },
      { mode: "c", key: "", disks: "{" },
      { disks: [{ number: 1 }, { number: "1" }, { number: 2, more: 1 }] },
      { disks: [{ number: 1, size: "4" }, { number: 2 }] },
      { disks: '[{"number": 1}]', key: undefined },
      { disks: [1, { number: "x" }], other: 1, more: 2 },
    ]
  ) {
    alike(disks, input);
  }
});

Deno.test("lists and groups that are not there have their defaults", () => {
  const list: Field = { fieldname: "key", basictype: "string", isarray: true };
  const group: Field = {
    fieldname: "disk",
    basictype: "struct",
    fields: [{ fieldname: "size", basictype: "integer", default: 3 }],
  };
  const fields: readonly Field[] = [
    { ...list, default: [] },
    { ...list, fieldname: "more", default: ["a"], showif: { field: "key", is: ["x"] } },
    { ...list, fieldname: "none" },
    { ...group, default: { size: 4 } },
  ];
  for (const input of [{}, { key: undefined }, { key: [""], more: null }, { disk: {} }]) {
    alike(fields, input);
  }
  assert.deepEqual(valuesOf(fields, {}).values, { key: [], more: ["a"], disk: { size: 4 } });
});

Deno.test("an item of a list that is nothing is refused, with zod too", () => {
  for (const basictype of ["string", "integer"] as const) {
    const fields: readonly Field[] = [{ fieldname: "list", basictype, isarray: true }];
    for (const input of [{ list: [undefined] }, { list: [""] }, { list: [null, "1"] }]) {
      alike(fields, input);
    }
    assert.equal(valuesOf(fields, { list: [undefined] }).issues.length, 1);
  }
});

Deno.test("zod asks for what is required only where its condition holds, as check does", () => {
  const fields: readonly Field[] = [
    { fieldname: "mode", basictype: "enum", choices: ["a", "b"], default: "a" },
    {
      fieldname: "more",
      basictype: "string",
      required: true,
      showif: { field: "mode", is: ["b"] },
    },
    { fieldname: "free", basictype: "string", showif: { field: "mode", is: ["b"] } },
    { fieldname: "plain", basictype: "string" },
  ];
  const accepts = (input: unknown) => zodOf(fields).safeParse(input).success;
  assert(accepts({}));
  assert(accepts({ mode: "a" }));
  assert(!accepts({ mode: "b" }));
  assert(accepts({ mode: "b", more: "x" }));
  assert(!accepts({ mode: "b", more: 1n }));
});
