import assert from "node:assert/strict";
import { check } from "./check.ts";
import type { Field } from "./field.ts";
import { migrate, type Migration, replaceDeprecated } from "./migrate.ts";

const fields: readonly Field[] = [
  { fieldname: "host", basictype: "string", specialtype: "host", required: true },
  { fieldname: "waitMs", basictype: "integer" },
  { fieldname: "mode", basictype: "enum", choices: ["careful", "quick"], default: "careful" },
  { fieldname: "peers", basictype: "string", isarray: true },
  { fieldname: "password", basictype: "string", secret: true },
];

const migrations: readonly Migration[] = [
  {
    to: 3,
    steps: [
      { type: "scale", name: "waitMs", by: 1000 },
      { type: "set", name: "mode", value: "quick" },
      { type: "list", name: "peers" },
      { type: "set", name: "password", value: "canary" },
    ],
  },
  {
    to: 2,
    steps: [
      { type: "rename", from: "address", to: "host" },
      { type: "rename", from: "wait", to: "waitMs" },
      { type: "replace", name: "mode", values: { fast: "quick", slow: "careful" } },
      { type: "remove", name: "colour" },
    ],
  },
];

Deno.test("an old configuration is carried over, version by version, and says what was done", () => {
  const old = { address: "pdu", wait: "5", mode: "fast", colour: "red", peers: "alice" };
  const migrated = migrate(old, 1, migrations, fields);
  assert.ok(migrated.ok);
  assert.deepEqual(migrated.value, {
    version: 3,
    input: { host: "pdu", waitMs: 5000, mode: "quick", peers: ["alice"], password: "canary" },
  });
  assert.deepEqual(migrated.warnings.map(({ what }) => what), [
    '"address" became "host"',
    '"wait" became "waitMs"',
    '"mode" became "quick"',
    '"colour" was removed',
    '"waitMs" became 5000',
    '"peers" became a list',
    '"password" was set to',
  ]);
  assert.ok(check(fields, migrated.value.input).ok);
  // What was given stays as it was.
  assert.equal(old.address, "pdu");
});

Deno.test("only what is newer is done, and a present configuration stays as it is", () => {
  const second = migrate({ host: "pdu", mode: "fast" }, 2, migrations);
  assert.ok(second.ok);
  assert.deepEqual(second.value.input, { host: "pdu", mode: "fast", password: "canary" });
  const third = migrate({ host: "pdu" }, 3, migrations);
  assert.ok(third.ok);
  assert.deepEqual([third.value.input, third.warnings], [{ host: "pdu" }, []]);
});

Deno.test("a version that is not known is refused", () => {
  for (const version of [0, -1, 1.5, NaN, 4]) {
    const found = migrate({}, version, migrations);
    assert.ok(!found.ok, `${version}`);
    assert.match(found.diagnostics[0]!.what, /has version/);
  }
});

Deno.test("names of every object's prototype are names like others", () => {
  const found = migrate(JSON.parse('{"__proto__":{"polluted":1}}'), 1, [
    { to: 2, steps: [{ type: "rename", from: "constructor", to: "x" }] },
  ]);
  assert.ok(found.ok);
  assert.deepEqual(found.warnings, []);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

Deno.test("values of deprecated fields move to what replaces them, where that is clear", () => {
  const list: readonly Field[] = [
    { fieldname: "ip", basictype: "string" },
    { fieldname: "ipaddr", basictype: "string", deprecated: { by: ["ip"] } },
    { fieldname: "both", basictype: "string", deprecated: { by: ["ip", "x"] } },
    { fieldname: "gone", basictype: "string", deprecated: { by: ["nowhere"] } },
    { fieldname: "old", basictype: "string", deprecated: true },
  ];
  const input = { both: "1", gone: "2", old: "3" };
  assert.deepEqual(replaceDeprecated(list, { ...input, ipaddr: "a" }), { ...input, ip: "a" });
  const given = { ip: "b", ipaddr: "a" };
  assert.deepEqual(replaceDeprecated(list, given), given);
});
