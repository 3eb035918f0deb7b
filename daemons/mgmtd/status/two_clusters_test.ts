/**
 * Three real nodes with one key and one cluster name, of which one has forgotten the others: there is
 * one cluster, and the one that is outside of it says why and what to do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ha } from "../commands/testing/ha_child.ts";
import { realCluster, until } from "../commands/testing/real_cluster.ts";
import { permissions } from "../commands/testing/site.ts";

Deno.test("a node whose configuration forgot the others founds no second cluster", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async () => {
  await using cluster = await realCluster(
    "two_clusters",
    ["alice", "bob", "carol"],
    (cib) => cib.replace(/<nodes>[^]*<\/nodes>/, "<nodes/>"),
    (node, config) => node === "alice" ? { ...config, nodes: ["alice"] } : config,
  );
  const { nodes, folder, run } = cluster;
  const status = (node: string) => ha(folder, ["status", "--run", run(node)]);
  const formed = await until(() => status("bob"), ({ code }) => code === 0);
  assert.match(formed.out, /Membership: \[ (bob carol|carol bob) \] with quorum/);
  const refused = await until(
    () => status("alice"),
    ({ code, out }) => code === 106 && out.includes("No cluster is founded"),
  );
  // Before or after the others have founded theirs.
  assert.match(
    refused.out,
    /^WARNING: No cluster is founded: (bob, carol have the key|one of this name has been, by bob, carol), .*Fix: .*"nodes"/m,
  );
  assert.match(refused.out, /Membership: none\n/);

  // What the message says to do.
  await nodes.kill("alice");
  const path = `${folder}/alice/node.json`;
  const config: unknown = JSON.parse(await Deno.readTextFile(path));
  assert.ok(typeof config === "object" && config !== null);
  await Deno.writeTextFile(path, JSON.stringify({ ...config, nodes: ["alice", "bob", "carol"] }));
  nodes.start("alice");
  const joined = await until(
    () => status("alice"),
    ({ code, out }) => code === 0 && /Online: \[ alice bob carol \]/.test(out),
  );
  assert.match(joined.out, /Membership: \[ [a-z ]{15} \] with quorum/);
});
