import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { schedule } from "../doors/engine.ts";
import { nodeSentences, sentences } from "./sentences.ts";
import { why } from "./why.ts";
import { whyNode } from "./why_node.ts";

const cibText = (constraints: string, meta = "", state = "", attributes = "") => `
<cib crm_feature_set="3.16.1" have-quorum="1"><configuration>
  <crm_config><cluster_property_set id="o">
    <nvpair id="o-s" name="stonith-enabled" value="false"/>
  </cluster_property_set></crm_config>
  <nodes><node id="1" uname="alice"/><node id="2" uname="bob">${attributes}</node></nodes>
  <resources>
    <primitive id="db" class="ocf" provider="pacemaker" type="Dummy">
      <meta_attributes id="db-m">${meta}</meta_attributes>
    </primitive>
    <primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>
  </resources>
  <constraints>${constraints}</constraints>
</configuration><status>
  <node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member"/>
  <node_state id="2" uname="bob" in_ccm="true" crmd="online" join="member" expected="member">
    ${state}
  </node_state>
</status></cib>`;

function explained(cib: string, id: string): string {
  const { set } = schedule(parse(cib).root, { nowS: 1000 });
  const resource = set.resourceById.get(id);
  assert.ok(resource);
  return why(set, resource).flatMap(sentences).join("\n");
}

Deno.test("a location that decides is named", () => {
  const text = explained(
    cibText(`<rsc_location id="near" rsc="db" node="bob" score="100"/>`),
    "db",
  );
  assert.match(text, /"db" will be started on bob\./);
  assert.match(text, /bob is preferred because of location constraint "near" \(100\)\./);
  assert.match(text, /Not on alice: its score there is 0, on bob it is 100\./);
});

Deno.test("a ban, a standby and a wish to be stopped are named", () => {
  const ban = cibText(`<rsc_location id="never" rsc="db" node="bob" score="-INFINITY"/>`);
  assert.match(
    explained(ban, "db"),
    /Not on bob:\n {2}- location constraint "never" \(-INFINITY\)/,
  );
  const standby = cibText(
    "",
    "",
    "",
    `<instance_attributes id="b">
    <nvpair id="b-s" name="standby" value="on"/></instance_attributes>`,
  );
  assert.match(
    explained(standby, "db"),
    /Not on bob:\n {2}- the node is in standby \(attribute "b-s"\)/,
  );
  const stopped = cibText("", `<nvpair id="t" name="target-role" value="Stopped"/>`);
  assert.match(explained(stopped, "db"), /"db" stays stopped: its target-role is Stopped\./);
});

Deno.test("what it must be with is named", () => {
  const text = explained(
    cibText(
      `<rsc_colocation id="with" rsc="web" with-rsc="db" score="INFINITY"/>
       <rsc_location id="near" rsc="db" node="bob" score="100"/>`,
    ),
    "web",
  );
  assert.match(text, /colocation "with" with "db", which is there \(INFINITY\)/);
  assert.match(
    text,
    /Not on alice:\n {2}- colocation "with" with "db", which is on bob \(-INFINITY\)/,
  );
});

Deno.test("too many failures are counted", () => {
  const failed = `<transient_attributes id="2"><instance_attributes id="s">
    <nvpair id="s-f" name="fail-count-db#start_0" value="INFINITY"/>
  </instance_attributes></transient_attributes>`;
  const threshold = `<nvpair id="m" name="migration-threshold" value="3"/>`;
  assert.match(
    explained(cibText("", threshold, failed), "db"),
    /Not on bob:\n {2}- its fail count there is INFINITY, its migration-threshold is 3 \(-INFINITY\)/,
  );
});

/** A cluster in which many things keep "db" from each node. */
const crowded = `
<cib crm_feature_set="3.16.1" have-quorum="1" dc-uuid="1"><configuration>
  <crm_config><cluster_property_set id="o">
    <nvpair id="o-s" name="stonith-enabled" value="false"/>
    <nvpair id="o-p" name="placement-strategy" value="utilization"/>
  </cluster_property_set></crm_config>
  <nodes>
    <node id="1" uname="node1"><utilization id="u1"><nvpair id="u1m" name="memory" value="4000"/>
    </utilization></node>
    <node id="2" uname="node2"><utilization id="u2"><nvpair id="u2m" name="memory" value="4000"/>
    </utilization></node>
    <node id="3" uname="node3"><utilization id="u3"><nvpair id="u3m" name="memory" value="16000"/>
    </utilization><instance_attributes id="n3"><nvpair id="n3s" name="standby" value="on"/>
    </instance_attributes></node>
  </nodes>
  <resources>
    <primitive id="db" class="ocf" provider="pacemaker" type="Dummy">
      <utilization id="d"><nvpair id="d-m" name="memory" value="8000"/></utilization></primitive>
    <primitive id="app" class="ocf" provider="pacemaker" type="Dummy"/>
  </resources>
  <constraints>
    <rsc_location id="l1" rsc="db" node="node1" score="-INFINITY"/>
    <rsc_location id="l2" rsc="db" node="node2" score="-INFINITY"/>
    <rsc_location id="l3" rsc="db"><rule id="l3r" score="-INFINITY">
      <expression id="l3e" attribute="rack" operation="not_defined"/></rule></rsc_location>
    <rsc_colocation id="c" rsc="db" with-rsc="app" score="-INFINITY"/>
    <rsc_location id="l4" rsc="app" node="node2" score="100"/>
  </constraints>
</configuration><status>
  <node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member"/>
  <node_state id="2" uname="node2" in_ccm="true" crmd="online" join="member" expected="member">
    <transient_attributes id="2"><instance_attributes id="s2">
      <nvpair id="s2-f" name="fail-count-db#start_0" value="INFINITY"/>
    </instance_attributes></transient_attributes></node_state>
  <node_state id="3" uname="node3" in_ccm="true" crmd="online" join="member" expected="member"/>
</status></cib>`;

Deno.test("every reason that holds is named for each node, with score and element", () => {
  const { set } = schedule(parse(crowded).root, { nowS: 1000 });
  const db = set.resourceById.get("db");
  assert.ok(db);
  const [of] = why(set, db);
  const named = Object.fromEntries(
    of?.places.map(({ node, reasons }) => [
      node,
      reasons.map(({ kind, score, element }) => `${kind} ${score ?? "-"} ${element ?? "-"}`),
    ]) ?? [],
  );
  const [rule, capacity] = ["location -1000000 l3r", "capacity -1000000 d-m"];
  assert.deepEqual(named, {
    node1: ["location -1000000 l1", rule, capacity],
    node2: [
      "failures -1000000 -",
      "location -1000000 l2",
      rule,
      "colocation -1000000 c",
      capacity,
    ],
    node3: ["node - n3s", rule],
  });
  const text = explained(crowded, "db");
  assert.match(text, /rule "l3r" of location constraint "l3" \(-INFINITY\)/);
  assert.match(text, /capacity: it needs memory=8000, and node2 provides 4000 \(-INFINITY\)/);
});

Deno.test("a blocked resource names the failed operation, its end, and the command that clears it", () => {
  const failed = (reason: string) =>
    `<lrm id="2"><lrm_resources>
    <lrm_resource id="db" type="Dummy" class="ocf" provider="pacemaker"><lrm_rsc_op
      id="db_last_failure_0" operation_key="db_stop_0" operation="stop" crm_feature_set="3.16.1"
      transition-key="3:1:0:abc" transition-magic="0:1;3:1:0:abc" exit-reason="${reason}"
      call-id="195" rc-code="1" op-status="0" interval="0" last-rc-change="900"/>
    </lrm_resource></lrm_resources></lrm>`;
  const text = explained(cibText("", "", failed("the disk is busy")), "db");
  assert.match(text, /"db" is on bob, and the cluster leaves it alone: it is blocked\./);
  assert.match(
    text,
    /Operation db_stop_0 on bob ended with "error" \(1\), complete, at 1970-01-01T00:15:00Z; the agent says: the disk is busy\. It is blocked, because what cannot be stopped must be fenced, and stonith-enabled is false \[HA7002\]\./,
  );
  assert.match(text, /Fix: make sure .*bob any more, then run: ha resource cleanup db bob$/m);
  assert.match(explained(cibText("", "", failed("")), "db"), /the agent gave no reason/);
  // Nothing says on-fail=block here.
  assert.doesNotMatch(text, /on-fail/);
});

Deno.test("a node says why it is to be fenced, and why it cannot be", () => {
  const lost = crowded.replace(
    'id="2" uname="node2" in_ccm="true" crmd="online" join="member"',
    'id="2" uname="node2" in_ccm="false" crmd="offline" join="down"',
  ).replace('name="stonith-enabled" value="false"', 'name="stonith-enabled" value="true"');
  const { set } = schedule(parse(lost).root, { nowS: 1000 });
  const of = whyNode(set, set.nodeByName.get("node2")!);
  assert.equal(of.state, "UNCLEAN (offline)");
  assert.ok(of.fence.length > 0);
  assert.equal(of.hindered, "no fencing device is configured");
  const text = nodeSentences(of).join("\n");
  assert.match(text, /^Node node2: UNCLEAN \(offline\)\.\nIt must be fenced:\n {2}- /);
  assert.match(text, /It cannot be fenced: no fencing device is configured\./);
  const [standby] = whyNode(set, set.nodeByName.get("node3")!).reasons;
  assert.equal(standby?.element, "n3s");
});

Deno.test("a result that forbids nodes by itself is named, not blamed on a colocation", () => {
  const history = (rc: number, operation: string) =>
    `<lrm id="2"><lrm_resources><lrm_resource id="db" class="ocf" provider="pacemaker" type="Dummy">
      <lrm_rsc_op id="db_last_0" operation_key="db_${operation}_0" operation="${operation}"
        call-id="2" rc-code="${rc}" op-status="0" interval="0" transition-key="1:0:7:k"
        transition-magic="0:${rc};1:0:7:k"/>
    </lrm_resource></lrm_resources></lrm>`;
  const absent = explained(cibText("", "", history(5, "monitor")), "db");
  assert.match(
    absent,
    /Not on bob:\n {2}- operation db_monitor_0 on bob ended with "not installed" \(5\), which forbids this node until: ha resource cleanup db bob \(-INFINITY\)/,
  );
  assert.match(absent, /"db" will be started on alice/);
  const wrong = explained(cibText("", "", history(6, "start")), "db");
  for (const node of ["alice", "bob"]) {
    assert.match(
      wrong,
      new RegExp(
        `Not on ${node}:\\n {2}- operation db_start_0 on bob ended with "not configured" \\(6\\), ` +
          "which forbids every node",
      ),
    );
  }
  assert.doesNotMatch(wrong, /apart from/);
});
