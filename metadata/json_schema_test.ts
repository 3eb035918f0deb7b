import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { arbitraryFields } from "./arbitrary_fields.ts";
import { check } from "./check.ts";
import { DiagnosticError } from "./diagnostic.ts";
import type { Field } from "./field.ts";
import { fieldsOf } from "./fields_of.ts";
import { jsonSchema } from "./json_schema.ts";
import { fieldsOfJsonSchema } from "./json_schema_in.ts";

const fields: readonly Field[] = [
  {
    fieldname: "address",
    basictype: "string",
    specialtype: "IPv4",
    required: true,
    label: { en: "Address", de: "Adresse" },
    short_text: { en: "Where the switch is", de: "Wo der Schalter ist" },
  },
  { fieldname: "port", basictype: "integer", specialtype: "port", default: "161" },
  { fieldname: "community", basictype: "string", secret: true, length: 32 },
  { fieldname: "mode", basictype: "enum", choices: ["fast", "slow"], default: "fast" },
  {
    fieldname: "depth",
    basictype: "integer",
    minimum: 1,
    required: true,
    showif: { field: "mode", is: ["slow"] },
  },
  { fieldname: "names", basictype: "string", regex: "[a-z]+", isarray: true, maxitems: 3 },
  {
    fieldname: "outlets",
    basictype: "struct",
    isarray: true,
    fields: [{ fieldname: "number", basictype: "integer", required: true, unique: true }],
  },
];

Deno.test("a configuration's JSON Schema, in a language", () => {
  const schema = jsonSchema(fields, "de");
  assert.deepEqual(schema.required, ["address"]);
  assert.equal(schema.additionalProperties, false);
  const properties = schema.properties as Record<string, Record<string, unknown>>;
  assert.deepEqual(
    [properties.address?.title, properties.address?.description, properties.address?.format],
    ["Adresse", "Wo der Schalter ist", "ipv4"],
  );
  // The default is what the program will see: a number, though it was written as text.
  assert.deepEqual(
    [properties.port?.default, properties.port?.minimum, properties.port?.maximum],
    [161, 1, 65535],
  );
  assert.deepEqual([properties.community?.writeOnly, properties.community?.["x-secret"]], [
    true,
    true,
  ]);
  assert.deepEqual(schema.allOf, [
    {
      if: { properties: { mode: { enum: ["slow"] } }, required: ["mode"] },
      then: { required: ["depth"] },
    },
  ]);
});

Deno.test("another reader of the schema takes and refuses what check does", () => {
  // Zod does not read conditions.
  const plain = fields.filter(({ showif }) => showif === undefined);
  const theirs = z.fromJSONSchema(jsonSchema(plain) as z.core.JSONSchema.JSONSchema);
  const good: readonly unknown[] = [
    { address: "192.0.2.7" },
    { address: "192.0.2.7", port: 1, mode: "fast", names: ["a"], outlets: [{ number: 3 }] },
  ];
  const bad: readonly unknown[] = [
    {},
    { address: "192.0.2.0/24" },
    { address: "192.0.2.7", port: 65536 },
    { address: "192.0.2.7", mode: "other" },
    { address: "192.0.2.7", names: ["a1"] },
    { address: "192.0.2.7", names: ["a", "b", "c", "d"] },
    { address: "192.0.2.7", outlets: [{}] },
    { address: "192.0.2.7", adress: "x" },
  ];
  for (const input of good) {
    assert.ok(theirs.safeParse(input).success, JSON.stringify(input));
    assert.ok(check(plain, input).ok, JSON.stringify(input));
  }
  for (const input of bad) {
    assert.ok(!theirs.safeParse(input).success, JSON.stringify(input));
    assert.ok(!check(plain, input).ok, JSON.stringify(input));
  }
});

Deno.test("fields to JSON Schema to fields is the identity, for any fields", () => {
  const there = (list: readonly Field[]) => {
    // Through text, as another program would have it.
    const read = fieldsOfJsonSchema(JSON.parse(JSON.stringify(jsonSchema(list))));
    assert.ok(read.ok, JSON.stringify(read));
    return read.value;
  };
  assert.deepEqual(there(fields), fields);
  fc.assert(
    fc.property(arbitraryFields, (list) => assert.deepEqual(there(list), list)),
    { numRuns: 60 },
  );
});

Deno.test("fields from a zod schema", () => {
  const made = fieldsOf(z.object({
    host: z.string().min(1).max(253).meta({
      title: "Host",
      description: "Where",
      "x-specialtype": "host",
    }),
    port: z.int().min(1).max(65535).default(161),
    ratio: z.number().optional(),
    mode: z.enum(["fast", "slow"]),
    fixed: z.literal("x").optional(),
    verbose: z.boolean().default(false),
    password: z.string().meta({ "x-secret": true }).optional(),
    address: z.ipv4().optional(),
    name: z.string().regex(/^[a-z]+$/).optional(),
    part: z.string().regex(/b/).optional(),
    maybe: z.string().nullable().optional(),
    long: z.string().min(8).optional(),
    tags: z.array(z.string()).max(4).optional(),
    outlets: z.array(z.object({ number: z.int().positive() })).optional(),
    old: z.string().meta({ deprecated: true }).optional(),
  }));
  assert.deepEqual(made, [
    {
      fieldname: "host",
      basictype: "string",
      specialtype: "host",
      label: { en: "Host" },
      length: 253,
      required: true,
      short_text: { en: "Where" },
    },
    { fieldname: "port", basictype: "integer", minimum: 1, maximum: 65535, default: 161 },
    { fieldname: "ratio", basictype: "number" },
    { fieldname: "mode", basictype: "enum", choices: ["fast", "slow"], required: true },
    { fieldname: "fixed", basictype: "enum", choices: ["x"] },
    { fieldname: "verbose", basictype: "boolean", default: false },
    { fieldname: "password", basictype: "string", secret: true },
    { fieldname: "address", basictype: "string", specialtype: "IPv4" },
    { fieldname: "name", basictype: "string", regex: "[a-z]+" },
    { fieldname: "part", basictype: "string", regex: "[^]*(?:b)[^]*" },
    { fieldname: "maybe", basictype: "string" },
    { fieldname: "long", basictype: "string", regex: "[^]{8,}" },
    { fieldname: "tags", basictype: "string", isarray: true, maxitems: 4 },
    {
      fieldname: "outlets",
      basictype: "struct",
      isarray: true,
      fields: [{ fieldname: "number", basictype: "integer", minimum: 1, required: true }],
    },
    { fieldname: "old", basictype: "string", deprecated: true },
  ]);
  assert.deepEqual(check(made, { host: "a", mode: "slow", part: "abc" }).ok, true);
});

Deno.test("alternatives that are told apart by a property become conditional fields", () => {
  const made = fieldsOf(z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("lan"), host: z.string(), port: z.int() }),
    z.object({ kind: z.literal("serial"), device: z.string() }),
    z.object({ kind: z.literal("udp"), port: z.int() }),
  ]));
  assert.deepEqual(made.map(({ fieldname, showif }) => [fieldname, showif?.is]), [
    ["kind", undefined],
    ["host", ["lan"]],
    ["port", ["lan", "udp"]],
    ["device", ["serial"]],
  ]);
  assert.ok(check(made, { kind: "serial", device: "/dev/ttyS0" }).ok);
  assert.ok(!check(made, { kind: "lan", host: "a" }).ok);
});

Deno.test("what fields cannot say is named, all of it", () => {
  const schema = z.object({
    fine: z.string(),
    pair: z.tuple([z.string(), z.number()]),
    map: z.record(z.string(), z.string()),
    either: z.union([z.string(), z.number()]),
    inner: z.object({ anything: z.any() }),
  });
  assert.throws(() => fieldsOf(schema), (error) => {
    assert.ok(error instanceof DiagnosticError);
    assert.deepEqual(error.diagnostics.map(({ path }) => path.join(".")), [
      "pair",
      "map",
      "either",
      "inner.anything",
    ]);
    return true;
  });
  for (const input of [null, "x", [], {}, { type: "string" }, { oneOf: [{}, {}] }]) {
    assert.ok(!fieldsOfJsonSchema(input).ok, JSON.stringify(input));
  }
  let deep: unknown = { type: "string" };
  for (let depth = 0; depth < 1000; depth++) deep = { type: "object", properties: { a: deep } };
  assert.ok(!fieldsOfJsonSchema(deep).ok);
  const loop: Record<string, unknown> = { type: "object" };
  loop.properties = { a: { type: "string", default: [loop] } };
  assert.ok(!fieldsOfJsonSchema(loop).ok);
});
