/**
 * The status as metrics, and as one line for a monitoring system.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readCib } from "../../cib/doors/document.ts";
import { verdictOf } from "./check.ts";
import { clusterState, workingSet } from "./cluster_state.ts";
import { metricsText } from "./metrics.ts";
import { readHeldBack } from "./held_back.ts";
import type { NodeView } from "./node_view.ts";

const operation = (id: string, rc: number) =>
  `<lrm_rsc_op id="${id}_last" operation_key="${id}_monitor_0" operation="monitor" call-id="1" rc-code="${rc}"
 op-status="0" interval="0" transition-key="1:1:7:x" transition-magic="0:${rc};1:1:7:x" crm_feature_set="3.19.7"/>`;

const state = (name: string, web: number, more = "") =>
  `<node_state id="${name}" uname="${name}" in_ccm="1700000000" crmd="1700000000" join="member" expected="member"
${more}><lrm id="${name}"><lrm_resources><lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
${operation("web", web)}</lrm_resource></lrm_resources></lrm></node_state>`;

const cluster = clusterState(workingSet(
  readCib(`<cib crm_feature_set="3.19.7" have-quorum="1" dc-uuid="alice"><configuration>
<crm_config><cluster_property_set id="o">
<nvpair id="of" name="fencing-enabled" value="false"/></cluster_property_set></crm_config><nodes><node id="alice" uname="alice"/><node id="bob" uname="bob"><instance_attributes id="s">
<nvpair id="sv" name="standby" value="on"/></instance_attributes></node></nodes><resources><group id="g">
<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/></group></resources><constraints/>
</configuration><status>${state("alice", 0)}${state("bob", 7)}</status></cib>`),
  1_800_000_000,
));

const view: NodeView = {
  node: "alice",
  quorate: true,
  members: ["alice", "bob"],
  view: "1.x",
  viewMs: 5,
  inStep: true,
  links: [{ name: "eth0", state: "up" }],
  peers: [{ name: "bob", status: "active" }],
  pings: [],
  watchdog: undefined,
  strangers: [],
  foundingRefused: undefined,
  heldBack: readHeldBack(null, null),
  turnedAway: [],
  silent: [],
  withholding: [],
  accused: undefined,
};

Deno.test("metrics have the names of ha_cluster_exporter, and each series once", () => {
  const text = metricsText({ cluster, view, fencing: true, changedS: 1_700_000_001 });
  const lines = text.trim().split("\n").filter((line) => !line.startsWith("#"));
  for (
    const line of [
      "ha_cluster_corosync_quorate 1",
      'ha_node_link_up{link="eth0"} 1',
      'ha_node_peer_heard{node="bob"} 1',
      'ha_cluster_pacemaker_nodes{node="bob",type="member",status="standby"} 1',
      'ha_cluster_pacemaker_nodes{node="alice",type="member",status="dc"} 1',
      'ha_cluster_pacemaker_resources{node="alice",resource="web",role="started",managed="true",' +
      'status="active",agent="ocf:pacemaker:Dummy",group="g",clone=""} 1',
      "ha_cluster_pacemaker_stonith_enabled 1",
      "ha_cluster_pacemaker_config_last_change 1700000001",
    ]
  ) assert.ok(lines.includes(line), `${line}\n${text}`);
  const series = lines.map((line) => line.replace(/ \S+$/, ""));
  assert.equal(new Set(series).size, series.length);
  // Each family has its help and type once, before its series.
  const families = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name);
  assert.equal(new Set(families).size, families.length);
});

Deno.test("a monitoring system gets the worst that is the matter", () => {
  const warned = verdictOf(cluster, { quorate: true, warnings: [] });
  assert.deepEqual(warned, {
    code: 1,
    line: "WARNING: 2 of 2 nodes online, 1 of 1 resources running; bob: standby",
  });
  assert.equal(verdictOf(cluster, { quorate: false, warnings: [] }).code, 2);
  assert.equal(verdictOf(undefined, { quorate: true, warnings: [] }).code, 3);
  const well = { ...cluster, nodes: cluster.nodes.filter(({ name }) => name === "alice") };
  assert.equal(verdictOf(well, { quorate: true, warnings: [] }).code, 0);
});
