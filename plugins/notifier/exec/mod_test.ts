import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses, sample, samples } from "../../handler/notifier/conformance.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { environmentOf } from "./environment.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const scratch = filePath(new URL("../../../.test", import.meta.url));
Deno.mkdirSync(scratch, { recursive: true });
const folder = Deno.makeTempDirSync({ dir: scratch, prefix: "alerts_" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const agent = filePath(new URL("../../handler/notifier/testing/alert_agent", import.meta.url));
const program = agent.slice(1);
const recipient = `${folder}/arrived`;
const linesOf = async (path: string) => {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").filter((line) => line !== "");
};

conform(clauses, {
  manifest: {
    ...manifest,
    permissions: { ...manifest.permissions, read: [folder], write: [folder] },
  },
  plugin,
  config: { program },
  given: {
    recipient,
    arrived: () => linesOf(recipient),
    unreachable: [{ recipient: `${folder}/none/such` }],
  },
  levels: ["inline", "process"],
});

const permissions = { run: [agent, "/bin/kill"], read: [folder], write: [folder] };

/** Pacemaker Explained 2.1, "Environment variables passed to alert agents". */
const documented: Readonly<Record<string, readonly string[]>> = {
  node: ["node", "nodeid", "desc"],
  fencing: ["node", "task", "rc", "desc"],
  resource: [
    "node",
    "rsc",
    "task",
    "interval",
    "target_rc",
    "status",
    "rc",
    "desc",
    "exec_time",
  ],
  attribute: ["node", "nodeid", "attribute_name", "attribute_value"],
};
const always = [
  "kind",
  "version",
  "recipient",
  "node_sequence",
  "timestamp",
  "timestamp_epoch",
  "timestamp_usec",
];

for (const alert of samples) {
  Deno.test(`an agent gets the documented variables of a ${alert.kind} alert, and no other`, {
    permissions,
  }, async () => {
    const path = `${folder}/names.${alert.kind}`;
    const api = await plugin({ program }, testingHost());
    await api.notify({ ...alert, recipient: path, parameters: { mode: "names" } });
    const [line = ""] = await linesOf(path);
    const wanted = [...always, ...documented[alert.kind] ?? []].map((name) => `CRM_alert_${name}`);
    assert.deepEqual(line.trim().split(" "), wanted.sort());
  });
}

Deno.test("an agent that hangs is ended with its children, in time", {
  permissions,
}, async () => {
  const api = await plugin({ program }, testingHost());
  const path = `${folder}/hangs`;
  const begun = performance.now();
  await assert.rejects(
    Promise.resolve(
      api.notify({ ...sample, recipient: path, parameters: { mode: "hang" }, timeoutMs: 300 }),
    ),
    /did not end within 300 ms, and was ended/,
  );
  assert.ok(performance.now() - begun < 5_000);
  const child = (await Deno.readTextFile(`${path}.child`)).trim();
  const { success } = await new Deno.Command("/bin/kill", { args: ["-0", child], stderr: "null" })
    .output();
  // One that nobody has waited for yet is a zombie, and can still be asked for.
  if (success) assert.match(await Deno.readTextFile(`/proc/${child}/stat`).catch(() => "Z"), /Z|X/);
});

Deno.test("an agent that fails is reported in its own words", { permissions }, async () => {
  const api = await plugin({ program }, testingHost());
  await assert.rejects(
    Promise.resolve(
      api.notify({ ...sample, recipient: "x", parameters: { mode: "fail" } }),
    ),
    /ended with code 3: no route to x/,
  );
});

Deno.test("parameters are variables of their names, but not such as change the program", () => {
  const env = environmentOf({ ...sample, parameters: { trap_community: "a b\0c" } });
  assert.equal(env.trap_community, "a b c");
  assert.equal(env.CRM_alert_timestamp_epoch, "1700000000");
  for (const name of ["PATH", "LD_PRELOAD", "CRM_alert_kind", "a-b", "", "BASH_ENV"]) {
    assert.throws(() => environmentOf({ ...sample, parameters: { [name]: "x" } }), /cannot be/);
  }
});
