/**
 * The programs that agents call back, on a real node: scripts that a shell runs, against real daemons.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ha } from "../daemons/mgmtd/commands/testing/ha_child.ts";
import { realCluster, until } from "../daemons/mgmtd/commands/testing/real_cluster.ts";
import { permissions, project } from "../daemons/mgmtd/commands/testing/site.ts";

/** Kills a process of a node. `$1`: the folder of the node; `$2`: the process. */
const killProcess = `
for id in $(grep -alF -- "$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
  tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline | grep -qF "daemons/$2/mod.ts" && kill -s KILL $id
done
exit 0`;

Deno.test("agents find their programs, which answer from the daemons of the node", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  await using cluster = await realCluster("compat", ["alice"], undefined, (_node, config) => ({
    ...config,
    // A disk that cannot be read past all caches: it never answers, and is dead after initdeadMs.
    pings: [{ plugin: "medium/disk_ping", name: "disk", device: "/dev/zero" }],
    connectivity: { attribute: "pingd", multiplier: 100, dampenMs: 100 },
  }));
  // The node has written them itself.
  const folder = `${cluster.run("alice")}/programs`;
  const call = async (line: string) => {
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", line],
      clearEnv: true,
      env: { PATH: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`, OCF_RESOURCE_INSTANCE: "web" },
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, out: text(stdout), err: text(stderr) };
  };
  const prints = async (line: string, out: string) =>
    assert.deepEqual(await call(line), { code: 0, out, err: "" }, line);
  const shown = (line: string, pattern: RegExp) =>
    until(() => call(line), ({ code, out }) => code === 0 && pattern.test(out));

  const chosen = `${cluster.folder}/programs`;
  const installed = await ha(cluster.folder, [
    "compat",
    "install",
    chosen,
    "--run",
    cluster.run("alice"),
  ]);
  assert.equal(installed.code, 0, installed.err);
  await shown("crm_node -q", /^1$/m);
  for (const { name } of Deno.readDirSync(chosen)) {
    assert.equal(
      Deno.readTextFileSync(`${folder}/${name}`),
      Deno.readTextFileSync(`${chosen}/${name}`),
    );
  }
  await prints("HA_NODE=compat/other crm_node -n", "other\n");
  await prints("crm_node -n", "alice\n");
  await prints("crm_node -p", "alice \n");
  await prints("pacemakerd -$", "Pacemaker 2.1.5\n");

  await shown("attrd_updater -n pingd -Q", /^name="pingd" host="alice" value="0"$/m);
  await shown("cibadmin -Q", /name="pingd" value="0"/);

  await prints("attrd_updater -n x -U 5", "");
  await prints("attrd_updater -n x -Q", 'name="x" host="alice" value="5"\n');
  await prints("crm_attribute -l reboot -n x -G -q", "5\n");
  await prints("attrd_updater -n x -U value++", "");
  await shown(
    `cibadmin -Q --xpath "//node_state[@crmd='online']//nvpair[@name='x']"`,
    /^<nvpair id="status-alice-x" name="x" value="6"\/>$/m,
  );
  await shown("crm_mon -1 --output-as=xml", /<attribute name="x" value="6"\/>/);
  await prints("attrd_updater -p -n hidden -U secret", "");
  await prints("attrd_updater -n hidden -Q", 'name="hidden" host="alice" value="secret"\n');
  assert.doesNotMatch((await call("cibadmin -Q")).out, /secret/);

  await prints("crm_attribute --promotion -v 10", "");
  await prints("crm_master -G -q", "10\n");
  await shown("cibadmin -Q", /name="master-web" value="10"/);
  await prints("crm_master -D", "");
  assert.equal((await call("crm_master -G")).code, 105);

  await prints("crm_attribute -l forever -N alice -n place -v office", "");
  await prints("crm_attribute -N alice -n place -G", "scope=nodes  name=place value=office\n");
  await shown(
    "cibadmin -Q -o nodes",
    /<nvpair id="nodes-alice-place" name="place" value="office"\/>/,
  );
  await prints("crm_attribute -t crm_config -n no-quorum-policy -G -q", "stop\n");
  await prints("crm_attribute -t crm_config -n no-quorum-policy -v freeze", "");
  await prints("crm_attribute -t crm_config -n no-quorum-policy -G -q", "freeze\n");
  const refused = await call("crm_resource -r web -p shoeSize -v 42");
  assert.equal(refused.code, 1, "the cib checks what a client writes");
  assert.match(refused.err, /shoeSize/);

  await prints(
    "crm_resource -r web -z -p cpu -v 2",
    "Set 'web' option: id=web-utilization-cpu " +
      "set=web-utilization name=cpu value=2\n",
  );
  await prints("crm_resource -Q -r web -z -g cpu", "2\n");
  assert.equal((await call("attrd_updater -n x -U 5 -N nobody")).code, 105);
  assert.equal((await call("crm_node -R alice")).code, 3);
  assert.equal((await call(`HA_SOCKET=${project}/no.sock crm_node -n`)).code, 102);
  assert.equal((await call("HA_SOCKET=/a,/b crm_node -n")).code, 64);

  // The daemon that holds the attributes dies, and its node lives on.
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", killProcess, "sh", `${cluster.folder}/`, "cluster"],
    stdin: "null",
  }).output();
  assert.ok(success);
  await shown("attrd_updater -n x -Q", /^name="x" host="alice" value="6"$/m);
  await shown("attrd_updater -n hidden -Q", /value="secret"/);
  await shown("cibadmin -Q", /name="x" value="6"/);
});
