import assert from "node:assert/strict";
import { place } from "./simple.ts";

const operations =
  `<operations><op id="w-m" name="monitor" interval="10s" timeout="5s"/></operations>`;
const record = (operation: string, rc: number, call: number, more = "") =>
  `<lrm_rsc_op id="web_${operation}_${call}" operation="${operation}" interval="0" rc-code="${rc}"
    op-status="0" call-id="${call}" ${more}/>`;
const monitored = `<lrm_rsc_op id="web_monitor_10000" operation="monitor" interval="10000"
  rc-code="0" op-status="0" call-id="5"/>`;
const stopped = record("monitor", 7, 1);
const running = record("start", 0, 2) + monitored;
const failed = running + `<lrm_rsc_op id="web_last_failure_0" operation="monitor" interval="10000"
  rc-code="7" op-status="0" call-id="5"/>`;

interface Node {
  readonly history?: string;
  readonly state?: string;
  readonly attributes?: string;
}
const online = `in_ccm="true" crmd="online" join="member" expected="member"`;
const lost = `in_ccm="false" crmd="offline" join="down" expected="member"`;
const gone = `in_ccm="false" crmd="offline" join="down" expected="down"`;

/** What would be done, one line an action, with the numbers of what must come first. */
function plan(
  nodes: Readonly<Record<string, Node>>,
  { options = "", meta = "", constraints = "" } = {},
): string[] {
  const names = Object.keys(nodes);
  const graph = place(
    `<cib><configuration><crm_config><cluster_property_set id="o">${options}
     </cluster_property_set></crm_config>
     <nodes>${names.map((name) => `<node id="${name}" uname="${name}"/>`).join("")}</nodes>
     <resources><primitive id="web" class="ocf" provider="heartbeat" type="Dummy">
       <meta_attributes id="m">${meta}</meta_attributes>${operations}</primitive></resources>
     <constraints>${constraints}</constraints></configuration><status>${
      names.map((name) => {
        const { history = "", state = online, attributes = "" } = nodes[name]!;
        return `<node_state id="${name}" uname="${name}" ${state}><lrm id="${name}"><lrm_resources>${
          history && `<lrm_resource id="web">${history}</lrm_resource>`
        }</lrm_resources></lrm><transient_attributes id="${name}"><instance_attributes id="s">
        ${attributes}</instance_attributes></transient_attributes></node_state>`;
      }).join("")
    }</status></cib>`,
    0,
  );
  return graph.synapses.map(({ action, inputs }) =>
    `${action.operationKey}${action.kind === "rsc_op" ? ` ${action.onNode}` : ""} ${
      inputs.join(" ")
    }`
      .trim()
  );
}
const pair = (name: string, value: string) =>
  `<nvpair id="p-${name}" name="${name}" value="${value}"/>`;

Deno.test("a new resource is probed everywhere, then started and watched", () => {
  assert.deepEqual(plan({ a: {}, b: {} }), [
    "web_monitor_0 a",
    "web_monitor_0 b",
    "web_start_0 a 1 2",
    "web_monitor_10000 a 3",
  ]);
});

Deno.test("what runs stays where it runs", () => {
  assert.deepEqual(plan({ a: { history: stopped }, b: { history: running } }), []);
});

Deno.test("what has failed is stopped and started again", () => {
  assert.deepEqual(plan({ a: { history: stopped }, b: { history: failed } }), [
    "web_stop_0 b",
    "web_start_0 b 1",
    "web_monitor_10000 b 2",
  ]);
});

Deno.test("a lost node is fenced before its resource starts elsewhere", () => {
  assert.deepEqual(plan({ a: { history: stopped }, b: { history: running, state: lost } }), [
    "stonith-b-reboot",
    "web_start_0 a 1",
    "web_monitor_10000 a 2",
  ]);
});

Deno.test("a node that left in good order, or was fenced, is not fenced", () => {
  assert.deepEqual(plan({ a: { history: stopped }, b: { state: gone } }), [
    "web_start_0 a",
    "web_monitor_10000 a 1",
  ]);
});

Deno.test("without fencing nothing is fenced", () => {
  const options = pair("stonith-enabled", "false");
  assert.deepEqual(
    plan({ a: { history: stopped }, b: { history: running, state: lost } }, { options }),
    ["web_start_0 a", "web_monitor_10000 a 1"],
  );
});

Deno.test("a stop that failed makes the node be fenced", () => {
  const history = running + record("stop", 1, 9);
  assert.deepEqual(plan({ a: { history: stopped }, b: { history } })[0], "stonith-b-reboot");
});

Deno.test("too many failures drive a resource away, infinitely many forbid the node", () => {
  const attributes = pair("fail-count-web#start_0", "INFINITY");
  const history = record("start", 1, 2);
  assert.deepEqual(plan({ a: { history: stopped }, b: { history, attributes } }), [
    "web_stop_0 b",
    "web_start_0 a 1",
    "web_monitor_10000 a 2",
  ]);
});

Deno.test("constraints place, a stopped target role stops, maintenance leaves alone", () => {
  const nodes = { a: { history: stopped }, b: { history: running } };
  const constraints = `<rsc_location id="l" rsc="web" node="a" score="INFINITY"/>`;
  assert.deepEqual(plan(nodes, { constraints }).slice(0, 2), ["web_stop_0 b", "web_start_0 a 1"]);
  assert.deepEqual(plan(nodes, { meta: pair("target-role", "Stopped") }), ["web_stop_0 b"]);
  const options = pair("maintenance-mode", "true");
  assert.deepEqual(plan({ a: { history: stopped }, b: { history: failed } }, { options }), []);
});

Deno.test("a node that is to go is emptied first", () => {
  const attributes = pair("shutdown", "1700000000");
  assert.deepEqual(plan({ a: { history: stopped }, b: { history: running, attributes } }), [
    "web_stop_0 b",
    "web_start_0 a 1",
    "web_monitor_10000 a 2",
    "do_shutdown-b 1",
  ]);
});

Deno.test("a resource with an operation under way is left alone", () => {
  const history = `<lrm_rsc_op id="web_last_0" operation="start" interval="0" rc-code="193"
    op-status="-1" call-id="-1"/>`;
  assert.deepEqual(plan({ a: { history: stopped }, b: { history } }), []);
});
