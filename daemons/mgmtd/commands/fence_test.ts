/**
 * `ha fence` without a node: types of families, their parameters, and what is approved.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readAgent } from "../../../metadata/agents/mod.ts";
import { ownFields } from "./fence/own_fields.ts";
import { programFolders } from "./fence/types.ts";
import { ha } from "./testing/ha_child.ts";
import { permissions, project } from "./testing/site.ts";

Deno.test("parameters that the plugin gives itself are not configured, an old name is enough", () => {
  const parameter = (name: string, rest: string, content = 'type="string"') =>
    `<parameter name="${name}" ${rest}><getopt mixed="-x"/><content ${content}/></parameter>`;
  const read = readAgent(`<resource-agent name="fence_x" shortdesc="x"><parameters>
    ${parameter("action", 'required="1"')} ${parameter("help", "")}
    ${parameter("plug", 'required="1" obsoletes="port"')} ${parameter("port", 'deprecated="1"')}
    ${parameter("ip", 'required="1" obsoletes="ipaddr"')} ${parameter("ipaddr", 'deprecated="1"')}
    ${parameter("user", 'required="1"')} ${parameter("agent", "")}
    ${parameter("odd", "", 'type="enum"')}
    </parameters><actions/></resource-agent>`);
  assert.ok(read.ok);
  const fields = ownFields(read.value.agent, ["agent"]);
  assert.deepEqual(
    fields.map(({ fieldname, required, basictype }) => [fieldname, required === true, basictype]),
    [
      ["plug", false, "string"],
      ["port", false, "string"],
      ["ip", false, "string"],
      ["ipaddr", false, "string"],
      ["user", true, "string"],
      ["odd", false, "string"],
    ],
  );
});

Deno.test("the folders of programs are those that the families of a lock name", () => {
  const family = { field: "a", types: "sub/x_[a-z]+" };
  const entry = (more: object) => ({ manifest: { permissions: { run: ["/opt/{a}"] }, ...more } });
  const lock = (plugins: object) => JSON.stringify({ version: 1, plugins });
  assert.deepEqual(programFolders(lock({ "stonith/x": entry({ family }) })), ["/opt/sub"]);
  for (
    const text of [
      lock({ "ra/x": entry({ family }) }),
      lock({ "stonith/x": entry({}) }),
      lock({ "stonith/x": entry({ family, permissions: { run: ["/bin/sh"] } }) }),
      lock({ "stonith/x": 7 }),
      "no lock",
      "",
    ]
  ) assert.deepEqual(programFolders(text), [], text);
});

Deno.test("approved types of a family stay when the family is pinned again", {
  permissions,
}, async () => {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const here = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "fence_types_" });
  try {
    const lock = `${here}/plugins.lock.json`;
    const added = await ha(here, [
      "plugin",
      "add",
      `${project}/plugins/stonith/fence`,
      `--lock=${lock}`,
      "--yes",
    ]);
    assert.equal(added.code, 0, added.err);
    const before = JSON.parse(await Deno.readTextFile(lock));
    const types = { fence_x: { config: [{ fieldname: "ip", basictype: "string" }] } };
    before.plugins["stonith/fence"].types = { ...types, rm: { config: [] } };
    await Deno.writeTextFile(lock, JSON.stringify(before), { mode: 0o644 });
    const trusted = await ha(here, ["plugin", "trust", "stonith/fence", `--lock=${lock}`, "--yes"]);
    assert.equal(trusted.code, 0, trusted.err);
    const after = JSON.parse(await Deno.readTextFile(lock));
    assert.deepEqual(after.plugins["stonith/fence"].types, types, "but none that it cannot serve");
    const shown = await ha(here, ["fence", "describe", "fence_x", "--json", `--lock=${lock}`]);
    assert.equal(shown.code, 0, shown.err);
    const [{ approved, program, permissions: { run }, configSchema }] = JSON.parse(shown.out);
    assert.deepEqual([approved, program], [true, "/usr/sbin/fence_x"]);
    assert.deepEqual(run, ["/usr/sbin/fence_x", "/bin/kill"]);
    assert.equal(configSchema.properties.ip.type, "string");
    const tried = await ha(here, ["fence", "try", "process", "status", "--timeout=soon"]);
    assert.equal(tried.code, 64, tried.err);
    const argued = await ha(here, [
      "fence",
      "try",
      "fence_x",
      "status",
      "password=sesame",
      `--lock=${lock}`,
    ]);
    assert.notEqual(argued.code, 0);
    assert.doesNotMatch(argued.out + argued.err, /sesame/);
  } finally {
    await Deno.remove(here, { recursive: true });
  }
});
