import assert from "node:assert/strict";
import { transitionOf } from "./transition_of.ts";

/** Two services on `a`, the second after the first; the first is being stopped there. */
const cib = (origin: string): string => {
  const record = (id: string, of: string) =>
    `<lrm_resource id="${id}" type="Dummy" class="ocf" provider="heartbeat">${of}</lrm_resource>`;
  const op = (id: string, task: string, more: string) =>
    `<lrm_rsc_op id="${id}_last_${task === "stop" ? "0" : "failure_0"}" ` +
    `operation_key="${id}_${task}_0" operation="${task}" crm_feature_set="3.16.1" ` +
    `transition-key="1:1:${task === "stop" ? 0 : 7}:u" on_node="a" interval="0" ` +
    `op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8" ${more}/>`;
  const done = (rc: number, call: number) =>
    `crm-debug-origin="crmd" call-id="${call}" rc-code="${rc}" op-status="0"`;
  const pending = `crm-debug-origin="${origin}" call-id="-1" rc-code="193" op-status="-1"`;
  return `<cib have-quorum="1" crm_feature_set="3.16.1" validate-with="pacemaker-3.9"><configuration>
    <crm_config><cluster_property_set id="o">
      <nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="a" uname="a"/></nodes>
    <resources><primitive id="db" class="ocf" provider="heartbeat" type="Dummy"/>
      <primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></resources>
    <constraints><rsc_order id="order" first="db" then="web"/></constraints></configuration>
    <status><node_state id="a" uname="a" in_ccm="true" crmd="online" join="member" expected="member">
      <lrm id="a"><lrm_resources>${
    record("db", op("db", "monitor", done(0, 3)) + op("db", "stop", pending))
  }${
    record("web", op("web", "stop", done(0, 4)))
  }</lrm_resources></lrm></node_state></status></cib>`;
};

/** What is done, each with what it waits for directly or through others. */
function orders(origin: string): ReadonlyMap<string, ReadonlySet<string>> {
  const { graph } = transitionOf(cib(origin), 1_750_000_000);
  const byId = new Map(graph.synapses.map((synapse) => [synapse.action.id, synapse]));
  const before = (id: number): string[] =>
    (byId.get(id)?.inputs ?? []).flatMap((input) => [
      byId.get(input)?.action.operationKey ?? "",
      ...before(input),
    ]);
  return new Map(
    graph.synapses.map(({ action }) => [action.operationKey, new Set(before(action.id))]),
  );
}

Deno.test("what is being stopped is stopped again, and nothing starts on it meanwhile", () => {
  const after = orders("underway");
  assert.ok(after.get("db_start_0")?.has("db_stop_0"), [...after.keys()].join());
  assert.ok(after.get("web_start_0")?.has("db_start_0"));
});

Deno.test("a pending stop of another coordinator says as much as with the original: nothing", () => {
  assert.ok(!orders("controld").has("db_stop_0"));
});
