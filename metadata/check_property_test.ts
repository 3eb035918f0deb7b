import assert from "node:assert/strict";
import fc from "fast-check";
import { arbitraryFields } from "./arbitrary_fields.ts";
import { check } from "./check.ts";
import { isSecret, membersOf } from "./facts.ts";
import type { Field } from "./field.ts";
import { formHtml, formOf, readSubmission } from "./form/mod.ts";

const CANARY = "canary-7f3a";

/** Values of the right shape for the fields, each leaf being `leaf`, so that all of them are met. */
function shaped(
  fields: readonly Field[],
  leaf: (field: Field) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => {
    const one = field.basictype === "struct" ? shaped(membersOf(field), leaf) : leaf(field);
    return [field.fieldname, field.isarray === true ? [one] : one];
  }));
}

Deno.test("any fields and any input: a value or diagnostics, never an exception", () => {
  const input = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
    fc.dictionary(fc.constantFrom("ip", "mode", "key", "constructor", "__proto__"), fc.anything()),
  );
  fc.assert(
    fc.property(arbitraryFields, input, (fields, given) => {
      const checked = check(fields, given);
      if (checked.ok) {
        // What was taken is taken again, and is the same.
        const again = check(fields, checked.value);
        assert.ok(again.ok);
        assert.deepEqual(again.value, checked.value);
      } else {
        assert.ok(checked.diagnostics.length > 0);
        for (const { what, why, fix } of checked.diagnostics) assert.ok(what && why && fix);
      }
    }),
    { numRuns: 400 },
  );
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

Deno.test("no secret gets into diagnostics, warnings, models or pages, whatever the fields", () => {
  fc.assert(
    fc.property(arbitraryFields, (list) => {
      // Texts of the fields themselves may stand anywhere; values of secrets may not.
      const fields = list.map((field): Field => ({ ...field, secret: true }));
      const values = shaped(fields, () => CANARY);
      const checked = check(fields, values, { path: ["config"] });
      const said = checked.ok ? checked.warnings : checked.diagnostics;
      assert.ok(!JSON.stringify(said).includes(CANARY));
      const form = formOf(fields, {
        values,
        path: ["config"],
        ...(checked.ok ? {} : { diagnostics: checked.diagnostics }),
      });
      assert.ok(!JSON.stringify(form).includes(CANARY));
      assert.ok(!formHtml(form).includes(CANARY));
      assert.ok(fields.every(isSecret));
    }),
    { numRuns: 150 },
  );
});

Deno.test("any entries as a submission: read, never an exception", () => {
  const name = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      "ip",
      "mode.0",
      "key.0.ip",
      "key.1.ip",
      "_add",
      "_remove",
      "_forget",
      "%",
      "...",
    ),
  );
  fc.assert(
    fc.property(
      arbitraryFields,
      fc.array(fc.tuple(name, fc.oneof(fc.string({ maxLength: 8 }), fc.constant(1))), {
        maxLength: 8,
      }),
      fc.anything(),
      (fields, entries, previous) => {
        const { checked, values } = readSubmission(fields, entries, { previous });
        assert.equal(typeof checked.ok, "boolean");
        // What is to be drawn again can be drawn.
        formHtml(formOf(fields, { values }));
      },
    ),
    { numRuns: 150 },
  );
});
