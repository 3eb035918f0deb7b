import assert from "node:assert/strict";
import { pathText } from "./diagnostic.ts";
import { checkManifest } from "./manifest_check.ts";
import { manifestSchemaText } from "./manifest_schema.ts";

const good = {
  kind: "stonith",
  name: "plug",
  version: "1.2.3-rc.1",
  api: "stonith/1",
  summary: { en: "A smart plug" },
  config: [
    { fieldname: "address", basictype: "string", specialtype: "host", required: true },
    { fieldname: "password", basictype: "string", secret: true },
    {
      fieldname: "outlets",
      basictype: "struct",
      isarray: true,
      fields: [{ fieldname: "host", basictype: "string" }],
    },
  ],
  permissions: { net: ["{address}:80", "{outlets.host}:80"], run: ["{deno}"] },
  license: "MIT",
};

Deno.test("a good manifest is taken as it is", () => {
  assert.deepEqual(checkManifest(good), { ok: true, value: good, warnings: [] });
});

Deno.test("what Deno takes for a host, an address, a network or a socket may be asked for", () => {
  const net = ["a.example", "a_b:80", "10.0.0.1:0", "10.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32"];
  net.push("[::1]", "[2001:db8::1]:65535", "[::ffff:10.0.0.1]:1", "unix:/run/ups one.sock");
  const checked = checkManifest({ ...good, permissions: { net } });
  assert.deepEqual(checked.ok ? [] : checked.diagnostics, []);
});

Deno.test("each problem is named by its path", () => {
  const table: readonly [object, readonly string[]][] = [
    [{ kind: "Stonith" }, ["kind"]],
    [{ version: "1.2" }, ["version"]],
    [{ api: "auth/1" }, ["api"]],
    [{ api: "stonith" }, ["api"]],
    [{ summary: { de: "nur" } }, ["summary"]],
    [{ summary: undefined, license: "" }, ["license", "summary"]],
    [{ config: [{ fieldname: "a", basictype: "strng" }] }, ["config[0].basictype"]],
    [{ config: [{ fieldname: "a", basictype: "string", regex: "(" }] }, ["config[0].regex"]],
    [{ permissions: { nett: [] } }, ["permissions.nett"]],
    [{ permissions: { net: ["{adress}:80"] } }, ["permissions.net[0]"]],
    [{ permissions: { read: ["/k/{password}"] } }, ["permissions.read[0]"]],
    [{
      permissions: { net: ["{outlets}:80"], read: ["/k/{pin}"] },
      config: [
        ...good.config,
        { fieldname: "pin", basictype: "string", specialtype: "secret" },
      ],
    }, ["permissions.net[0]", "permissions.read[0]"]],
    [{ permissions: { read: ["key", "/etc/../root"] } }, [
      "permissions.read[0]",
      "permissions.read[1]",
    ]],
    [{ permissions: { net: ["*", "10.0.0.0/8"], env: ["HOME,PATH"] } }, [
      "permissions.env[0]",
      "permissions.net[0]",
    ]],
    [{
      permissions: { net: ["10.0.0.0/33", "[2001:db8::]/32", "[1:2:3]", "[::1]:65536", "a/8"] },
    }, [0, 1, 2, 3, 4].map((at) => `permissions.net[${at}]`)],
    [{ isolation: "none" }, ["isolation"]],
    [{ surprise: 1 }, ["surprise"]],
    [{ config: [...good.config, good.config[0]] }, ["config[3].fieldname"]],
  ];
  for (const [change, wanted] of table) {
    const checked = checkManifest({ ...good, ...change });
    assert(!checked.ok, JSON.stringify(change));
    assert.deepEqual(checked.diagnostics.map(({ path }) => pathText(path)).sort(), wanted);
  }
  for (const nothing of [undefined, null, 1, "x", [], () => {}]) {
    assert(!checkManifest(nothing).ok);
  }
});

Deno.test({
  name: "the published JSON Schema is that of the check",
  permissions: { read: [new URL(".", import.meta.url)] },
  fn() {
    const published = Deno.readTextFileSync(new URL("manifest.schema.json", import.meta.url));
    assert.deepEqual(
      JSON.parse(published),
      JSON.parse(manifestSchemaText()),
      "see manifest_schema.ts",
    );
  },
});
