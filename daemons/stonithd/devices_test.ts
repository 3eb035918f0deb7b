import assert from "node:assert/strict";
import { fencingOf, mayConcernFencing } from "./devices.ts";

Deno.test("every stonith primitive is a device, inside groups too; others are not", () => {
  const { devices, levels } = fencingOf(`<cib><configuration><resources>
    <primitive id="b" class="stonith" type="process"><instance_attributes id="a">
      <nvpair id="1" name="hostlist" value="x y"/>
      <nvpair id="2" name="pcmk_host_list" value="x,y z"/>
      <nvpair id="3" name="pcmk_delay_base" value="2s"/>
    </instance_attributes></primitive>
    <group id="g"><primitive id="a" class="stonith" type="external/ssh"/></group>
    <primitive id="web" class="deno" type="WebServer"/>
  </resources><fencing-topology>
    <fencing-level id="l2" target="x" index="2" devices="a"/>
    <fencing-level id="l1" target="x" index="1" devices="a, b"/>
  </fencing-topology></configuration>
  <status><node_state id="x"><primitive id="no" class="stonith"/></node_state></status></cib>`);
  assert.deepEqual(devices, [
    { id: "a", plugin: "stonith/external_ssh", config: {}, delayMs: 0 },
    {
      id: "b",
      plugin: "stonith/process",
      config: { hostlist: "x y" },
      hosts: ["x", "y", "z"],
      delayMs: 2000,
    },
  ]);
  assert.deepEqual(levels.map(({ index, devices }) => [index, devices]), [
    [1, ["a", "b"]],
    [2, ["a"]],
  ]);
});

Deno.test("a change of status, options or constraints is none of fencing; any other may be", () => {
  for (
    const [path, may] of [
      ["/cib/status/node_state[@id='n1']", false],
      ["/cib/configuration/crm_config/cluster_property_set[@id='a']", false],
      ["/cib/configuration/constraints", false],
      ["/cib/configuration/resources/primitive[@id='power']", true],
      ["/cib/configuration/fencing-topology", true],
      ["/cib/configuration", true],
      ["/cib", true],
      ["/cib/statuses", true],
    ] as const
  ) assert.equal(mayConcernFencing({ path }), may, path);
});

Deno.test("only named pairs of instance attributes are a device's parameters", () => {
  const [device] = fencingOf(`<cib><configuration><resources>
    <primitive id="a" class="stonith" type="x">
      <meta_attributes id="m"><nvpair id="1" name="meta" value="1"/></meta_attributes>
      text
      <instance_attributes id="i">
        more text
        <rule id="r"/>
        <nvpair id="2" name="host" value="x"/>
        <nvpair id="3" value="nameless"/>
        <nvpair id="4" name="empty"/>
      </instance_attributes>
    </primitive></resources></configuration></cib>`).devices;
  assert.deepEqual(device?.config, { host: "x", empty: "" });
});

Deno.test("a delay is read with its unit; what cannot be read is none", () => {
  const delayOf = (text: string) =>
    fencingOf(`<cib><primitive id="a" class="stonith" type="x"><instance_attributes id="i">
      <nvpair id="n" name="pcmk_delay_base" value="${text}"/></instance_attributes>
      </primitive></cib>`).devices[0]?.delayMs;
  for (
    const [text, ms] of [
      ["7", 7_000],
      [" 7s ", 7_000],
      ["7sec", 7_000],
      ["7ms", 7],
      ["7min", 420_000],
      ["7m", 420_000],
      ["0", 0],
      ["", 0],
      ["soon", 0],
      ["7h", 0],
      ["-7", 0],
    ] as const
  ) assert.equal(delayOf(text), ms, text);
});
