import assert from "node:assert/strict";
import { fencingOf, mayConcernFencing } from "./devices.ts";
import { levelsOf } from "./topology.ts";

Deno.test("every stonith primitive is a device, inside groups too; others are not", () => {
  const { devices, topology } = fencingOf(`<cib><configuration><resources>
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
  assert.deepEqual(
    devices.map(({ id, plugin, config, hosts }) => ({ id, plugin, config, hosts })),
    [
      { id: "a", plugin: "stonith/external/ssh", config: {}, hosts: undefined },
      { id: "b", plugin: "stonith/process", config: { hostlist: "x y" }, hosts: ["x", "y", "z"] },
    ],
  );
  assert.deepEqual(devices.map(({ delayBase: { allMs } }) => allMs), [0, 2000]);
  assert.deepEqual(levelsOf(topology, "x"), [
    { index: 1, devices: ["a", "b"] },
    { index: 2, devices: ["a"] },
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

Deno.test("a family gets the parameters that say which node has which plug; others do not", () => {
  const configOf = (type: string) =>
    fencingOf(`<cib><primitive id="a" class="stonith" type="${type}"><instance_attributes id="i">
      <nvpair id="1" name="pcmk_host_map" value="alice:1;bob:2"/>
      <nvpair id="2" name="pcmk_delay_base" value="2s"/>
      <nvpair id="3" name="ip" value="192.0.2.7"/></instance_attributes></primitive></cib>`)
      .devices[0]?.config;
  const [ip, pcmk_host_map] = ["192.0.2.7", "alice:1;bob:2"];
  assert.deepEqual(configOf("fence_apc"), { pcmk_host_map, ip });
  assert.deepEqual(configOf("external/rackpdu"), { pcmk_host_map, ip });
  assert.deepEqual(configOf("apcsnmp"), { ip });
});
