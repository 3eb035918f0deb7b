import assert from "node:assert/strict";
import { initialRoot } from "./initial.ts";
import { versionOf } from "./version.ts";

Deno.test("a cluster begins with what was written, or with an empty CIB", () => {
  assert.equal(initialRoot(undefined).attributes["validate-with"], "pacemaker-3.9");
  const root = initialRoot(`<cib admin_epoch="3"><configuration/></cib>\n`);
  assert.equal(versionOf(root).adminEpoch, 3);
  assert.deepEqual(root.children.map((child) => child.type === "element" && child.name.raw), [
    "configuration",
    "status",
  ]);
});

for (
  const [text, why] of [
    ["<cib", /line 1, column 4/],
    ["<cib><configuration></cib>", /line 1/],
    ["<cluster/>", /The root of a CIB is "cib"/],
    ["<cib/>", /"configuration"/],
    [
      `<cib><configuration><resources><bundle id="b"><docker image="i" replicas="100000000"/>` +
      `</bundle></resources></configuration></cib>`,
      /bundle "b": replicas is 100000000; .* at most 128/,
    ],
    ["<!DOCTYPE cib><cib><configuration/><status/></cib>", /DOCTYPE/],
  ] as const
) {
  Deno.test(`a first CIB that is none is refused: ${text}`, () => {
    assert.throws(() => initialRoot(text), (error: Error) => {
      assert.equal(error.name, "DiagnosticError");
      assert.match(error.message, why);
      assert.match(error.message, /Fix: correct the file/);
      return true;
    });
  });
}
