import assert from "node:assert/strict";
import { transitionOf } from "./transition_of.ts";

const member = 'in_ccm="true" crmd="online" join="member" expected="member"';
const lost = 'in_ccm="false" crmd="offline" join="down" expected="member"';

/** Node a is here, b is lost; these run what has a priority of 10. */
const cibOf = (nodes: Readonly<Record<string, string>>, runs: readonly string[], delay = "10s") =>
  `<cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
  <nvpair id="o-1" name="priority-fencing-delay" value="${delay}"/></cluster_property_set></crm_config>
  <nodes>${
    Object.keys(nodes).map((node) => `<node id="${node}" uname="${node}"/>`).join("")
  }</nodes>
  <resources>${
    Object.keys(nodes).map((node) =>
      `<primitive id="on-${node}" class="ocf" provider="x" type="y"><meta_attributes id="m-${node}">
      <nvpair id="p-${node}" name="priority" value="10"/></meta_attributes></primitive>`
    ).join("")
  }</resources><constraints/></configuration><status>${
    Object.entries(nodes).map(([node, state]) =>
      `<node_state id="${node}" uname="${node}" ${state}><lrm id="${node}"><lrm_resources>${
        !runs.includes(node)
          ? ""
          : `<lrm_resource id="on-${node}" class="ocf" provider="x" type="y"><lrm_rsc_op
          id="on-${node}_last_0" operation_key="on-${node}_start_0" operation="start" call-id="1"
          transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u" rc-code="0" op-status="0"
          interval="0"/></lrm_resource>`
      }</lrm_resources></lrm></node_state>`
    ).join("")
  }</status></cib>`;
const standing = (...args: Parameters<typeof cibOf>) => transitionOf(cibOf(...args), 5).standing;

Deno.test("the half that runs more important resources stands higher", () => {
  const halves = { a: member, b: lost };
  assert.deepEqual(standing(halves, ["a"]), { delayMs: 10_000, side: "higher" });
  assert.deepEqual(standing(halves, ["b"]), { delayMs: 10_000, side: "lower" });
  assert.deepEqual(standing(halves, ["a", "b"]), { delayMs: 10_000, side: "equal" });
  assert.deepEqual(standing(halves, []), { delayMs: 10_000, side: "equal" });
});

Deno.test("a majority, or a cluster without the option, compares nothing", () => {
  assert.equal(standing({ a: member, b: lost, c: member }, ["b"]), undefined);
  assert.equal(standing({ a: member, b: lost }, ["b"], "0"), undefined);
  assert.equal(standing({ a: member, b: lost }, ["b"], "900ms"), undefined, "whole seconds");
});
