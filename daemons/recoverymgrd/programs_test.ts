import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { readNodeConfig } from "../site/node_config/read.ts";
import { programNames } from "../site/agent_programs.ts";
import { installPrograms } from "./programs.ts";

const scratch = filePath(new URL("../../.test/programs", import.meta.url));
const code = { deno: "/usr/bin/deno", project: "/opt/ha" };
const permissions = { read: [scratch], write: [scratch] };

/** What is logged when a node starts whose configuration also holds this. */
function started(more: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const checked = readNodeConfig(JSON.stringify({
    cluster: "c",
    node: "alice",
    nodes: ["alice"],
    state: `${scratch}/state`,
    run: `${scratch}/run`,
    authkeys: "/etc/ha/authkeys",
    media: [{ plugin: "medium/ucast", address: "127.0.0.1", peers: [{ address: "127.0.0.2" }] }],
    ...more,
  }));
  assert(checked.ok, JSON.stringify(checked));
  const lines: string[] = [];
  installPrograms(checked.value, code, (_service, level, text) => lines.push(`${level}: ${text}`));
  return lines;
}

Deno.test("a node that starts writes the programs, and writes them again", { permissions }, () => {
  try {
    assert.deepEqual(started(), []);
    const path = `${scratch}/run/programs/crm_attribute`;
    const text = Deno.readTextFileSync(path);
    assert.match(text, /'\/usr\/bin\/deno' run/);
    assert.ok(text.includes(`${scratch}/run/cluster.sock`), text);
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o755);
    for (const name of programNames) Deno.statSync(`${scratch}/run/programs/${name}`);
    // Those of an earlier version, of another Deno.
    Deno.writeTextFileSync(path, text.replace("/usr/bin/deno", "/opt/old/deno"));
    assert.deepEqual(started(), []);
    assert.equal(Deno.readTextFileSync(path), text);
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("it replaces nothing of anybody else, and says so", { permissions }, () => {
  try {
    Deno.mkdirSync(`${scratch}/run/programs`, { recursive: true });
    Deno.writeTextFileSync(`${scratch}/run/programs/crm_node`, "#!/bin/sh\necho mine\n");
    const [line = ""] = started();
    assert.match(line, /^warning: Agents lack programs .*crm_node is another program.*\[HA0011\]/);
    assert.throws(() => Deno.statSync(`${scratch}/run/programs/crm_attribute`));
  } finally {
    Deno.removeSync(scratch, { recursive: true });
  }
});

Deno.test("a folder of the operator is named, with the command", { permissions: "none" }, () => {
  assert.deepEqual(started({ programs: "/usr/local/lib/ha" }), [
    "info: Programs that agents call are in /usr/local/lib/ha, which this node does not write: " +
    '"ha compat install /usr/local/lib/ha" does, after each update too',
  ]);
});
