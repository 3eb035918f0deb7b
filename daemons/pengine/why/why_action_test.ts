import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { schedule } from "../doors/engine.ts";
import { actionNames, actionSentences, whyAction } from "./why_action.ts";

const cib = (constraints: string, options = "") =>
  parse(
    `<cib crm_feature_set="3.16.1" have-quorum="1"><configuration>
  <crm_config><cluster_property_set id="o">
    <nvpair id="o-s" name="fencing-enabled" value="false"/>${options}
  </cluster_property_set></crm_config>
  <nodes><node id="1" uname="alice"/></nodes>
  <resources>
    <primitive id="db" class="ocf" provider="pacemaker" type="Dummy"/>
    <primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>
  </resources>
  <constraints>${constraints}</constraints>
</configuration><status>
  <node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member"/>
</status></cib>`,
    { ignoreWhitespace: true },
  ).root;
const order = `<rsc_order id="first" first="db" then="web"/>`;

function told(name: string, root = cib(order)): readonly string[] {
  const { set, graph } = schedule(root, { nowS: 1_000 });
  return whyAction(set, graph, name).flatMap(actionSentences);
}

Deno.test("an action names what it waits for, and what waits for it", () => {
  assert.deepEqual(told("web_start_0"), [
    "web_start_0 on alice is in the transition.",
    "It waits for:",
    "  - db_start_0 on alice",
    "  - web_monitor_0 on alice",
    "Nothing waits for it.",
  ]);
  const [name = "", ...lines] = told("db_start_0@alice");
  assert.equal(name, "db_start_0 on alice is in the transition.");
  assert.ok(lines.includes("For it wait:") && lines.includes("  - web_start_0 on alice"));
  assert.deepEqual(told("db_start_0@bob"), []);
  assert.deepEqual(told("db_strt_0"), []);
  const { graph } = schedule(cib(order), { nowS: 1_000 });
  assert.ok(actionNames(graph).includes("db_start_0"));
});

Deno.test("an action that is not in the transition says why", () => {
  const ban = `${order}<rsc_location id="no" rsc="db" node="alice" score="-INFINITY"/>`;
  assert.deepEqual(told("web_start_0", cib(ban)), [
    "web_start_0 on alice is not in the transition: it cannot run: unrunnable db start.",
  ]);
});
