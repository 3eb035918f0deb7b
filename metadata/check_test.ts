import assert from "node:assert/strict";
import { check, type Diagnostic, diagnosticText, type Field, type FieldValue } from "./mod.ts";

const fields = [
  { fieldname: "address", basictype: "string", specialtype: "host", required: true },
  { fieldname: "port", basictype: "integer", specialtype: "port", default: 161 },
  { fieldname: "password", basictype: "string", secret: true, length: 3 },
  { fieldname: "mode", basictype: "enum", choices: ["fast", "slow"], default: "fast" },
  {
    fieldname: "depth",
    basictype: "integer",
    minimum: 1,
    required: true,
    showif: { field: "mode", is: ["slow"] },
  },
  {
    fieldname: "outlets",
    basictype: "struct",
    isarray: true,
    fields: [
      { fieldname: "number", basictype: "integer", required: true, unique: true },
      { fieldname: "name", basictype: "string" },
      { fieldname: "pin", basictype: "string", specialtype: "secret", regex: "[0-9]{4}" },
    ],
  },
  { fieldname: "peers", basictype: "string", specialtype: "ipaddr", isarray: true, minitems: 1 },
  { fieldname: "waitMs", basictype: "integer", specialtype: "duration", unit: "ms", default: "5s" },
  { fieldname: "verbose", basictype: "boolean", deprecated: { by: ["mode"] } },
] as const satisfies readonly Field[];

const problems = (list: readonly Field[], input: unknown): readonly Diagnostic[] => {
  const checked = check(list, input);
  return checked.ok ? [] : checked.diagnostics;
};

Deno.test("a good configuration is typed, coerced and completed", () => {
  const checked = check(fields, {
    address: "pdu.example.org",
    outlets: [{ number: "3" }],
    peers: "192.0.2.1, ::1",
    waitMs: "2min",
    verbose: "Yes",
  });
  assert.ok(checked.ok);
  // The compiler knows these types from the fields alone.
  const port: number = checked.value.port;
  const depth: number | undefined = checked.value.depth;
  // @ts-expect-error -- it is required only under a condition, so that it may not be there
  const _surely: number = checked.value.depth;
  const mode: "fast" | "slow" = checked.value.mode;
  assert.deepEqual([port, depth, mode], [161, undefined, "fast"]);
  assert.deepEqual(checked.value, {
    address: "pdu.example.org",
    port: 161,
    mode: "fast",
    outlets: [{ number: 3 }],
    peers: ["192.0.2.1", "::1"],
    waitMs: 120_000,
    verbose: true,
  });
  assert.deepEqual(checked.warnings.map(({ path, fix }) => [path, fix]), [
    [["verbose"], 'use "mode"'],
  ]);
});

Deno.test("all that is wrong is said at once, each with location, problem, cause and fix", () => {
  const checked = check(fields, {
    port: "70000",
    password: "hunter2",
    mode: "slwo",
    outlets: [{ number: 1 }, { number: 1, pin: "0000x" }, { nmae: 3 }],
    peers: ["192.0.2.0/24"],
    waitMs: "1.5s",
    addres: 1,
  }, { path: ["config"] });
  assert.ok(!checked.ok);
  assert.deepEqual(checked.diagnostics.map(diagnosticText), [
    'config.address: "address" is missing: it is required [HA1003]. Fix: give a value for "address"',
    'config.port: "70000" is not a port: ports go from 1 to 65535 [HA1001]. Fix: give a port such as 694',
    "config.password: the secret that was given is too long: it has 7 characters, the limit is 3 [HA1001]. Fix: shorten it to 3 characters",
    'config.mode: "slwo" is not one of the choices: the choices are fast, slow [HA1001]. Fix: use one of them. Did you mean "slow"?',
    "config.outlets[1].pin: the secret that was given has the wrong form: the whole value must match [0-9]{4} [HA1001]. Fix: write a value that matches",
    'config.outlets[2].number: "number" is missing: it is required [HA1003]. Fix: give a value for "number"',
    'config.outlets[2].nmae: "nmae" is not known here: the names are number, name, pin [HA1002]. Fix: correct the name or remove it. Did you mean "name"?',
    'config.outlets[1].number: "number" has the same value as in an item before: no two items may share it [HA1001]. Fix: give each item its own',
    'config.peers[0]: "192.0.2.0/24" is not an IP address: an IP address is one host\'s IPv4 or IPv6 address, without a mask, zone or brackets [HA1001]. Fix: give an IP address such as 192.0.2.7',
    'config.waitMs: "1.5s" is not a duration: a duration is digits, alone or with ms, s, min or h [HA1001]. Fix: write a number such as 30s',
    'config.addres: "addres" is not known here: the names are address, port, password, mode, depth, outlets, peers, waitMs, verbose [HA1002]. Fix: correct the name or remove it. Did you mean "address"?',
  ]);
});

Deno.test("a field that depends on another is required only if it is asked", () => {
  const needed = problems(fields, { address: "a", mode: "slow" });
  assert.deepEqual(needed.map(({ path }) => path), [["depth"]]);
  const unused = check(fields, { address: "a", depth: 3 });
  assert.ok(unused.ok);
  assert.deepEqual(unused.warnings.map(({ what }) => what), ['"depth" is not used']);
  // Beside other problems, and not said twice where it is given but wrong.
  assert.deepEqual(
    problems(fields, { mode: "slow", depth: 0 }).map(({ what }) => what),
    ['"address" is missing', "0 is too small"],
  );
});

Deno.test("what each basic type takes, and what it refuses", () => {
  const cases: readonly [Omit<Field, "fieldname">, unknown, FieldValue | undefined][] = [
    [{ basictype: "string" }, "text", "text"],
    [{ basictype: "string" }, "", ""],
    [{ basictype: "string", required: true }, "", undefined],
    [{ basictype: "string" }, 7, undefined],
    [{ basictype: "string" }, null, undefined],
    [{ basictype: "string" }, "nul\0", undefined],
    [{ basictype: "string" }, "bell\x07", undefined],
    [{ basictype: "string" }, "half \ud800", undefined],
    [{ basictype: "string" }, "two\nlines\t", "two\nlines\t"],
    [{ basictype: "string", length: 2 }, "𝄞𝄞", "𝄞𝄞"],
    [{ basictype: "string", length: 2 }, "abc", undefined],
    [{ basictype: "string", regex: "[a-z]+" }, "abc", "abc"],
    [{ basictype: "string", regex: "[a-z]+" }, "abc1", undefined],
    [{ basictype: "string", regex: "a|b" }, "ab", undefined],
    [{ basictype: "integer" }, "42", 42],
    [{ basictype: "integer" }, " -42 ", -42],
    [{ basictype: "integer" }, 42, 42],
    [{ basictype: "integer" }, "4.2", undefined],
    [{ basictype: "integer" }, 4.2, undefined],
    [{ basictype: "integer" }, "0x10", undefined],
    [{ basictype: "integer" }, "", undefined],
    [{ basictype: "integer" }, "9007199254740993", undefined],
    [{ basictype: "integer" }, true, undefined],
    [{ basictype: "integer" }, NaN, undefined],
    [{ basictype: "integer", minimum: 0 }, "-1", undefined],
    [{ basictype: "integer", maximum: 10 }, 11, undefined],
    [{ basictype: "number" }, "2.5e1", 25],
    [{ basictype: "number" }, Infinity, undefined],
    [{ basictype: "number" }, "1e999", undefined],
    [{ basictype: "number" }, "1,5", undefined],
    [{ basictype: "boolean" }, "on", true],
    [{ basictype: "boolean" }, "0", false],
    [{ basictype: "boolean" }, 1, true],
    [{ basictype: "boolean" }, "maybe", undefined],
    [{ basictype: "boolean" }, {}, undefined],
    [{ basictype: "enum", choices: ["1", { value: "2" }] }, 2, "2"],
    [{ basictype: "enum", choices: ["1"] }, "3", undefined],
    [{ basictype: "enum", choices: [] }, "free", "free"],
    [{ basictype: "enum", choices: ["1"], choicesfrom: "outlets" }, "free", "free"],
    [{ basictype: "struct", fields: [] }, {}, {}],
    [{ basictype: "struct", fields: [] }, "{}", {}],
    [{ basictype: "struct", fields: [] }, [], undefined],
    [{ basictype: "string", isarray: true }, "a,b  c", ["a", "b", "c"]],
    [{ basictype: "string", isarray: true }, '["a b"]', ["a b"]],
    [{ basictype: "string", isarray: true }, "", []],
    [{ basictype: "string", isarray: true, maxitems: 1 }, ["a", "b"], undefined],
    [{ basictype: "string", isarray: true }, ["a", undefined], undefined],
    [{ basictype: "string", isarray: true }, { 0: "a" }, undefined],
    [{ basictype: "integer", specialtype: "duration" }, "2h", 7200],
    [{ basictype: "integer", specialtype: "duration" }, 90, 90],
    [{ basictype: "integer", specialtype: "duration" }, -1, undefined],
    [{ basictype: "integer", specialtype: "duration" }, "500ms", undefined],
    [{ basictype: "number", specialtype: "duration" }, "500ms", 0.5],
    [{ basictype: "string", specialtype: "duration" }, "500ms", "500ms"],
    [{ basictype: "integer", specialtype: "score" }, "-INFINITY", -1_000_000],
    // A special type that nobody here knows falls back to basictype, length and regex.
    [{ basictype: "string", specialtype: "telepathy" }, "anything", "anything"],
    [{ basictype: "string", specialtype: "telepathy", length: 3 }, "anything", undefined],
    [{ basictype: "integer", specialtype: "telepathy", regex: "x" }, "12", 12],
    [{ basictype: "string", specialtype: "constructor" }, "anything", "anything"],
  ];
  for (const [about, input, wanted] of cases) {
    const checked = check([{ fieldname: "value", ...about } as Field], { value: input });
    const said = `${JSON.stringify(about)} ${String(input)}`;
    assert.equal(checked.ok, wanted !== undefined, said);
    if (checked.ok) assert.deepEqual(checked.value.value, wanted, said);
    else {for (const { what, why, fix } of checked.diagnostics) {
        assert.ok(what && why && fix, said);
      }}
  }
});

Deno.test("names that every object has are names like others", () => {
  const list = ["constructor", "toString", "hasOwnProperty"]
    .map((fieldname): Field => ({ fieldname, basictype: "string" }));
  assert.deepEqual(problems(list, {}), []);
  assert.deepEqual(problems([], JSON.parse('{"__proto__":{"a":1}}')).map(({ path }) => path), [
    ["__proto__"],
  ]);
  // What the input inherits is not input.
  const inherited = Object.create({ address: "a" });
  assert.deepEqual(problems(fields, inherited).map(({ what }) => what), ['"address" is missing']);
  assert.equal(({} as Record<string, unknown>).a, undefined);
});

Deno.test("an input that is no group of values, and a flood of problems", () => {
  for (const input of [null, undefined, 1, "text", [], () => {}]) {
    assert.equal(problems(fields, input).length, 1, String(input));
  }
  const flood = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]));
  assert.equal(problems([], flood).length, 100);
});

Deno.test("a default that does not check is no default", () => {
  // Agents upstream write default="" for whole numbers.
  const checked = check([{ fieldname: "size", basictype: "integer", default: "" }], {});
  assert.ok(checked.ok);
  assert.deepEqual(checked.value, {});
  // Empty text is text, though.
  const text = check([{ fieldname: "note", basictype: "string", default: "", required: true }], {});
  assert.ok(text.ok);
  assert.deepEqual(text.value, { note: "" });
});

Deno.test("what belongs to a secret group is never quoted", () => {
  const checked = check([{
    fieldname: "login",
    basictype: "struct",
    secret: true,
    fields: [
      { fieldname: "token", basictype: "string", regex: "[0-9]+" },
      { fieldname: "kind", basictype: "enum", choices: ["a"] },
    ],
  }], { login: { token: "canary", kind: "canary" } });
  assert.ok(!checked.ok);
  assert.equal(checked.diagnostics.length, 2);
  assert.ok(!JSON.stringify(checked).includes("canary"));
});

Deno.test("the line of the input is told where it is known", () => {
  const checked = check(fields, { address: "a", prot: 1 }, { path: ["cfg"], lineOf: () => 7 });
  assert.ok(!checked.ok);
  assert.match(diagnosticText(checked.diagnostics[0]!), /^cfg\.prot \(line 7\): /);
});

Deno.test("a password in an address is refused without being repeated", () => {
  const fields = [{ fieldname: "at", basictype: "string", specialtype: "url" }] as const;
  for (
    const at of [
      "https://admin:hunter22@pdu/",
      "ftp://u:hunter22@x/y@hunter22@z",
      "wss://hunter22@pdu",
    ]
  ) {
    const checked = check(fields, { at });
    assert.equal(checked.ok, false);
    const text = checked.ok ? "" : checked.diagnostics.map(diagnosticText).join();
    assert.match(text, /:\/\/\*\*\*@/);
    assert.doesNotMatch(text, /hunter22/);
  }
});

const parts = (member: object): readonly Field[] => [{
  fieldname: "parts",
  basictype: "struct",
  isarray: true,
  fields: [{ fieldname: "number", basictype: "string", unique: true, ...member }],
}];
const wrongIn = (fields: readonly Field[], input: unknown) => {
  const checked = check(fields, input);
  return checked.ok ? [] : checked.diagnostics.map(({ what, why }) => `${what}: ${why}`);
};

Deno.test("what is not given is shared with nobody; what is given twice is refused", () => {
  assert.deepEqual(wrongIn(parts({ default: "x" }), { parts: [{}, {}] }), []);
  assert.deepEqual(wrongIn(parts({}), { parts: [{}, {}, { number: "" }, { number: "" }] }), []);
  // One error for each, and none about a value that they do not share.
  assert.equal(wrongIn(parts({}), { parts: [{ number: null }, { number: null }] }).length, 2);
  assert.match(
    wrongIn(parts({ default: "x" }), { parts: [{ number: "1" }, { number: "1" }] }).join(),
    /has the same value as in an item before/,
  );
});

Deno.test("broken JSON is reported as that, with its place and without its text", () => {
  const said = wrongIn(parts({}), { parts: '[{"number": "hunter2",}]' }).join();
  assert.match(said, /"parts" is not valid JSON: it is invalid at position 22/);
  assert.doesNotMatch(said, /hunter2/);
  assert.match(wrongIn(parts({}), { parts: '[{"number": hunter2}]' }).join(), /is not valid JSON/);
  // A list of addresses is none, and none is expected.
  const list: readonly Field[] = [{ fieldname: "at", basictype: "string", isarray: true }];
  assert.deepEqual(wrongIn(list, { at: "[::1]:694, [::2]:694" }), []);
});

Deno.test("warnings come from within groups too, each with its line", () => {
  const group: readonly Field[] = [{
    fieldname: "outer",
    basictype: "struct",
    fields: [
      { fieldname: "old", basictype: "string", deprecated: true },
      { fieldname: "mode", basictype: "enum", choices: ["a", "b"], default: "a" },
      { fieldname: "key", basictype: "string", showif: { field: "mode", is: ["b", 2] } },
    ],
  }];
  const input = { outer: { old: "x", key: "y" } };
  const lineOf = (path: Diagnostic["path"]) => path.length;
  const checked = check(group, input, { path: ["config"], lineOf });
  assert.ok(checked.ok);
  assert.deepEqual(checked.warnings.map(diagnosticText), [
    'config.outer.old (line 2): "old" is deprecated: a later version may remove it [HA1010]. Fix: remove it',
    'config.outer.key (line 2): "key" is not used: it applies only if "mode" is "b" or 2 [HA1010]. Fix: ' +
    'remove it, or set "mode"',
  ]);
  const text = { by: ["new", "newer"], text: { en: "it is too narrow" } };
  const one: readonly Field[] = [{ fieldname: "old", basictype: "string", deprecated: text }];
  const replaced = check(one, { old: "" });
  assert.ok(replaced.ok);
  assert.deepEqual(replaced.warnings.map(diagnosticText), [
    'old: "old" is deprecated: it is too narrow [HA1010]. Fix: use "new", "newer"',
  ]);
});
