/**
 * A cluster of one node, of real processes: `nodes` names that node alone.
 *
 * @module
 */
import assert from "node:assert/strict";
import { permissions, project } from "../daemons/mgmtd/commands/testing/site.ts";
import { realCluster, until } from "../daemons/mgmtd/commands/testing/real_cluster.ts";
import { markOf } from "../daemons/mgmtd/local_nodes/local_cluster.ts";
import { memoryOf } from "../daemons/mgmtd/local_nodes/memory.ts";
import { featureSet } from "../daemons/crmd/feature_set.ts";
import { intensity } from "../daemons/recoverymgrd/core.ts";
import { readStatus } from "../daemons/recoverymgrd/status_file.ts";
import { connect } from "../daemons/runtime/client.ts";
import type { Message } from "../daemons/runtime/messages.ts";

const socket = `${project}/.test/one_node/alice/run/cluster.sock`;

/** Ends the policy engine of a node as V8 ends it when its heap is full. `$1`: the node's folder; `$2`: `pengine`. */
const endEngine = `
for id in $(grep -alF -- "$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
  tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline | grep -qF "daemons/$2/mod.ts" && kill -s TRAP $id
done
exit 0`;

/** MiB of all processes of a node with a service and a device: 213 where only this test runs Deno too. */
const nodeMibMax = 225;

/** The garbage of the start is given back. */
async function staysLight(mark: string): Promise<void> {
  const memory = await until(
    () => memoryOf(mark),
    (memory) =>
      memory.some(({ program }) => program === "service") &&
      memory.reduce((sum, { pssMb }) => sum + pssMb, 0) < nodeMibMax,
  );
  assert.ok(memory.length >= 8);
}

/** That happens more often than a node survives other ends; each time the engine comes back. */
async function heapIsFull(folder: string, run: string): Promise<void> {
  const engine = async () => {
    const { daemons, givenUp } = await readStatus(run);
    assert.equal(givenUp, "");
    return daemons.find(({ name }) => name === "pengine");
  };
  const isUp = (times: number) => async () => {
    const found = await engine();
    return found?.state === "running" && found.restarts === times;
  };
  for (let times = 0; times <= intensity.restartsMax; times++) {
    await until(isUp(times), Boolean);
    const { success } = await new Deno.Command("/bin/sh", {
      args: ["-c", endEngine, "sh", `${folder}/`, "pengine"],
      stdin: "null",
    }).output();
    assert.ok(success);
  }
  await until(isUp(intensity.restartsMax + 1), Boolean);
  assert.match((await engine())?.last ?? "", /SIGTRAP|133/);
}

Deno.test("a node that is alone in its configuration has quorum and answers for its CIB", {
  permissions: { ...permissions, net: ["127.0.0.1", `unix:${socket}`] },
}, async () => {
  await using cluster = await realCluster(
    "one_node",
    ["alice"],
    // As a cluster of long ago has left it.
    (cib) =>
      cib.replace(/ crm_feature_set="[^"]*"/, "").replace("<cib ", '<cib crm_feature_set="3.0.9" '),
  );
  assert.equal(`${cluster.run("alice")}/cluster.sock`, socket);
  await using client = await until(
    () => connect(socket).catch(() => undefined),
    (client) => client !== undefined,
  );
  assert.ok(client);
  const query = () =>
    client.ask(
      "cib",
      { type: "cib/query", id: "1" },
      (message): message is Extract<Message, { type: "cib/document" }> =>
        message.type === "cib/document",
      30_000,
    );
  await staysLight(markOf({ cluster: cluster.cluster }, "alice"));
  const { xml } = await query();
  assert.match(xml, /<node id="alice" uname="alice"\/>/);
  // An old CIB is read as this cluster writes it, once its coordinator has said so.
  await until(query, ({ xml }) => xml.includes(` crm_feature_set="${featureSet}"`));
  await heapIsFull(`${cluster.folder}/alice`, cluster.run("alice"));
  assert.ok(cluster.nodes.isUp("alice"));
  // Who waits for an answer hears at once that nobody is left to give it.
  const lost = assert.rejects(
    client.ask(
      "cib",
      { type: "status/query", id: "2" },
      (message): message is Extract<Message, { type: "cib/applied" }> =>
        message.type === "cib/applied",
      600_000,
    ),
    /The process ended before "cib" answered status\/query/,
  );
  await cluster.nodes.kill("alice");
  await lost;
});
