/**
 * A cluster of one node, of real processes: `nodes` names that node alone.
 *
 * @module
 */
import assert from "node:assert/strict";
import { permissions, project } from "../daemons/mgmtd/commands/testing/site.ts";
import { realCluster, until } from "../daemons/mgmtd/commands/testing/real_cluster.ts";
import { connect } from "../daemons/runtime/client.ts";
import type { Message } from "../daemons/runtime/messages.ts";

const socket = `${project}/.test/one_node/alice/run/cluster.sock`;

Deno.test("a node that is alone in its configuration has quorum and answers for its CIB", {
  permissions: { ...permissions, net: ["127.0.0.1", `unix:${socket}`] },
}, async () => {
  await using cluster = await realCluster("one_node", ["alice"]);
  assert.equal(`${cluster.run("alice")}/cluster.sock`, socket);
  await using client = await until(
    () => connect(socket).catch(() => undefined),
    (client) => client !== undefined,
  );
  assert.ok(client);
  const { xml } = await client.ask(
    "cib",
    { type: "cib/query", id: "1" },
    (message): message is Extract<Message, { type: "cib/document" }> =>
      message.type === "cib/document",
    30_000,
  );
  assert.match(xml, /<node id="alice" uname="alice"\/>/);
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
