import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonTooLarge } from "./json_bounds.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The same, by parsing. */
function measured(value: unknown): { readonly depth: number; readonly values: number } {
  if (typeof value !== "object" || value === null) return { depth: 0, values: 0 };
  const inner = Object.values(value).map(measured);
  const names = Array.isArray(value) ? 0 : inner.length;
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    values: 1 + names + Math.max(0, inner.length - 1) +
      inner.reduce((sum, { values }) => sum + values, 0),
  };
}

Deno.test("depth and values are counted as a parser would, whatever stands in texts", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const { depth, values } = measured(JSON.parse(JSON.stringify(value)));
    const text = bytes(JSON.stringify(value));
    assert.equal(jsonTooLarge(text, { depthMax: depth, valuesMax: values }), undefined);
    if (depth > 0) {
      assert.match(jsonTooLarge(text, { depthMax: depth - 1, valuesMax: values }) ?? "", /deep/);
      assert.match(jsonTooLarge(text, { depthMax: depth, valuesMax: values - 1 }) ?? "", /values/);
    }
  }));
});

Deno.test("brackets in a text are no depth, and an escaped quote does not end one", () => {
  const bounds = { depthMax: 1, valuesMax: 2 };
  for (const text of ["[[[[", '"[[', '\\"[[[', "\\", '\\\\"', "]]]]"]) {
    assert.equal(jsonTooLarge(bytes(JSON.stringify([text])), bounds), undefined, text);
  }
  assert.match(jsonTooLarge(bytes('["\\\\",[1]]'), bounds) ?? "", /deep/);
  assert.equal(jsonTooLarge(bytes('"no end [[['), bounds), undefined);
});

Deno.test("fourteen megabytes of brackets are refused at once", () => {
  const bounds = { depthMax: 64, valuesMax: 100_000 };
  assert.match(jsonTooLarge(bytes("[".repeat(14e6)), bounds) ?? "", /64 deep/);
  assert.match(jsonTooLarge(bytes(`[${"[],".repeat(4e6)}1]`), bounds) ?? "", /100000 values/);
});
