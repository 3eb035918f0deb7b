import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { previewOf } from "./preview.ts";

Deno.test("a preview shows what the cluster does with a change, and what it does anyway", {
  permissions: "none",
}, () => {
  const cib = (option: string, state: string) =>
    parse(
      `<cib crm_feature_set="3.19.7" validate-with="pacemaker-4.0" epoch="1" num_updates="0" admin_epoch="0"
  have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="o">
  <nvpair id="s" name="stonith-enabled" value="false"/>${option}</cluster_property_set></crm_config>
  <nodes><node id="1" uname="alice"/></nodes><resources>
  <primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
  <status>${state}</status></cib>`,
      { ignoreWhitespace: true },
    ).root;
  const online = `<node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member"
    expected="member"><lrm id="1"><lrm_resources/></lrm></node_state>`;
  const change = `<nvpair id="d" name="cluster-delay" value="70s"/>`;
  const { lines, anyway } = previewOf(cib("", online), cib(change, online), 1_000_000);
  assert.deepEqual(lines, []);
  assert.match(anyway.join("\n"), /Start +web/);
  const idle = previewOf(cib("", ""), cib(change, ""), 1_000_000);
  assert.deepEqual([idle.lines, idle.anyway], [[], []]);
});
