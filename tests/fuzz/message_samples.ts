/**
 * One message of each type, with every member that it may have, and one of each type that nodes say
 * to their own kind.
 *
 * @module
 */

const operation = {
  resource: "web",
  agent: { class: "ocf", provider: "heartbeat", type: "Dummy" },
  action: "monitor",
  intervalMs: 10_000,
  timeoutMs: 20_000,
  startDelayMs: 0,
  parameters: { state: "/run/web", CRM_meta_timeout: "20000" },
  transitionKey: "4:1:0:5f2c",
};
const result = {
  operation,
  callId: 3,
  rc: 0,
  status: 0,
  execMs: 12,
  queueMs: 0,
  lastRunS: 1_700_000_000,
  lastChangeS: 1_700_000_000,
  output: "it runs",
};
const members = [
  { node: "alice", incarnation: 1, bornOn: 1 },
  { node: "bob", incarnation: 2, bornOn: 2 },
];
const view = { epoch: 1_048_577, members, quorate: true, electorate: ["alice", "bob"] };
const version = { adminEpoch: 0, epoch: 4, numUpdates: 2 };
const changes = [
  { op: "create", path: "/cib/status", xml: '<node_state id="bob"/>', position: 0 },
  { op: "modify", path: "/cib", set: { "have-quorum": "1" }, unset: ["dc-uuid"] },
  { op: "delete", path: "/cib/status/node_state[@id='bob']" },
  { op: "replace", path: "/cib/configuration/tags", xml: "<tags/>" },
];
const action = {
  id: 1,
  kind: "rsc_op",
  task: "start",
  operationKey: "web_start_0",
  internalOperationKey: "web:0_start_0",
  onNode: "bob",
  onNodeUuid: "2",
  routerNode: "alice",
  resource: { id: "web", longId: "web:0", class: "ocf", provider: "heartbeat", type: "Dummy" },
  attributes: { CRM_meta_timeout: "20000" },
  downed: ["2"],
  maintenance: [{ id: "2", maintenance: "1" }],
  canFail: false,
  mode: "cib",
};
const graph = {
  transitionId: 7,
  clusterDelayMs: 60_000,
  stonithTimeoutMs: 60_000,
  spelling: { clusterDelay: "60s", stonithTimeout: "60s" },
  failedStartOffset: "INFINITY",
  failedStopOffset: "INFINITY",
  batchLimit: 0,
  migrationLimit: -1,
  recheckBy: 1_700_000_900,
  synapses: [{ id: 0, priority: 5, action, inputs: [2] }],
  absent: [{ ...action, id: 2 }],
};
const electorates = {
  committed: { version: 0, nodes: ["alice", "bob"] },
  promised: [{ version: 1_048_577, nodes: ["alice", "bob", "carol"] }],
  origin: 17,
};
const row = {
  node: "bob",
  incarnation: 2,
  serial: 9,
  promised: 1_048_577,
  pending: 0,
  hears: { alice: 1 },
  electorates,
  view,
};
const proposal = {
  epoch: 2_097_153,
  proposer: "alice",
  members,
  previous: ["alice"],
  electorates,
  electors: ["alice", "bob"],
  basis: 0,
};
const write = { id: "bob x.1", changes };
const entry = { term: 1, index: 2, base: "a1", after: "b2", writes: [write] };
const node = {
  name: "bob",
  kind: "normal",
  status: "active",
  generation: 5,
  links: [{ name: "eth0", up: true }],
};

/** By type. */
export const samples: Readonly<Record<string, unknown>> = Object.fromEntries(
  [
    { type: "status/query", id: "1" },
    { type: "status/answer", id: "1", status: { node: "alice", list: [1, null, true] } },
    { type: "peer", body: { type: "rows", rows: [row], ask: true } },
    { type: "heartbeat/subscribe" },
    { type: "heartbeat/connectivity", node: "alice", nodes: [node] },
    { type: "heartbeat/founded" },
    { type: "heartbeat/watch" },
    { type: "heartbeat/presence", clients: [{ node: "bob", client: "api_test" }] },
    { type: "heartbeat/parameter", id: "1", name: "deadtime" },
    { type: "heartbeat/value", id: "1", value: "10" },
    { type: "heartbeat/change", id: "1", change: { change: "add", nodes: ["carol"] } },
    { type: "heartbeat/changed", id: "1", ok: false, error: "no" },
    { type: "ccm/subscribe" },
    { type: "ccm/view", view },
    { type: "ccm/evicted" },
    { type: "ccm/settled", view: 1_048_577 },
    { type: "ccm/withholds", view: 1_048_577, node: "bob", what: "entry 7 of the CIB" },
    {
      type: "attrd/update",
      id: "1",
      update: {
        change: "both",
        name: "pingd",
        lifetime: "reboot",
        value: "100",
        node: "bob",
        dampenMs: 500,
        set: "status-bob",
        private: false,
      },
    },
    { type: "attrd/clear", id: "1", node: "bob" },
    { type: "attrd/updated", id: "1", ok: false, error: "x", why: "busy" },
    { type: "attrd/query", id: "1", lifetime: "reboot", name: "pingd", node: "bob" },
    {
      type: "attrd/values",
      id: "1",
      node: "alice",
      values: [{ node: "bob", name: "pingd", value: "100", set: "status-bob", private: false }],
    },
    { type: "cib/subscribe" },
    { type: "cib/changed", version, changes, replaced: false },
    { type: "cib/query", id: "1" },
    { type: "cib/document", id: "1", version, xml: "<cib/>" },
    { type: "cib/apply", id: "1", changes },
    { type: "cib/applied", id: "1", ok: true, version, error: "", warnings: ["x"] },
    { type: "pengine/schedule", id: "1", cib: "<cib/>", nowS: 1_700_000_000 },
    { type: "pengine/transition", id: "1", graph, findings: ["x"], error: "y" },
    { type: "lrm/execute", id: "1", operation },
    { type: "lrm/result", id: "1", result },
    { type: "lrm/cancel", id: "1", resource: "web", action: "monitor", intervalMs: 10_000 },
    { type: "lrm/cancelled", id: "1", found: true },
    { type: "lrm/forget", id: "1", resource: "web" },
    { type: "lrm/forgotten", id: "1" },
    { type: "lrm/query", id: "1" },
    { type: "lrm/restore", results: [result] },
    { type: "lrm/describe", id: "1", agent: { class: "deno", provider: "pils", type: "Dummy" } },
    { type: "lrm/described", id: "1", metaData: "<resource-agent/>" },
    { type: "lrm/state", id: "1", results: [result] },
    {
      type: "fence/request",
      id: "1",
      target: "bob",
      incarnation: 2,
      action: "reboot",
      timeoutMs: 60_000,
    },
    {
      type: "fence/result",
      id: "1",
      target: "bob",
      action: "off",
      ok: true,
      delegate: "alice",
      error: "",
    },
    { type: "fence/subscribe" },
    {
      type: "fence/happened",
      target: "bob",
      action: "on",
      ok: true,
      delegate: "alice",
      detail: "x",
      tookMs: 5,
    },
    { type: "fence/check", id: "1", device: "power" },
    { type: "fence/checked", id: "1", ok: true, detail: "" },
    { type: "fence/describe", id: "1", device: "process" },
    { type: "fence/described", id: "1", metaData: "<resource-agent/>" },
    { type: "tengine/run", graph, view: 1_048_577, version },
    { type: "tengine/abort", why: "x" },
    { type: "tengine/done", transitionId: 7, complete: true, why: "x", fencingFailed: false },
    { type: "crmd/perform", view: 1_048_577, key: "1:7:0:x", action },
    { type: "crmd/fenced", key: "1:7:0:x", node: "bob", incarnation: "2" },
    { type: "crmd/performed", key: "1:7:0:x", ok: false, error: "x" },
  ].map((message) => [message.type, message]),
);

/** What services say to their own kind on other nodes. */
export const peerSamples: Readonly<Record<string, readonly unknown[]>> = {
  ccm: [
    { type: "rows", rows: [row], ask: true },
    { type: "propose", proposal },
    { type: "promise", epoch: 2_097_153, incarnation: 2, proposer: 1 },
    { type: "commit", epoch: 2_097_153, members },
  ],
  cib: [
    { type: "report", view: 1, report: { type: "copy", tip: { term: 1, index: 2, digest: "a" } } },
    { type: "report", view: 1, report: { type: "empty" } },
    { type: "report", view: 1, report: { type: "corrupt", index: 2 } },
    { type: "ask", view: 1 },
    { type: "fetch", view: 1 },
    { type: "install", view: 1, text: "<cib/>\n<!-- {} 0 -->\n" },
    { type: "prepare", view: 1, entry },
    { type: "prepared", view: 1, index: 2 },
    { type: "diverged", view: 1, index: 2 },
    { type: "commit", view: 1, index: 2 },
    { type: "apply", view: 1, writes: [write] },
    { type: "applied", id: "bob x.1", ok: true, version, error: "x" },
  ],
  crmd: [
    { type: "join", view: 1, number: 2, results: [result], underway: [operation] },
    { type: "joined", view: 1, number: 2 },
    { type: "tell", view: 1 },
  ],
  stonithd: [
    {
      type: "fence",
      key: "1 off bob",
      target: "bob",
      incarnation: 2,
      action: "off",
      timeoutMs: 60_000,
    },
    { type: "fenced", key: "1 off bob", ok: true, detail: "x" },
  ],
};
