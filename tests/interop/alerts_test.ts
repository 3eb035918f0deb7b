/**
 * Pacemaker's own sample agents, unmodified, are called for a node's death, a fencing, a failed operation
 * and a changed attribute on a real cluster; and a recipient that hangs delays nothing of it.
 *
 *     deno task interop alerts
 *
 * Wants Debian's pacemaker-common; without it the part says so.
 *
 * @module
 */
import assert from "node:assert/strict";
import { project } from "../../daemons/mgmtd/commands/testing/site.ts";
import { ha } from "../../daemons/mgmtd/commands/testing/ha_child.ts";
import { realCluster, until } from "../../daemons/mgmtd/commands/testing/real_cluster.ts";

const samples = "/usr/share/pacemaker/alerts";
const exists = (path: string): boolean => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};
const isThere = exists(`${samples}/alert_file.sh.sample`);
if (!isThere) console.log("ok | not tried: Pacemaker's sample agents are not installed");

/**
 * Writes the environment of each call into a file of its recipient, a line in one write, since the agents
 * of all nodes share it; or hangs.
 */
const watcher = `#!/bin/sh
case "$CRM_alert_recipient" in */hangs) echo $$ >>"$CRM_alert_recipient"; exec sleep 600 ;; esac
line=$(env | sed -n 's/^\\(CRM_alert_[a-z_]*\\)=.*/\\1/p' | sort | tr '\\n' ' ' |
  sed "s/^/$CRM_alert_kind $CRM_alert_node_sequence /;s/ $//")
printf '%s\\n' "$line" >>"$CRM_alert_recipient"
`;
/** Stands for the program that Pacemaker's agent for SNMP calls: keeps its words. */
const snmptrap = `#!/bin/sh
line=$(printf '%s ' "$@" | tr '\\n' ' ')
printf '%s\\n' "$line" >>FOLDER/traps
`;

/** Pacemaker Explained 2.1, "Environment variables passed to alert agents". */
const always = [
  "kind",
  "version",
  "recipient",
  "node_sequence",
  "timestamp",
  "timestamp_epoch",
  "timestamp_usec",
];
const documented: Readonly<Record<string, readonly string[]>> = {
  node: ["node", "nodeid", "desc"],
  fencing: ["node", "task", "rc", "desc"],
  resource: ["node", "rsc", "task", "interval", "target_rc", "status", "rc", "desc", "exec_time"],
  attribute: ["node", "nodeid", "attribute_name", "attribute_value"],
};

const linesOf = async (path: string): Promise<readonly string[]> => {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").filter((line) => line !== "");
};

Deno.test({
  name: "Pacemaker's alert agents are called as Pacemaker calls them",
  ignore: !isThere,
}, async (test) => {
  const names = ["alice", "bob", "carol"];
  const site = `${project}/.test/alerts/site`;
  await using cluster = await realCluster(
    "alerts",
    names,
    (cib) => cib,
    (_node, config) => {
      Deno.mkdirSync(site, { recursive: true });
      return { ...config, plugins: site };
    },
  );
  // What comes after a step that failed would fail for that alone.
  const step = async (name: string, run: () => Promise<void>) => {
    if (!await test.step(name, run)) throw new Error(`not gone on with after: ${name}`);
  };
  const { folder: here } = cluster;
  const call = (line: string, node = "alice") =>
    ha(here, [...line.split(" "), "--run", cluster.run(node)]);
  const ok = async (line: string, node = "alice") => {
    const called = await call(line, node);
    assert.equal(called.code, 0, `${line}\n${called.out}${called.err}`);
    return called.out;
  };
  const agents: Readonly<Record<string, string>> = {
    "alert_file.sh": await Deno.readTextFile(`${samples}/alert_file.sh.sample`),
    "alert_snmp.sh": await Deno.readTextFile(`${samples}/alert_snmp.sh.sample`),
    watcher,
    snmptrap: snmptrap.replaceAll("FOLDER", here),
  };
  await Deno.mkdir(`${here}/agents`);
  for (const [name, text] of Object.entries(agents)) {
    await Deno.writeTextFile(`${here}/agents/${name}`, text, { mode: 0o755 });
  }

  await step("an operator approves the programs, and adds alerts", async () => {
    const lock = `--lock=${site}/plugins.lock.json`;
    const programs = ["alert_file.sh", "alert_snmp.sh", "watcher"].map((name) =>
      `${here}/agents/${name}`
    );
    const approved = await ha(here, ["alert", "approve", ...programs, lock, "--yes"]);
    assert.equal(approved.code, 0, approved.out + approved.err);
    // A daemon reads the locks when it starts; services go on meanwhile.
    for (const node of names) await cluster.nodes.restart(node, "lrmd", 10_000);
    await until(
      () => call("status --json"),
      ({ code, out }) => code === 0 && /"Started"/.test(out) && !/"pending"/.test(out),
    );
    await ok(`resource create one deno:pils:Dummy state=${here}/one --wait`);
    const all = "--select nodes,fencing,resources,attributes";
    await ok(`alert add file ${here}/agents/alert_file.sh --recipient ${here}/file ${all}`);
    await ok(
      `alert add snmp ${here}/agents/alert_snmp.sh trap_binary=${here}/agents/snmptrap ` +
        `trap_snmp_persistent_dir=${here}/snmp --recipient 192.0.2.7 ${all}`,
    );
    await ok(
      `alert add watch ${here}/agents/watcher --recipient ${here}/hangs --recipient ${here}/seen ` +
        `--timeout 120s ${all}`,
    );
  });
  await step("a test reaches its recipient, and says so", async () => {
    const out = await until(() => call("alert test file"), ({ code }) => code === 0);
    assert.match(out.out, /file, recipient file-recipient: sent in \d+ ms/);
    assert.match((await linesOf(`${here}/file`)).join("\n"), /Node 'alice' is now 'test'/);
  });
  await step("an attribute, a failed operation, a death and its fencing are alerts", async () => {
    const { out: placed } = await call("resource ls");
    const runs = /one .* on (\w+)/.exec(placed)?.[1] ?? "alice";
    await ok(`compat run --run ${cluster.run(runs)} attrd_updater -- -n shade -U dark`, runs)
      .catch(() =>
        ha(here, [
          ..."compat run --run".split(" "),
          cluster.run(runs),
          ..."attrd_updater -- -n shade -U dark".split(" "),
        ])
      );
    await ok("resource op one monitor interval=1s --wait");
    await Deno.remove(`${here}/one`);
    await until(
      async () => await linesOf(`${here}/file`),
      (lines) => lines.some((line) => /monitor.*for 'one'.*not running/.test(line)),
    );
    const begun = performance.now();
    await cluster.nodes.kill("carol");
    const lines = await until(
      async () => await linesOf(`${here}/file`),
      (lines) => lines.filter((line) => /Fencing Operation reboot of carol/.test(line)).length >= 2,
    );
    console.log(
      `  called for the fencing ${Math.round(performance.now() - begun)} ms after the death`,
    );
    const text = lines.join("\n");
    assert.match(text, /Attribute 'shade' on node '\w+' was updated to 'dark'/);
    // On every node that is left.
    assert.equal(lines.filter((line) => /Node 'carol' is now 'lost'/.test(line)).length, 2, text);
    assert.match(text, /Operation reboot of carol by \w+ for \w+@\w+: OK/);
    // The agent's own monitor or the one that was added may notice it first, or both do.
    const failed = lines.filter((line) => /monitor \(10+\)' for 'one'.*not running/.test(line))
      .map((line) => /monitor.*/.exec(line)?.[0]);
    assert.ok(failed.length > 0, text);
    assert.equal(new Set(failed).size, failed.length, "an operation is an alert of its own node");
    const traps = (await linesOf(`${here}/traps`)).join("\n");
    assert.match(traps, /PACEMAKER-MIB::pacemakerNotification|1\.3\.6\.1\.4\.1\.32723/);
  });
  await step("the variables are the documented ones, and the order is kept", async () => {
    const rows = (await linesOf(`${here}/seen`)).map((line) => line.split(" "));
    const kinds = new Set(rows.map(([kind]) => kind ?? ""));
    assert.deepEqual([...kinds].sort(), ["attribute", "fencing", "node", "resource"]);
    for (const [kind = "", , ...variables] of rows) {
      const wanted = [...always, ...documented[kind] ?? []].map((name) => `CRM_alert_${name}`);
      assert.deepEqual(variables, wanted.sort(), kind);
    }
  });
  await step(
    "what happened can be read, with who fenced whom, on a node and from its files",
    async () => {
      const out = await ok("events --kind fencing --json");
      const [fencing] = out.trim().split("\n").map((line) => JSON.parse(line));
      assert.equal(fencing.facts.node, "carol");
      assert.match(fencing.facts.delegate, /^(alice|bob)$/);
      assert.match(await ok("events --resource one"), /one: monitor failed on \w+: not running/);
      const stored = await ha(here, [
        ...["events", "--state", `${here}/carol/state`, "--run", `${here}/nowhere`],
      ]);
      assert.equal(stored.code, 0, stored.err);
      assert.match(stored.err, /WARNING: No node runs here/);
      assert.match(stored.out, /alice is a member/);
    },
  );
  // A node that is killed ends no agent that hangs.
  await cluster.nodes.kill("alice");
  await cluster.nodes.kill("bob");
  const hung = (await linesOf(`${here}/hangs`)).filter((line) => /^\d+$/.test(line));
  const end = 'for id; do grep -q "^sleep" /proc/$id/cmdline && kill -9 $id; done';
  await new Deno.Command("/bin/sh", { args: ["-c", end, "sh", ...hung], stderr: "null" }).output();
});
