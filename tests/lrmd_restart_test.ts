/**
 * The local resource manager of a real node is killed: its service is not touched, nothing is probed,
 * and its monitor goes on with the next one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { permissions, project } from "../daemons/mgmtd/commands/testing/site.ts";
import { realCluster, until } from "../daemons/mgmtd/commands/testing/real_cluster.ts";
import { connect } from "../daemons/runtime/client.ts";
import type { LrmResult, Message } from "../daemons/runtime/messages.ts";

const socket = `${project}/.test/lrmd_restart/alice/run/cluster.sock`;

/** Kills the daemon of a node. `$1`: the node's folder; `$2`: the daemon. */
const kill = `
for id in $(grep -alF -- "$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3); do
  tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline | grep -qF "daemons/$2/mod.ts" && kill -s KILL $id
done
exit 0`;

Deno.test("a real lrmd is killed: its service goes on, and is watched again", {
  permissions: { ...permissions, net: ["127.0.0.1", `unix:${socket}`] },
}, async () => {
  await using cluster = await realCluster("lrmd_restart", ["alice"]);
  assert.equal(`${cluster.run("alice")}/cluster.sock`, socket);
  await using client = await until(
    () => connect(socket).catch(() => undefined),
    (client) => client !== undefined,
  );
  assert.ok(client);
  const results = async (): Promise<readonly LrmResult[]> => {
    const answer = await client.ask(
      "lrmd",
      { type: "lrm/query", id: "1" },
      (message): message is Extract<Message, { type: "lrm/state" }> => message.type === "lrm/state",
      2_000,
    ).catch(() => undefined);
    return (answer?.results ?? []).filter(({ operation }) => operation.resource === "web");
  };
  const repeated = (all: readonly LrmResult[]) =>
    all.find(({ operation, rc }) => operation.intervalMs > 0 && rc === 0);
  const before = await until(results, (all) => repeated(all) !== undefined);
  const killedAtS = Math.floor(Date.now() / 1000);
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", kill, "sh", `${cluster.folder}/alice/`, "lrmd"],
    stdin: "null",
  }).output();
  assert.ok(success);
  const after = await until(
    results,
    (all) => (repeated(all)?.lastRunS ?? 0) > killedAtS,
  );
  const once = (all: readonly LrmResult[]) =>
    all.filter(({ operation }) => operation.intervalMs === 0)
      .map(({ operation: { action }, callId, lastRunS }) => ({ action, callId, lastRunS }));
  assert.deepEqual(once(after), once(before), "it was neither probed nor started again");
  const gapS = repeated(after)!.lastRunS - killedAtS;
  assert.ok(gapS <= 20, `it was not watched for ${gapS} s`);
});
