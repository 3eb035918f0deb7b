import assert from "node:assert/strict";
import { parse, stringify, type XmlElement } from "@std/xml";
import { readGraph } from "../graph/graph_xml.ts";
import { editableCib } from "./cib_edit.ts";
import { unpack } from "../unpack/mod.ts";
import { execute, resourceNames } from "./execute.ts";
import { type OperationSpec, parseOperationSpec } from "./operation_spec.ts";

const cibText = `
<cib epoch="1" num_updates="0">
  <configuration>
    <nodes><node id="1" uname="alice"/><node id="2" uname="bob"/></nodes>
    <resources>
      <primitive id="db" class="ocf" provider="heartbeat" type="Dummy"/>
      <clone id="webs"><primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></clone>
    </resources>
  </configuration>
  <status>
    <node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member"/>
    <node_state id="2" uname="bob" in_ccm="true" crmd="online" join="member" expected="member">
      <transient_attributes id="2"/><lrm id="2"><lrm_resources/></lrm>
    </node_state>
  </status>
</cib>`;

const operation = (id: number, key: string, attributes: string, primitive = `id="db"`): string => {
  const [, task] = key.split("_");
  return `<rsc_op id="${id}" operation="${task}" operation_key="${key}" on_node="alice"
    on_node_uuid="1"><primitive ${primitive} class="ocf" provider="heartbeat" type="Dummy"/>
    <attributes ${attributes}/></rsc_op>`;
};
const synapse = (id: number, action: string, ...inputs: number[]): string =>
  `<synapse id="${id}"><action_set>${action}</action_set><inputs>${
    inputs.map((input) => `<trigger><rsc_op id="${input}"/></trigger>`).join("")
  }</inputs></synapse>`;
const graphOf = (...synapses: string[]) =>
  readGraph(`<transition_graph transition_id="0">${synapses.join("")}</transition_graph>`);

function play(graph: ReturnType<typeof readGraph>, ...failures: string[]) {
  const { root } = parse(cibText, { ignoreWhitespace: true });
  const cib = editableCib(root);
  const names = resourceNames(unpack(root, 1000));
  const done = execute(cib, graph, {
    nowS: 1000,
    known: (name) => names.has(name),
    failures: failures.map(parseOperationSpec).filter((found): found is OperationSpec =>
      typeof found !== "string"
    ),
  });
  return { ...done, cib, untouched: root };
}

const records = (element: XmlElement): Record<string, string>[] =>
  element.children.flatMap((item) =>
    item.type !== "element"
      ? []
      : item.name.local === "lrm_rsc_op"
      ? [{ ...item.attributes }]
      : records(item)
  );

const startAndWatch = graphOf(
  synapse(0, operation(2, "db_monitor_10000", `CRM_meta_interval="10000"`), 1),
  synapse(1, operation(1, "db_start_0", `CRM_meta_timeout="20000"`)),
);

Deno.test("an action waits for its inputs, whatever the order of the graph", () => {
  const { lines, unreached } = play(startAndWatch);
  assert.deepEqual(lines, [
    "  * Resource action: db              start on alice",
    "  * Resource action: db              monitor=10000 on alice",
  ]);
  assert.deepEqual(unreached, []);
});

Deno.test("a result is recorded as an executor would, with its digest", () => {
  const { cib, untouched } = play(startAndWatch);
  const [last, monitor] = records(cib.status);
  assert.equal(last?.id, "db_last_0");
  assert.equal(last?.["op-digest"], "f2317cad3d54cec5d7d7aa7d0bf35cf8");
  assert.equal(last?.["transition-magic"], "0:0;1:-1:0:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
  assert.equal(last?.["last-rc-change"], "1000");
  assert.equal(monitor?.id, "db_monitor_10000");
  assert.equal(monitor?.["call-id"], "2");
  assert.equal(cib.root.attributes.num_updates, "2");
  assert.equal(records(untouched).length, 0);
});

Deno.test("a failure that was asked for is counted and holds back what follows", () => {
  const { cib, lines, unreached, failed } = play(startAndWatch, "db_start_0@alice=1");
  assert.equal(failed, true);
  assert.equal(lines[1], "Pretending action 1 failed with rc=1");
  assert.deepEqual(unreached.map(({ operationKey }) => operationKey), ["db_monitor_10000"]);
  assert.deepEqual(records(cib.status).map(({ id }) => id), ["db_last_failure_0", "db_last_0"]);
  assert.match(stringify(cib.root), /name="fail-count-db#start_0" value="1"/);
});

Deno.test("an instance is called by its number unless it has a history under the bare name", () => {
  const probe = operation(
    1,
    "web_monitor_0",
    `CRM_meta_op_target_rc="7"`,
    `id="web" long-id="web:0"`,
  );
  assert.match(play(graphOf(synapse(0, probe))).lines[0] ?? "", /web:0 +monitor on alice/);
});

Deno.test("fencing takes a node away with all that was known of it", () => {
  const { cib, lines } = play(graphOf(synapse(
    0,
    `<crm_event id="1" operation="stonith" operation_key="stonith-bob-reboot" on_node="bob"
      on_node_uuid="2"><attributes CRM_meta_stonith_action="reboot"/></crm_event>`,
  )));
  assert.deepEqual(lines, ["  * Fencing bob (reboot)"]);
  const bob = cib.nodeStates.get("bob");
  assert.equal(bob?.attributes.in_ccm, "false");
  assert.equal(bob?.attributes.expected, "down");
  assert.deepEqual(bob?.children, []);
});

Deno.test("actions that wait for each other are never reached", () => {
  const { unreached } = play(graphOf(
    synapse(0, operation(1, "db_start_0", ""), 2),
    synapse(1, operation(2, "db_monitor_0", ""), 1),
  ));
  assert.equal(unreached.length, 2);
});
