import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { externalPlugin } from "../../handler/stonith/program/external_plugin.ts";
import { filePath } from "../../../pils/found.ts";
import manifest from "./manifest.ts";

const scratch = filePath(new URL("../../../.test", import.meta.url));
Deno.mkdirSync(scratch, { recursive: true });
const folder = Deno.makeTempDirSync({ dir: scratch, prefix: "external_" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const program = filePath(
  new URL("../../handler/stonith/testing/external_test", import.meta.url),
);
const off = (plug: string) => `${folder}/${plug}.off`;
const exists = (path: string) => Deno.stat(path).then(() => true, () => false);
const revive = () => Deno.remove(off("3")).catch(() => {});

const run = manifest.permissions.run?.map((one) => one.includes("{device}") ? program : one) ?? [];
const permissions = { run, read: [folder], write: [folder] };
const device = (
  parameters: Readonly<Record<string, unknown>>,
  hosts: Readonly<Record<string, string>> = { pcmk_host_map: "alice:3" },
) =>
  externalPlugin({
    program,
    helpers: "/usr/share/cluster-glue",
    parameters: { folder, ...parameters },
    hosts,
  });

conform(clauses, {
  manifest: { ...manifest, permissions },
  plugin: ({ device: _device, pcmk_host_map, ...parameters }) =>
    device(parameters, { pcmk_host_map: String(pcmk_host_map) }),
  config: { device: "external/test", pcmk_host_map: "alice:3" },
  given: {
    host: "alice",
    revive,
    misdirected: [{ pcmk_host_map: "alice:none/3" }],
    alive: async () => !await exists(off("3")),
  },
});

Deno.test("a device that does not answer after its order confirms nothing", {
  permissions,
}, async () => {
  const api = device({ mode: "gone" });
  const { ok, detail } = await api.fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /status ended with code 1/);
});

Deno.test("a refused login is reported, and a hang ends in time", { permissions }, async () => {
  const { ok, detail } = await device({ mode: "wrong" }).fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /off ended with code 1: Invalid password/);
  const hung = await device({ mode: "hang" }).fence("off", "alice", 300);
  assert.match(hung.detail, /off did not end within \d+ ms/);
});

Deno.test("gethosts says which nodes there are, and a parameter cannot be PATH", {
  permissions,
}, async () => {
  const api = device({ hostlist: "alice bob" }, {});
  assert.deepEqual(await api.hosts(), ["alice", "bob"]);
  await Deno.writeTextFile(`${folder}/calls`, "");
  assert.equal((await api.fence("reboot", "bob", 5_000)).ok, true);
  assert.equal(await Deno.readTextFile(`${folder}/calls`), "gethosts\nreset bob\nstatus\n");
  const { detail } = await device({ PATH: "/tmp" }).fence("off", "alice", 5_000);
  assert.match(detail, /"PATH" cannot be the name of a parameter/);
});
