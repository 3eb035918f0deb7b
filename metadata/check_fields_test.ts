import assert from "node:assert/strict";
import { checkFields } from "./check_fields.ts";
import { type Diagnostic, pathText } from "./diagnostic.ts";

const found = (input: unknown): readonly Diagnostic[] => {
  const checked = checkFields(input, { path: ["config"] });
  return checked.ok ? checked.warnings : checked.diagnostics;
};

Deno.test("a good list of fields is taken as it is", () => {
  const fields = [
    { fieldname: "mode", basictype: "enum", choices: ["a", { value: "b", label: { en: "B" } }] },
    { fieldname: "port", basictype: "integer", specialtype: "port", default: "161" },
    { fieldname: "depth", basictype: "integer", showif: { field: "mode", is: ["b"] } },
    {
      fieldname: "outlets",
      basictype: "struct",
      isarray: true,
      fields: [{ fieldname: "name", basictype: "string", regex: "[a-z]+", default: "a" }],
      default: [{ name: "x" }],
    },
  ];
  const checked = checkFields(fields);
  assert.ok(checked.ok);
  assert.deepEqual(checked.value, fields);
  assert.deepEqual(checked.warnings, []);
});

Deno.test("what is wrong with a list of fields", () => {
  const field = { fieldname: "x", basictype: "string" };
  const cases: readonly [unknown, string, RegExp, ("warning")?][] = [
    ["text", "config", /is text/],
    [[{ fieldname: "x" }], "config[0].basictype", /missing/],
    [[{ ...field, basictype: "strnig" }], "config[0].basictype", /"strnig" is not one/],
    [[{ ...field, requried: true }], "config[0].requried", /not known/],
    [[{ ...field, minitems: -1 }], "config[0].minitems", /too small/],
    [[{ ...field, fieldname: "a b" }], "config[0].fieldname", /cannot be a field's name/],
    [[{ ...field, fieldname: "__proto__" }], "config[0].fieldname", /cannot be a field's name/],
    [[field, field], "config[1].fieldname", /appears twice/],
    [[{ ...field, basictype: "struct" }], "config[0].fields", /has no fields/],
    [[{ ...field, fields: [] }], "config[0].fields", /is not a struct/],
    [[{ ...field, basictype: "enum" }], "config[0].choices", /no choices/, "warning"],
    [[{ ...field, basictype: "enum", choices: ["a", "a"] }], "config[0].choices", /appears twice/],
    [[{ ...field, minitems: 3, maxitems: 2 }], "config[0].minitems", /above/],
    [[{ ...field, regex: "(" }], "config[0].regex", /cannot be used/],
    [[{ ...field, regex: "(a)\\1" }], "config[0].regex", /cannot be used/],
    [[{ ...field, specialtype: "ipadr" }], "config[0].specialtype", /not known here/, "warning"],
    [[{ ...field, specialtype: "host", default: "a,b" }], "config[0].default", /is invalid/],
    [[{ ...field, secret: true, default: "hunter2" }], "config[0].default", /has a default/],
    [[{ ...field, showif: { field: "y", is: ["1"] } }], "config[0].showif", /does not exist/],
    [[{ ...field, showif: { field: "x", is: ["1"] } }], "config[0].showif", /on itself/],
    [
      [{ ...field, basictype: "struct", fields: [{ ...field, regex: "[" }] }],
      "config[0].fields[0].regex",
      /cannot be used/,
    ],
  ];
  for (const [input, path, what, severity = "error"] of cases) {
    const [first, ...more] = found(input);
    assert.ok(first, what.source);
    assert.equal(more.length, 0, what.source);
    assert.equal(pathText(first.path), path);
    assert.match(first.what, what);
    assert.equal(first.severity, severity, what.source);
    if (path.endsWith("requried")) assert.match(first.fix ?? "", /"required"/);
    assert.ok(!JSON.stringify(first).includes("hunter2"));
  }
});

Deno.test("a list that loops, is deep or enormous is refused, and quickly", () => {
  const loop: Record<string, unknown> = { fieldname: "x", basictype: "struct" };
  loop.fields = [loop];
  assert.match(found([loop])[0]!.what, /too large/);
  let deep: unknown = { fieldname: "x", basictype: "string" };
  for (let depth = 0; depth < 12; depth++) {
    deep = { fieldname: "x", basictype: "struct", fields: [deep] };
  }
  assert.match(found([deep])[0]!.what, /too deep/);
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  assert.match(found(deep)[0]!.what, /too large/);
  const field = { fieldname: "x", basictype: "string" };
  assert.match(found(Array.from({ length: 513 }, () => field))[0]!.what, /too many items/);
  assert.match(found(Array.from({ length: 200_000 }, () => 1))[0]!.what, /too large/);
});
