import assert from "node:assert/strict";
import { stringify, type XmlElement } from "@std/xml";
import { applyChanges, readCib } from "../cib/doors/document.ts";
import { decide } from "../pengine/doors/engine.ts";
import { fencingGapS, fencingsAfter, fencingsMax, heldIn, withHeld } from "./fencing_loop.ts";
import { elements } from "./state.ts";

const failed = (task: string, rc = 1) =>
  `<lrm_resource id="web" class="ocf" provider="heartbeat" type="Dummy">
    <lrm_rsc_op id="web_last_0" operation_key="web_${task}_0" operation="${task}" interval="0"
     crm_feature_set="3.16.1" transition-key="1:1:0:u" transition-magic="0:${rc};1:1:0:u" call-id="5"
     rc-code="${rc}" op-status="0" on_node="n1" last-rc-change="100"/></lrm_resource>`;
const node = (name: string, history: string, fencings = "") =>
  `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member"
   expected="member" ${fencings === "" ? "" : `fencings="${fencings}"`}><lrm id="${name}">
   <lrm_resources>${history}</lrm_resources></lrm></node_state>`;
const cibWith = (states: string, operations = ""): XmlElement =>
  readCib(
    `<cib crm_feature_set="3.16.1" have-quorum="1" dc-uuid="n1"><configuration><crm_config/>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes><resources>
    <primitive id="power" class="stonith" type="process"/>
    <primitive id="web" class="ocf" provider="heartbeat" type="Dummy">${operations}</primitive>
    </resources><constraints/></configuration><status>${states}</status></cib>`,
  );
/** A node is fenced again and again, so many seconds between two. */
function fencedTimes(times: number, gapS: number): XmlElement {
  let fencings = "";
  for (let time = 0; time < times; time++) {
    const root = cibWith(node("n1", failed("stop"), fencings));
    const [, status] = elements(root);
    fencings = fencingsAfter(root, elements(status)[0], 1_000 + time * gapS) ?? "";
  }
  return cibWith(node("n1", failed("stop"), fencings) + node("n2", ""));
}

Deno.test("a resource that has had node after node fenced is held, until it is changed", () => {
  assert.deepEqual(heldIn(fencedTimes(fencingsMax - 1, 10)), []);
  const root = fencedTimes(fencingsMax, 10);
  assert.deepEqual(heldIn(root), ["web"]);
  assert.deepEqual(heldIn(fencedTimes(fencingsMax, fencingGapS)), ["web"]);
  assert.deepEqual(heldIn(fencedTimes(fencingsMax, fencingGapS + 1)), []);
  const changed = applyChanges(root, [{
    op: "modify",
    path: "/cib/configuration/resources/primitive[@id='web']",
    set: { description: "corrected" },
  }]);
  assert.ok(changed.ok);
  assert.deepEqual(heldIn(changed.root), []);
});

Deno.test("fencings of several nodes are one row; what no resource caused is none", () => {
  const lone = fencedTimes(1, 1);
  const [, status] = elements(lone);
  const fencings = elements(status)[0]?.attributes.fencings ?? "";
  const all = cibWith(
    ["n1", "n2", "n3"].map((name) => node(name, "", fencings)).join(""),
  );
  assert.deepEqual(heldIn(all), ["web"]);
  const after = (history: string, operations?: string) => {
    const root = cibWith(node("n1", history), operations);
    return fencingsAfter(root, elements(elements(root)[1])[0], 5);
  };
  assert.equal(after(""), undefined, "it was lost");
  assert.equal(after(failed("stop", 0)), undefined);
  assert.equal(after(failed("start")), undefined);
  assert.match(after(failed("stop")) ?? "", /^web=5=\w{8}$/);
  const op = (name: string, onFail: string) =>
    `<operations><op id="o" name="${name}" interval="0" on-fail="${onFail}"/></operations>`;
  assert.match(after(failed("start"), op("start", "fence")) ?? "", /^web=5=/);
  assert.equal(after(failed("stop"), op("stop", "block")), undefined);
  assert.equal(fencingsAfter(cibWith(""), undefined, 5), undefined, "nobody knows it");
});

Deno.test("with a hold the policy engine blocks the resource, and has nobody fenced", () => {
  const tasks = (root: XmlElement) => {
    const decided = decide(stringify(root), 2_000);
    assert.ok("graph" in decided, JSON.stringify(decided));
    return decided.graph.synapses.map(({ action: { task } }) => task);
  };
  for (
    const operations of [
      "",
      `<operations><op id="m" name="monitor" interval="10s"/></operations>`,
      `<operations><op id="s" name="stop" interval="0" timeout="7s"/></operations>`,
    ]
  ) {
    const root = cibWith(node("n1", failed("stop")) + node("n2", ""), operations);
    assert.ok(tasks(root).includes("stonith"));
    assert.ok(!tasks(withHeld(root, ["web"])).includes("stonith"), operations);
    assert.ok(tasks(withHeld(root, ["other"])).includes("stonith"));
  }
});
