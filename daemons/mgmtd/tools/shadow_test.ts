/**
 * A shadow copy: the programs read and change it, and the cluster does not notice.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import type { Client } from "../../runtime/client.ts";
import { shadowClient } from "./shadow.ts";
import { shadowFile } from "./shadow_place.ts";
import { clusterOf, run } from "./testing/one_document.ts";

const cib =
  `<cib admin_epoch="0" epoch="5" num_updates="0" crm_feature_set="3.19.7"><configuration><crm_config>
<cluster_property_set id="o"><nvpair id="of" name="fencing-enabled" value="false"/></cluster_property_set>
</crm_config><nodes><node id="n1" uname="n1"/></nodes><resources/><constraints/></configuration>
<status/></cib>`;

/** Programs on a cluster, with shadow copies in a folder. */
function programs(folder: string, cluster: Client) {
  let active: string | undefined;
  const read = (path: string) => Deno.readTextFile(path);
  return {
    run(program: string, ...args: readonly string[]) {
      const copy = active === undefined ? undefined : shadowFile(folder, active);
      return run(program, args, cluster, {
        client: () => Promise.resolve(copy === undefined ? cluster : shadowClient(copy, read)),
        shadow: { folder, active },
        read,
      });
    },
    use: (name: string | undefined) => void (active = name),
  };
}

const dummy = '<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>';

Deno.test("a shadow copy is changed in place of the cluster, compared, and committed", {
  permissions: { read: [".test"], write: [".test"] },
}, async () => {
  await Deno.mkdir(".test", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: ".test" });
  try {
    const cluster = clusterOf(cib);
    const before = cluster.text();
    const { run, use } = programs(`${folder}/copies`, cluster.client);
    assert.equal((await run("crm_shadow", "--which")).code, 105);
    const made = await run("crm_shadow", "-b", "--create", "try");
    assert.equal(made.code, 0, made.text);
    assert.match(made.text, /CIB_shadow=try ; export CIB_shadow/);
    assert.equal((await run("crm_shadow", "-b", "--create", "try")).code, 108);
    assert.equal(Deno.statSync(`${folder}/copies/shadow.try`).mode! & 0o777, 0o600);

    use("try");
    assert.equal((await run("crm_shadow", "-w")).text, "try\n");
    assert.equal((await run("crm_shadow", "-d")).code, 0);
    const changed = await run("cibadmin", "-C", "-o", "resources", "-X", dummy);
    assert.equal(changed.code, 0, changed.text);
    assert.match((await run("cibadmin", "-Q", "-o", "resources")).text, /type="Dummy"/);
    assert.match((await run("crm_shadow", "--display")).text, /type="Dummy"/);
    const diff = await run("crm_shadow", "--diff");
    assert.equal(diff.code, 1);
    assert.match(diff.text, /<change operation="create"[^]*Dummy/);
    assert.equal(cluster.text(), before, "the cluster is as it was");
    // What only a cluster can do is refused, and not done to the cluster.
    assert.equal((await run("stonith_admin", "-F", "n1")).code, 3);

    use(undefined);
    assert.equal((await run("crm_shadow", "--commit", "try")).code, 64);
    const committed = await run("crm_shadow", "--force", "--commit", "try");
    assert.equal(committed.code, 0, committed.text);
    assert.match(cluster.text(), /type="Dummy"/);
    assert.equal((await run("crm_shadow", "--delete", "try", "--force")).code, 0);
    assert.equal((await run("crm_shadow", "--commit", "try", "--force")).code, 105);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an empty shadow copy can be made; a name with a slash, and a broken file, are refused", {
  permissions: { read: [".test"], write: [".test"] },
}, async () => {
  await Deno.mkdir(".test", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: ".test" });
  try {
    const { run, use } = programs(folder, clusterOf(cib).client);
    assert.equal((await run("crm_shadow", "-b", "-e", "new")).code, 0);
    const { root } = parse(await Deno.readTextFile(`${folder}/shadow.new`));
    assert.equal(root.name.raw, "cib");
    assert.equal((await run("crm_shadow", "-b", "-c", "../up")).code, 64);
    await Deno.writeTextFile(`${folder}/shadow.bad`, "<cib><configuration>");
    use("bad");
    for (const words of [["crm_shadow", "-p"], ["cibadmin", "-Q"], ["crm_verify", "-L"]]) {
      const [program = "", ...args] = words;
      const { code, text } = await run(program, ...args);
      assert.equal(code, 65, `${words.join(" ")}: ${text}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
