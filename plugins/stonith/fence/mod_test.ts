import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { fenceAgent } from "../../handler/stonith/program/fence_agent.ts";
import { filePath } from "../../../pils/found.ts";
import { check } from "../../../metadata/check.ts";
import manifest from "./manifest.ts";

const scratch = filePath(new URL("../../../.test", import.meta.url));
Deno.mkdirSync(scratch, { recursive: true });
const folder = Deno.makeTempDirSync({ dir: scratch, prefix: "fence_" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const at = (name: string) =>
  filePath(new URL(`../../handler/stonith/testing/${name}`, import.meta.url));
const [program, word] = [at("fence_test"), at("fence_word")];
const off = (plug: string) => `${folder}/${plug}.off`;
const exists = (path: string) => Deno.stat(path).then(() => true, () => false);
const revive = () => Deno.remove(off("3")).catch(() => {});

/** The manifest's own permissions, for a program that is not in `/usr/sbin`. */
const run = manifest.permissions.run?.map((one) => one.replace("/usr/sbin/{agent}", program)) ?? [];
const files = { read: [folder], write: [folder] };
const device = (parameters: Readonly<Record<string, unknown>>, hosts = "alice:3", path = program) =>
  fenceAgent({
    program: path,
    parameters: { folder, ...parameters },
    hosts: { pcmk_host_map: hosts },
  });

conform(clauses, {
  manifest: { ...manifest, permissions: { run, ...files } },
  plugin: ({ agent: _agent, pcmk_host_map, ...parameters }) =>
    device(parameters, String(pcmk_host_map)),
  config: { agent: "fence_test", pcmk_host_map: "alice:3" },
  given: {
    host: "alice",
    revive,
    misdirected: [{ pcmk_host_map: "alice:none/3" }],
    alive: async () => !await exists(off("3")),
  },
});

const permissions = { run: [...run, word], ...files };

Deno.test("an agent that says done while its status says on has failed", {
  permissions,
}, async () => {
  await revive();
  const api = await device({ mode: "lie" });
  const { ok, detail } = await api.fence("off", "alice", 700);
  assert.equal(ok, false);
  assert.match(detail, /took the order "off", but plug 3 is still on/);
});

Deno.test("an agent that hangs is ended in time, with its children", {
  permissions: { ...permissions, run: [...permissions.run, "/bin/sh"] },
}, async () => {
  const api = await device({ mode: "hang" });
  const begun = performance.now();
  const { ok, detail } = await api.fence("off", "alice", 400);
  assert.equal(ok, false);
  assert.match(detail, /off did not end within \d+ ms/);
  assert.ok(performance.now() - begun < 5_000);
  const child = (await Deno.readTextFile(`${folder}/child`)).trim();
  // One that nobody has waited for yet is a zombie, and runs no more.
  const gone = `round=0
    while grep -q "^State:.[^ZX]" "/proc/$1/status" 2>/dev/null; do
      [ "$round" -ge 100 ] && exit 1
      round=$((round + 1)); sleep 0.02
    done`;
  const { code } = await new Deno.Command("/bin/sh", { args: ["-c", gone, "sh", child] }).output();
  assert.equal(code, 0, "the child is gone");
});

Deno.test("a refused login is reported in the agent's words", { permissions }, async () => {
  const api = await device({ mode: "wrong" });
  const { ok, detail } = await api.fence("off", "alice", 5_000);
  assert.equal(ok, false);
  assert.match(detail, /off ended with code 1: Unable to connect\/login/);
  assert.equal((await api.status()).ok, false);
});

Deno.test("parameters are read from standard input, and no argument has any", {
  permissions,
}, async () => {
  await Deno.writeTextFile(`${folder}/calls`, "");
  const api = await device({ password: "sesame", wait: "0" });
  assert.equal((await api.fence("reboot", "alice", 5_000)).ok, true);
  const [first = ""] = (await Deno.readTextFile(`${folder}/calls`)).split("\n");
  // Its own default is left to the agent.
  assert.equal(first, `0:: action=off folder=${folder} password=sesame plug=3`);
  const broken = await device({ password: "a\naction=on" });
  assert.match((await broken.fence("off", "alice", 5_000)).detail, /password has a line break/);
});

Deno.test("a device that lists its own nodes is asked for them", { permissions }, async () => {
  const api = await fenceAgent({ program, parameters: { folder }, hosts: {} });
  assert.deepEqual(await api.hosts(), ["alice", "7", "bob"]);
  assert.equal((await api.status()).ok, true);
  assert.equal((await api.fence("off", "bob", 5_000)).ok, true);
  assert.equal(await exists(off("7")), true, "the alias is switched by its plug");
});

Deno.test("an agent without a status is believed by its exit code, and cannot be asked", {
  permissions,
}, async () => {
  const api = await device({}, "alice:3", word);
  assert.equal((await api.fence("off", "alice", 5_000)).ok, true);
  assert.match((await api.fence("on", "alice", 5_000)).detail, /has no action "on"/);
  assert.equal((await api.status()).ok, true);
});

Deno.test("the type is a plain name", () => {
  for (const agent of ["../bin/rm", "fence_x/y", "fence_", "rm", "fence_a,b"]) {
    assert.equal(check(manifest.config, { agent }).ok, false, agent);
  }
});
