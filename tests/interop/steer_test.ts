/**
 * A running cluster is steered: by the daily tasks of the table in the README of mgmtd, by programs that
 * nobody here wrote, and while its coordinator dies.
 *
 *     deno task interop steer
 *
 * The daily tasks want root, and Debian's resource-agents and iproute2; the other part wants Debian's
 * crmsh; without them they say so. Nothing of crmsh is changed: it finds our programs in a folder that is
 * first in its PATH.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { differenceOf } from "../../daemons/cib/doors/document.ts";
import { project } from "../../daemons/mgmtd/commands/testing/site.ts";
import { ha } from "../../daemons/mgmtd/commands/testing/ha_child.ts";
import {
  type RealCluster,
  realCluster,
  until,
} from "../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { canMakeSpaces, inSpaces, missing, scratch } from "../lab/spaces.ts";

const dummy = "ocf:heartbeat:Dummy";

/** Waits until the cluster has formed and runs what the demo runs. */
async function formed(cluster: RealCluster, node: string): Promise<void> {
  await until(
    () => ha(cluster.folder, ["status", "--json", "--run", cluster.run(node)]),
    ({ code, out }) => code === 0 && /"Started"/.test(out) && !/"pending"/.test(out),
  );
}

/** A line of crmsh, what the cluster must be like afterwards, and whom to ask. */
const session: readonly (readonly [line: string, ask: string, answer: RegExp])[] = [
  ["status", "status", /Online: \[ alice bob \]/],
  [
    `configure primitive d1 ${dummy} op monitor interval=10s`,
    "resource show d1",
    /op monitor .*interval=10s/,
  ],
  [
    `configure primitive d2 ${dummy} params fake=x meta priority=3`,
    "resource show d2",
    /fake=x[^]*priority=3/,
  ],
  ["configure group g1 d1 d2", "resource ls", /g1 \(group\): Started[^]*d2 .*Started on/],
  ["configure location l1 g1 50: bob", "constraint ls g1", /l1: location g1: bob 50/],
  [
    "configure colocation c1 -inf: web g1",
    "constraint ls web",
    /c1: colocation web with g1 -INFINITY/i,
  ],
  ["configure order o1 Mandatory: g1 web", "constraint ls web", /o1: order g1 then web Mandatory/],
  ["configure property cluster-delay=50s", "option ls", /cluster-delay=50s/],
  [
    "configure rsc_defaults resource-stickiness=7",
    "option ls --resource-defaults",
    /resource-stickiness=7/,
  ],
  ["resource param d2 set fake y", "resource show d2", /fake=y/],
  ["resource meta d2 set priority 5", "resource show d2", /priority=5/],
  ["resource stop g1", "resource ls", /d1 .*Stopped/],
  ["resource start g1", "resource ls", /d2 .*Started on/],
  ["resource move g1 alice", "resource ls", /d2 .*Started on alice/],
  ["resource clear g1", "constraint ls g1", /^(?![^]*cli-)/],
  ["resource cleanup d1", "resource ls", /d1 .*Started on/],
  ["node standby alice", "resource ls", /d2 .*Started on bob/],
  ["node online alice", "node ls", /alice: online/],
  ["node attribute alice set rack 3", "node ls", /alice: .*rack=3/],
  ["configure delete c1 o1 l1", "constraint ls", /^(?![^]*l1)/],
  ["resource stop g1", "resource ls", /d2 .*Stopped/],
  ["configure delete g1", "resource ls", /^(?![^]*g1)/],
];

const isThere = (path: string): boolean => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};

Deno.test("the daily tasks of the table do on three machines what they say", async () => {
  const lacks = missing(["/usr/lib/ocf/resource.d/heartbeat/IPaddr2", "/usr/sbin/ip"]);
  if (lacks.length > 0) return console.log(`Skipped: there is no ${lacks.join(", ")}`);
  if (!await canMakeSpaces()) return console.log("Skipped: only root can make namespaces");
  const sockets = ["alice", "bob", "carol"].map((node) =>
    `unix:${scratch}/steer/${node}/run/cluster.sock`
  );
  const success = await inSpaces({
    module: "interop/steer/inside.ts",
    grant: {
      net: sockets,
      read: [project, "/run/machines"],
      write: [scratch],
      run: [Deno.execPath(), "/bin/sh"],
      env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
    },
  });
  assert.ok(success);
});

Deno.test("Debian's crmsh shows, configures, moves, stands by and deletes", async (test) => {
  if (!isThere("/usr/sbin/crm")) return console.log("Skipped: there is no crmsh");
  await using cluster = await realCluster("crmsh", ["alice", "bob"]);
  const run = cluster.run("alice");
  const home = `${cluster.folder}/home`;
  await Deno.mkdir(home);
  const programs = `${cluster.folder}/programs`;
  const installed = await ha(cluster.folder, [
    "compat",
    "install",
    programs,
    "--all",
    "--run",
    run,
  ]);
  assert.equal(installed.code, 0, installed.err);
  await formed(cluster, "alice");
  for (const [line, ask, answer] of session) {
    await test.step(`crm ${line}`, async () => {
      const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
        args: ["-c", `PATH=${programs}:$PATH exec crm -F ${line}`],
        // Deno's cache is below the home; what crmsh writes is not to be there.
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", XDG_CONFIG_HOME: home, TERM: "dumb" },
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assert.equal(code, 0, said);
      await until(
        () => ha(cluster.folder, [...ask.split(" "), "--run", run]),
        ({ out }) => answer.test(out),
      );
    });
  }
});

Deno.test("a patch of ours is applied by Pacemaker's crm_diff, and one of its by ours", async () => {
  if (!isThere("/usr/sbin/crm_diff")) return console.log("Skipped: there is no crm_diff");
  const folder = await Deno.makeTempDir({ dir: `${project}/.test` });
  try {
    const primitive = (id: string) => `<primitive id="${id}" class="ocf" provider="x" type="y"/>`;
    const documents = ["", "a", "a b", "b a", "b c a"].map((ids) =>
      // Without a feature set Pacemaker writes patches of format 1, which 3.0 reads no longer.
      `<cib crm_feature_set="3.16.1" admin_epoch="0" epoch="5" num_updates="0"><configuration><crm_config/><nodes/><resources>${
        ids.split(" ").filter((id) => id !== "").map(primitive).join("")
      }</resources><constraints/></configuration><status/></cib>`
    );
    const theirs = async (...args: readonly string[]) => {
      const { stdout } = await new Deno.Command("/bin/sh", {
        args: ["-c", 'exec /usr/sbin/crm_diff "$@"', "sh", ...args],
        cwd: folder,
      }).output();
      return new TextDecoder().decode(stdout);
    };
    const ours = async (...args: readonly string[]) =>
      (await ha(folder, ["compat", "run", "crm_diff", "--", ...args])).out;
    const read = (text: string) => parse(text, { ignoreWhitespace: true }).root;
    for (const before of documents) {
      for (const after of documents) {
        if (before === after) continue;
        await Deno.writeTextFile(`${folder}/a.xml`, before);
        await Deno.writeTextFile(`${folder}/b.xml`, after);
        for (const [make, apply] of [[ours, theirs], [theirs, ours]] as const) {
          await Deno.writeTextFile(`${folder}/patch.xml`, await make("-o", "a.xml", "-n", "b.xml"));
          const made = read(await apply("-o", "a.xml", "-p", "patch.xml"));
          assert.deepEqual(differenceOf(made, read(after)), [], `${before}\n${after}`);
        }
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("while the coordinator dies, each change is made once or not at all, and the command says which", async () => {
  const names = ["alice", "bob", "carol"];
  await using cluster = await realCluster("dying", names);
  await formed(cluster, "alice");
  const status = await ha(cluster.folder, ["status", "--json", "--run", cluster.run("alice")]);
  const { dc } = JSON.parse(status.out) as { dc: string };
  const left = names.filter((name) => name !== dc);
  let killed = false;
  const outcomes = new Map<string, number>();
  await Promise.all(left.map(async (node) => {
    for (let at = 0; at < 12; at++) {
      const name = `${node}-${at}`;
      const words = ["node", "attribute", node, `${name}=1`, "--run", cluster.run(node)];
      outcomes.set(name, (await ha(cluster.folder, words)).code);
      if (at === 4 && !killed) {
        killed = true;
        await cluster.nodes.kill(dc);
      }
    }
  }));
  assert.ok(killed);
  const [asked = ""] = left;
  const shown = await until(
    () => ha(cluster.folder, ["node", "ls", "--run", cluster.run(asked)]),
    ({ code }) => code === 0,
  );
  const made = [...outcomes].filter(([, code]) => code === 0);
  assert.ok(made.length >= 12, JSON.stringify([...outcomes]));
  for (const [name, code] of outcomes) {
    const isThere = shown.out.includes(`${name}=1`);
    // 75: the command says that nobody can know.
    if (code !== 75) assert.equal(isThere, code === 0, `${name} ended with ${code}`);
  }
});
