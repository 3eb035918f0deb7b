/**
 * The part itself, in its namespaces.
 *
 * @module
 */
import assert from "node:assert/strict";
import { realCluster, until } from "../../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { ha } from "../../../daemons/mgmtd/commands/testing/ha_child.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { filePath } from "../../../pils/found.ts";
import { TestingController } from "../../../plugins/stonith/ipmilan/testing_controller.ts";
import { type Bench, type Device, tried } from "./devices.ts";
import { sh, Simulator, SshNode } from "./partners.ts";

const project = filePath(new URL("../../..", import.meta.url));
await Deno.mkdir(`${project}/.test`, { recursive: true });
const here = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "fencing_" });
const bench: Bench = { here, lock: `${here}/site/plugins.lock.json` };
await Deno.mkdir(`${here}/site`);
let failed = 0;

/** `--only=TEXT`: parts whose name has the text; those that the others need run anyway. */
const only = Deno.args.find((word) => word.startsWith("--only="))?.slice("--only=".length) ?? "";

async function part(name: string, work: () => Promise<string | void>): Promise<void> {
  if (!name.includes(only) && !name.startsWith("a type is approved")) return;
  try {
    const more = await work();
    console.log(`ok ${name}${more === undefined ? "" : `: ${more}`}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${messageOf(error)}`);
  }
}

const types = ["fence_dummy", "fence_ipmilan", "external/ipmi", "external/ssh"];

await part("every type that prints meta-data has a form and a schema", async () => {
  const listed = await ha(here, ["fence", "devices", "--json"]);
  const all: readonly { readonly type: string; readonly program?: string }[] = JSON.parse(
    listed.out,
  );
  const programs = all.filter(({ program }) => program !== undefined).map(({ type }) => type);
  const described = await ha(here, ["fence", "describe", ...programs, "--json"]);
  const found: readonly {
    readonly type: string;
    readonly fields: readonly unknown[];
    readonly configSchema: { readonly properties: object };
  }[] = JSON.parse(described.out);
  for (const { type, fields, configSchema } of found) {
    assert.equal(Object.keys(configSchema.properties).length, fields.length, type);
  }
  const silent = programs.filter((type) => !found.some((one) => one.type === type));
  // What says nothing to us must say nothing to anybody.
  for (const type of silent) {
    const asked = type.startsWith("external/")
      ? await sh('"/usr/lib/stonith/plugins/$1" getinfo-xml </dev/null 2>/dev/null; exit 0', type)
      : await sh('"/usr/sbin/$1" -o metadata </dev/null 2>/dev/null; exit 0', type);
    assert.doesNotMatch(asked, /<\/parameters>/, `${type} prints meta-data`);
  }
  const count = (before: string) => found.filter(({ type }) => type.startsWith(before)).length;
  return `${count("fence_")} fence agents, ${count("external/")} external plugins; without ` +
    `meta-data: ${silent.join(", ") || "none"}`;
});

await part("a type is approved by its name, and only then loaded by a node", async () => {
  const refused = await ha(here, ["fence", "add", ...types, `--lock=${bench.lock}`]);
  assert.equal(refused.code, 77, "nobody agreed");
  const added = await ha(here, ["fence", "add", ...types, `--lock=${bench.lock}`, "--yes"]);
  assert.equal(added.code, 0, added.err);
  const { plugins } = JSON.parse(await Deno.readTextFile(bench.lock));
  assert.deepEqual(Object.keys(plugins["stonith/fence"].types).sort(), types.slice(0, 2));
  assert.deepEqual(Object.keys(plugins["stonith/external"].types).sort(), types.slice(2));
});

await part("a node loads an approved type from its CIB, and says whom it can fence", async () => {
  const parameter = (name: string, value: string) =>
    `<nvpair id="dummy-${name}" name="${name}" value="${value}"/>`;
  const device = `<primitive id="dummy" class="stonith" type="fence_dummy">
    <instance_attributes id="dummy-i">${parameter("pcmk_host_map", "bob:7")}
    ${parameter("status_file", `${here}/node_dummy`)}</instance_attributes></primitive>
    <primitive id="nobody" class="stonith" type="fence_apc"/>`;
  await Deno.writeTextFile(`${here}/node_dummy`, "on");
  await using cluster = await realCluster(
    "fencing",
    ["alice"],
    (cib) => cib.replace("</resources>", `${device}</resources>`),
    (_node, config) => ({ ...config, plugins: `${here}/site` }),
  );
  const words = ["fence", "test", "dummy", "nobody", "--json", "--run", cluster.run("alice")];
  const { devices } = await until(
    async () => {
      const { out } = await ha(here, words);
      try {
        return JSON.parse(out);
      } catch {
        return { devices: [] };
      }
    },
    ({ devices }) =>
      devices.length === 2 &&
      !devices.some(({ detail }: { detail: string }) => /loaded/.test(detail)),
  );
  const [dummy, nobody] = devices;
  assert.deepEqual([dummy.ok, dummy.hosts], [true, ["bob"]], JSON.stringify(dummy));
  assert.equal(nobody.ok, false);
  assert.match(nobody.detail, /not in the lock[^]*ha fence add fence_apc/);
  return dummy.detail;
});

const simulator = new Simulator(`${here}/controller`);
const login = { username: "ha", password: "sesame" };
const ipmilan = (cipher: string, more = {}): Device => ({
  type: "ipmilan",
  name: `ipmilan, suite ${cipher}`,
  values: { hostlist: ["bob"], address: "127.0.0.1", ...login, cipher, ...more },
});
const fenceIpmilan = (more = {}): Device => ({
  type: "fence_ipmilan",
  values: {
    ip: "127.0.0.1",
    ...login,
    lanplus: true,
    cipher: "3",
    pcmk_host_list: "bob",
    ...more,
  },
});
const externalIpmi = (more = {}): Device => ({
  type: "external/ipmi",
  values: {
    hostname: "bob",
    ipaddr: "127.0.0.1",
    userid: "ha",
    passwd: "sesame",
    interface: "lanplus",
    ...more,
  },
});

const reboots = new Map<string, number>();

/** Status, off, on, reboot; the truth is asked of the partner. */
async function works(device: Device, isOn: () => boolean | Promise<boolean>): Promise<string> {
  const times: string[] = [];
  for (
    const [action, power] of [["status", true], ["off", false], ["on", true], ["reboot", true]]
  ) {
    const { ok, detail, tookMs } = await tried(bench, device, String(action), "90s");
    assert.equal(ok, true, `${action}: ${detail}`);
    assert.equal(await isOn(), power, String(action));
    times.push(`${action} ${tookMs} ms`);
    if (action === "reboot") reboots.set(device.name ?? device.type, tookMs);
  }
  return times.join(", ");
}

/** An off that must not be confirmed. */
async function fails(device: Device, says: RegExp, timeout = "15s"): Promise<void> {
  const { ok, detail } = await tried(bench, device, "off", timeout);
  assert.equal(ok, false, detail);
  assert.match(detail, says);
  assert.doesNotMatch(detail, /sesame/);
}

try {
  await simulator.start();
  const isOn = () => simulator.isOn();
  const dummy: Device = {
    type: "fence_dummy",
    values: { status_file: `${here}/dummy`, pcmk_host_list: "bob" },
  };
  await Deno.writeTextFile(`${here}/dummy`, "on");
  await part(
    "fence_dummy",
    () => works(dummy, async () => /on/.test(await Deno.readTextFile(`${here}/dummy`))),
  );
  for (const device of [ipmilan("3"), ipmilan("1.5"), fenceIpmilan(), externalIpmi()]) {
    await simulator.power(true);
    await part(device.name ?? device.type, () => works(device, isOn));
  }
  await part("a wrong password is refused, and says so", async () => {
    await simulator.power(true);
    await fails(ipmilan("3", { password: "mistaken" }), /the password is wrong/);
    await fails(ipmilan("1.5", { password: "mistaken" }), /the password is wrong/);
    await fails(fenceIpmilan({ password: "mistaken" }), /off ended with code 1/, "60s");
    await fails(externalIpmi({ passwd: "mistaken" }), /off ended with code 1/, "60s");
    assert.equal(await isOn(), true);
  });
  await part("a device that lies confirms nothing, where its status can be asked", async () => {
    await simulator.lies(true);
    try {
      await fails(ipmilan("3"), /plug bob is still on/, "3s");
      await fails(ipmilan("1.5"), /plug bob is still on/, "3s");
      await fails(fenceIpmilan({ power_timeout: 3 }), /./, "20s");
      const { ok } = await tried(bench, externalIpmi(), "off", "60s");
      return `external/ipmi cannot be asked, and ${ok ? "is believed" : "failed"}`;
    } finally {
      await simulator.lies(false);
    }
  });
  await part("a device that is gone confirms nothing, in time", async () => {
    await simulator.stop();
    await fails(ipmilan("3"), /does not answer/, "3s");
    await fails(fenceIpmilan(), /did not end within|ended with code 1/, "5s");
    await fails(externalIpmi(), /did not end within|ended with code 1/, "5s");
  });
  await part("suite 17 with our own controller, which ipmitool understands too", async () => {
    await using controller = await TestingController.start("ha", "sesame");
    const { port } = controller;
    for (const suite of ["3", "17"]) {
      assert.match(await simulator.tool(suite, port, "power", "status"), /is on/);
      await simulator.tool(suite, port, "power", "off");
      assert.equal(controller.power, false);
      await simulator.tool(suite, port, "power", "on");
    }
    return await works(ipmilan("17", { port }), () => controller.power);
  });
  const node = new SshNode(`${here}/ssh`);
  const ssh: Device = { type: "external/ssh", values: { hostlist: node.address } };
  await part("external/ssh: status and reboot; it has no off and no on", async () => {
    await node.start();
    assert.equal((await tried(bench, ssh, "status")).ok, true);
    assert.equal(await node.isOn(), true);
    const { ok, detail, tookMs } = await tried(bench, ssh, "reboot", "60s");
    assert.equal(ok, true, detail);
    assert.equal(await node.isOn(), false);
    assert.match(await node.ordered(), /reboot -nf/);
    await node.revive();
    for (const action of ["off", "on"]) {
      assert.match((await tried(bench, ssh, action)).detail, /ended with code 1/);
    }
    return `reboot ${tookMs} ms`;
  });
  console.log("\nreboot, with the start of the device's process:");
  for (const [name, ms] of reboots) console.log(`${String(ms).padStart(8)} ms  ${name}`);
} catch (error) {
  failed++;
  console.log(`FAILED the partners: ${messageOf(error)}`);
} finally {
  await simulator.stop();
  await Deno.remove(here, { recursive: true });
}
Deno.exit(failed === 0 ? 0 : 1);
