import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { schedule } from "../doors/engine.ts";

/** What the engine reports of a clone of a class. */
function reported(cls: string, meta: string): readonly string[] {
  const provider = cls === "ocf" ? ' provider="pacemaker"' : "";
  const { root } = parse(
    `<cib crm_feature_set="3.16.1" have-quorum="1" epoch="1" num_updates="0" admin_epoch="0"
      validate-with="pacemaker-3.9"><configuration><crm_config><cluster_property_set id="o">
      <nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
      <nodes><node id="1" uname="a"/></nodes><resources><clone id="c"><meta_attributes id="m">
      <nvpair id="m1" name="${meta}" value="true"/></meta_attributes>
      <primitive id="p" class="${cls}"${provider} type="Stateful"/></clone></resources>
      <constraints/></configuration><status/></cib>`,
    { ignoreWhitespace: true, trackPosition: true },
  );
  return schedule(root, { nowS: 1_000 }).diagnostics.map(({ what }) => what)
    .filter((text) => text.includes('"c"'));
}

Deno.test("agents of a plugin's class have roles and instances, as those of OCF", () => {
  for (const cls of ["ocf", "deno", "ours"]) {
    assert.deepEqual(reported(cls, "promotable"), [], cls);
    assert.deepEqual(reported(cls, "globally-unique"), [], cls);
  }
});

Deno.test("scripts and units have neither, and a fencing device has no roles", () => {
  for (const cls of ["heartbeat", "lsb", "service", "systemd"]) {
    assert.match(reported(cls, "promotable").join(), /cannot be promoted/, cls);
    assert.match(reported(cls, "globally-unique").join(), /do not support separate/, cls);
  }
  assert.match(reported("stonith", "promotable").join(), /cannot be promoted/);
});
