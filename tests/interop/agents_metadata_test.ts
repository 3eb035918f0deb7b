/**
 * Every agent on this machine that prints meta-data: OCF resource agents, fence agents and stonith
 * plugins are read, survive every dialect, and give a form and a JSON Schema.
 *
 * Wants Debian's resource-agents, fence-agents and cluster-glue; says so where one is missing. Where
 * xmllint is installed and the variable `HA_OCF_RNG` names the schema of OCF 1.1 (`ra/1.1/ra-api.rng`
 * of ClusterLabs' OCF-spec), what we write as OCF is held against it too.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  check,
  defaultOf,
  fieldsOfJsonSchema,
  formHtml,
  formOf,
  isNeeded,
  isSecret,
  jsonSchema,
  readAgent,
  writeFence,
  writeOcf,
  writeStonith,
} from "../../metadata/mod.ts";
import { parse } from "@std/xml";

// Agents are scripts of their own right: what they may do is not ours to bound. The shell alone is
// started from here.
const permissions = { run: ["/bin/sh"] };

/** Prints a line for each agent: its name, and what it says, in base 64. */
const asking = {
  "resource-agents": `
    export OCF_ROOT=/usr/lib/ocf
    for agent in "$OCF_ROOT"/resource.d/*/*; do
      [ -f "$agent" ] && [ -x "$agent" ] || continue
      said=$(timeout 20 "$agent" meta-data 2>/dev/null </dev/null | base64 -w0)
      echo "\${agent#"$OCF_ROOT"/resource.d/} $said"
    done`,
  "fence-agents": `
    for agent in /usr/sbin/fence_*; do
      # It asks for a node before anything else, and prints no meta-data (Debian 12).
      [ -x "$agent" ] && [ "\${agent##*/}" != fence_ack_manual ] || continue
      said=$(timeout 20 "$agent" -o metadata 2>/dev/null </dev/null | base64 -w0)
      echo "\${agent##*/} $said"
    done`,
  "cluster-glue": `
    command -v stonith >/dev/null || exit 0
    for type in $(stonith -L); do
      said=$(timeout 20 stonith -t "$type" -m 2>/dev/null </dev/null | base64 -w0)
      echo "$type $said"
    done`,
} as const;

const writers = { ocf: writeOcf, fence: writeFence, stonith: writeStonith } as const;

for (const [pack, script] of Object.entries(asking)) {
  Deno.test(`every agent of ${pack} gives fields, a form and a schema, without loss`, {
    permissions,
  }, async () => {
    const said = await agents(`PATH=$PATH:/usr/sbin:/sbin\n${script}`);
    if (said.size === 0) {
      console.log(`skipped: ${pack} is not installed`);
      return;
    }
    const count = { agents: 0, parameters: 0, slips: 0, secrets: 0, silent: 0 };
    const written = new Map<string, string>();
    for (const [name, xml] of said) {
      // What it talks to may be missing here: an agent that says nothing cannot be read.
      if (xml.trim() === "") {
        count.silent++;
        console.log(`${name} prints nothing`);
        continue;
      }
      const read = readAgent(xml);
      assert.ok(read.ok, `${name}: ${read.ok ? "" : read.diagnostics[0]?.why}`);
      const { agent, slips } = read.value;
      const { fields } = agent;
      count.agents++;
      count.parameters += fields.length;
      count.slips += slips.length;
      count.secrets += fields.filter(isSecret).length;
      for (const [dialect, write] of Object.entries(writers)) {
        const again = readAgent(write(agent));
        assert.ok(again.ok, `${name} as ${dialect}`);
        assert.deepEqual(again.value.agent, agent, `${name} as ${dialect}`);
      }
      written.set(name, writeOcf(agent));

      const schema = fieldsOfJsonSchema(JSON.parse(JSON.stringify(jsonSchema(fields))));
      assert.ok(schema.ok, name);
      assert.deepEqual(schema.value, fields, name);

      // Well-formed as XML, with a control for each parameter, and no value in a secret's.
      const page = formHtml(formOf(fields));
      parse(page);
      for (const { fieldname } of fields) {
        const control = encodeURIComponent(fieldname).replaceAll(".", "%2E");
        assert.ok(page.includes(`name="${control}"`), `${name} ${fieldname}`);
      }

      // With nothing given, what is missing is what is needed, and nothing else.
      const checked = check(fields, {});
      const missing = checked.ok ? [] : checked.diagnostics.map(({ path }) => path[0]);
      assert.deepEqual(missing, fields.filter(isNeeded).map(({ fieldname }) => fieldname), name);
      for (const field of fields) {
        if (field.default !== undefined && defaultOf(field) === undefined) {
          assert.ok(
            slips.some(({ path }) => path[1] === field.fieldname),
            `${name} ${field.fieldname}`,
          );
        }
      }
    }
    console.log(
      `${pack}: ${count.agents} agents, ${count.parameters} parameters (${count.secrets} secret), ` +
        `${count.slips} slips, ${count.silent} silent`,
    );
    assert.ok(count.agents > 0);
    await validate(written);
  });
}

/** What each agent says of itself. */
async function agents(script: string): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>();
  for (const line of (await shell(script)).split("\n")) {
    const [name, base64 = ""] = line.split(" ");
    if (name === undefined || name === "") continue;
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    said.set(name, new TextDecoder().decode(bytes));
  }
  return said;
}

/** Holds what we write against the schema of OCF, where there is one. */
async function validate(documents: ReadonlyMap<string, string>): Promise<void> {
  const has = await shell(
    '[ -r "$HA_OCF_RNG" ] && command -v xmllint >/dev/null && echo yes || true',
  );
  if (has.trim() !== "yes") {
    console.log("skipped: xmllint, or the schema that HA_OCF_RNG should name, is not there");
    return;
  }
  let valid = 0;
  const wrong: string[] = [];
  for (const [name, xml] of documents) {
    // The schema demands a parameter at least, which an agent without any cannot have.
    if (!xml.includes("<parameter ")) continue;
    const said = await shell('xmllint --nonet --noout --relaxng "$HA_OCF_RNG" - 2>&1', xml);
    if (said.includes("- validates")) valid++;
    else wrong.push(`${name}: ${said.slice(0, 200)}`);
  }
  console.log(`${valid} of ${valid + wrong.length} are valid OCF 1.1`);
  assert.deepEqual(wrong, []);
}

async function shell(script: string, input = ""): Promise<string> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout);
}
