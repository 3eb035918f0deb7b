import assert from "node:assert/strict";
import type { TransitionGraph } from "../../runtime/transition.ts";
import { readGraph, writeGraph } from "./graph_xml.ts";

const graph: TransitionGraph = {
  transitionId: 3,
  clusterDelayMs: 180_000,
  stonithTimeoutMs: 60_000,
  spelling: { clusterDelay: "3m", stonithTimeout: "60s" },
  failedStartOffset: "1",
  failedStopOffset: "INFINITY",
  batchLimit: 4,
  migrationLimit: 2,
  recheckBy: 1_500_000_000,
  synapses: [
    {
      id: 0,
      priority: 10,
      action: {
        id: 2,
        kind: "rsc_op",
        task: "start",
        operationKey: "web_start_0",
        internalOperationKey: "web:1_start_0",
        onNode: "remote1",
        onNodeUuid: "remote1",
        routerNode: "alice",
        resource: { id: "web", longId: "web:1", class: "ocf", provider: "heartbeat", type: "ip" },
        attributes: { CRM_meta_timeout: "20000", ip: 'a"<&', "1": "first" },
        canFail: false,
      },
      inputs: [1, 3],
    },
    {
      id: 1,
      action: {
        id: 1,
        kind: "crm_event",
        task: "stonith",
        operationKey: "stonith-bob-reboot",
        onNode: "bob",
        onNodeUuid: "2",
        attributes: { CRM_meta_stonith_action: "reboot" },
        downed: ["2", "remote1"],
        canFail: false,
      },
      inputs: [],
    },
    {
      id: 2,
      action: {
        id: 3,
        kind: "pseudo_event",
        task: "maintenance_nodes",
        operationKey: "maintenance_nodes",
        attributes: { CRM_meta_can_fail: "true" },
        maintenance: [{ id: "remote1", maintenance: "1" }],
        canFail: true,
      },
      inputs: [],
    },
    {
      id: 3,
      action: {
        id: 4,
        kind: "crm_event",
        task: "lrm_delete",
        operationKey: "db_lrm_delete_0",
        onNode: "alice",
        onNodeUuid: "1",
        resource: { id: "db", class: "systemd", type: "db" },
        attributes: {},
        canFail: false,
        mode: "cib",
      },
      inputs: [2],
    },
  ],
};

Deno.test("a graph is read back as it was written", () => {
  const read = readGraph(writeGraph(graph));
  assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(graph)));
});

Deno.test("an action is named in the inputs of what waits for it", () => {
  assert.match(
    writeGraph(graph),
    /<trigger>\s*<crm_event id="1" operation="stonith" operation_key="stonith-bob-reboot" on_node="bob" on_node_uuid="2"\/>/,
  );
});

Deno.test("a parameter whose name begins with a digit gets an element of its own", () => {
  assert.match(writeGraph(graph), /<param name="1" value="first"\/>/);
});

Deno.test("delays without a spelling are written in seconds", () => {
  const { spelling: _, ...plain } = graph;
  assert.match(writeGraph(plain), /cluster-delay="180s" fencing-timeout="60s"/);
  assert.equal(readGraph(writeGraph(plain)).clusterDelayMs, 180_000);
});

Deno.test("what is no graph is refused", () => {
  assert.throws(() => readGraph("<cib/>"), SyntaxError);
  assert.throws(
    () => readGraph(`<transition_graph><synapse id="7"/></transition_graph>`),
    /Synapse 7 /,
  );
});

Deno.test("a synapse that waits for nothing known is a mistake of the writer", () => {
  const first = graph.synapses[0]!;
  assert.throws(() => writeGraph({ ...graph, synapses: [{ ...first, inputs: [99] }] }), /99/);
});
