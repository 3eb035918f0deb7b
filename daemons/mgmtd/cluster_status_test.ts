import assert from "node:assert/strict";
import { clusterState, clusterText } from "./cluster_status.ts";

const cib = `<cib have-quorum="1" dc-uuid="a" admin_epoch="0" epoch="3" num_updates="9">
<configuration><crm_config/><nodes>
  <node id="a" uname="alice"/><node id="b" uname="bob"/><node id="c" uname="carol"/>
</nodes><resources>
  <primitive id="web" class="deno" provider="pils" type="WebServer"/>
  <primitive id="db" class="ocf" provider="heartbeat" type="pgsql"/>
</resources></configuration>
<status>
  <node_state id="a" uname="alice" in_ccm="true" crmd="online" join="member" expected="member">
    <lrm id="a"><lrm_resources><lrm_resource id="web">
      <lrm_rsc_op id="1" operation="monitor" operation_key="web_monitor_0" call-id="1" rc-code="7"/>
      <lrm_rsc_op id="2" operation="start" operation_key="web_start_0" call-id="2" rc-code="0"/>
    </lrm_resource><lrm_resource id="db">
      <lrm_rsc_op id="3" operation="start" operation_key="db_start_0" call-id="3" rc-code="1"
        exit-reason="no disk"/>
    </lrm_resource></lrm_resources></lrm>
  </node_state>
  <node_state id="b" uname="bob" in_ccm="false" crmd="offline" join="down" expected="member">
    <lrm id="b"><lrm_resources><lrm_resource id="web">
      <lrm_rsc_op id="4" operation="start" operation_key="web_start_0" call-id="9" rc-code="0"/>
    </lrm_resource></lrm_resources></lrm>
  </node_state>
  <node_state id="c" uname="carol" in_ccm="false" crmd="offline" join="down" expected="down"/>
</status></cib>`;

Deno.test("nodes, resources and failures are told as they are", () => {
  const state = clusterState(cib);
  assert.equal(state.dc, "alice");
  assert.equal(state.quorate, true);
  assert.deepEqual(state.nodes, [
    { name: "alice", state: "online" },
    { name: "bob", state: "UNCLEAN (offline)" },
    { name: "carol", state: "OFFLINE" },
  ]);
  // What a lost node once ran is not said to run.
  assert.deepEqual(state.resources.map(({ id, runsOn }) => [id, runsOn]), [
    ["web", ["alice"]],
    ["db", []],
  ]);
  assert.deepEqual(state.failedActions, [
    { operation: "db_start_0", node: "alice", rc: 1, output: "no disk" },
  ]);
});

Deno.test("the text has the shape people know", () => {
  const text = clusterText(clusterState(cib));
  assert.match(text, /^Cluster Summary:\n/);
  assert.match(text, /\* Node bob: UNCLEAN \(offline\)\n/);
  assert.match(text, /\* Online: \[ alice \]\n {2}\* OFFLINE: \[ carol \]\n/);
  assert.match(text, /\* web\t\(deno:pils:WebServer\):\t Started alice\n/);
  assert.match(text, /Failed Resource Actions:\n {2}\* db_start_0 on alice returned 1: no disk\n/);
});
