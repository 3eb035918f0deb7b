import assert from "node:assert/strict";
import { freeUdpPorts } from "../free_ports.ts";
import { filePath } from "../../../pils/found.ts";
import { commandOf, type ProcessName } from "../../processes.ts";
import { readNodeConfig } from "../node_config/read.ts";
import { lockText } from "./lock_file.ts";
import type { Found } from "../../../pils/found.ts";
import { ownKindReason, refuseStrangers, withoutStrangers } from "./own_kinds.ts";
import { pin } from "./pin.ts";

const project = new URL("../../../", import.meta.url);
const scratch = `${filePath(project)}/.test`;

Deno.test("codecs, votes and handlers are the project's, other kinds may be a stranger's", {
  permissions: "none",
}, () => {
  for (const id of ["auth/sha1", "encoding/x", "compression/zstd", "quorum/x", "handler/ra"]) {
    assert.match(ownKindReason(id) ?? "", /from the project alone/, id);
  }
  for (const id of ["stonith/x", "ra/deno", "medium/ucast", "constructor/x", "authx/y"]) {
    assert.equal(ownKindReason(id), undefined, id);
  }
});

Deno.test("a lock is refused with all of them, but not for the handler of a stranger's own kind", {
  permissions: "none",
}, async () => {
  const lock = (name: string, plugins: Readonly<Record<string, unknown>>) => ({
    file: new URL(`file:///etc/${name}`),
    lock: { version: 1, plugins } as const,
  });
  const ours = lock("ours", { "auth/sha1": { shipped: true }, "handler/auth": { shipped: true } });
  const own = { "handler/answer": {}, "answer/first": {}, "auth/md5": { shipped: true } };
  refuseStrangers([lock("site", own), ours]);
  refuseStrangers([ours]);
  assert.throws(
    () => refuseStrangers([lock("site", { ...own, "auth/x": {}, "handler/auth": null }), ours]),
    /"auth\/x" does not come.*the key of the cluster.*\n.*"handler\/auth" does not come/,
  );
  // One that is put into a lock later is refused when it is to be loaded.
  const find = withoutStrangers(
    (id) => Promise.resolve({ shipped: id.endsWith("/ours") } as Found),
    "/etc/site",
  );
  assert.equal((await find("auth/ours")).shipped, true);
  await assert.rejects(() => find("auth/x"), /Fix: ha plugin remove auth\/x --lock=\/etc\/site/);
});

/** What a stranger's plugin would do with what it is given. */
const thief = `export default (config: unknown) => {
  console.log("LOOT " + JSON.stringify(config));
  return { sign: (bytes: Uint8Array) => bytes, verify: () => true, pack: (bytes: Uint8Array) => bytes,
    unpack: (bytes: Uint8Array) => bytes, encode: () => new Uint8Array(), decode: () => [],
    votes: () => 1, decide: () => true };
};
`;

/** A stranger's plugin, and the daemon that loads it; with a watchdog heartbeat may start processes. */
const cases: readonly (readonly [string, string, ProcessName, boolean])[] = [
  ["auth", "sha1", "heartbeat", false],
  ["auth", "sha1", "heartbeat", true],
  ["encoding", "ha", "heartbeat", true],
  ["quorum", "majority", "cluster", false],
  ["handler", "quorum", "cluster", false],
];

Deno.test({
  name: "a daemon gives the cluster key, its messages and its votes to no stranger's plugin",
  permissions: {
    net: ["127.0.0.1"],
    read: [filePath(project)],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
  },
  async fn(test) {
    await Deno.mkdir(scratch, { recursive: true });
    for (const [kind, name, process, watched] of cases) {
      await test.step(`${kind}/${name} in ${process}${watched ? " with a watchdog" : ""}`, async () => {
        const folder = await Deno.makeTempDir({ dir: scratch, prefix: "own_" });
        try {
          await stranger(folder, kind, name);
          const { code, said } = await started(folder, process, watched);
          assert.match(
            said,
            new RegExp(`"${kind}/${name}" does not come with the project: it would`),
          );
          assert.match(
            said,
            new RegExp(`Fix: ha plugin remove ${kind}/${name} --lock=${folder}/site`),
          );
          assert.doesNotMatch(said, /LOOT|secret-of-the-test/);
          assert.equal(code, 78, said);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      });
    }
  },
});

/** Puts it into the lock of a site, as somebody did before it was refused. */
async function stranger(folder: string, kind: string, name: string): Promise<void> {
  const own = new URL(`file://${folder}/site/${kind}/${name}/`);
  await Deno.mkdir(own, { recursive: true });
  await Deno.writeTextFile(
    new URL("manifest.ts", own),
    `export default { kind: "${kind}", name: "${name}", version: "9.0.0", api: "${kind}/1",
      summary: { en: "Thief" }, config: [{ fieldname: "key", basictype: "string" }],
      permissions: {}, license: "MIT" };`,
  );
  await Deno.writeTextFile(new URL("mod.ts", own), thief);
  const lock = new URL(`file://${folder}/site/plugins.lock.json`);
  const locked = await pin(own, { denoPath: Deno.execPath(), lock, project });
  const text = lockText({ version: 1, plugins: { [`${kind}/${name}`]: locked } });
  await Deno.writeTextFile(lock, text, { mode: 0o600 });
}

/** Starts a daemon of the node with the flags that the recovery manager gives it. */
async function started(folder: string, process: ProcessName, watched: boolean) {
  const [port = 0, peer = 0] = freeUdpPorts(2);
  const address = "127.0.0.1";
  const text = JSON.stringify({
    cluster: "own",
    node: "alice",
    nodes: ["alice"],
    state: `${folder}/state`,
    run: `${folder}/run`,
    authkeys: `${folder}/authkeys`,
    plugins: `${folder}/site`,
    media: [{ plugin: "medium/ucast", address, port, peers: [{ address, port: peer }] }],
    ...watched ? { watchdog: { plugin: "watchdog/process" } } : {},
  });
  const config = readNodeConfig(text);
  assert(config.ok, JSON.stringify(config));
  const write = (name: string, text: string) =>
    Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
  for (const name of ["state", "run"]) await Deno.mkdir(`${folder}/${name}`, { mode: 0o700 });
  await write("node.json", text);
  await write("authkeys", "auth 1\n1 sha1 secret-of-the-test\n");
  const child = new Deno.Command(Deno.execPath(), {
    args: commandOf(process, config.value, {
      project: filePath(project),
      deno: Deno.execPath(),
      configFile: `${folder}/node.json`,
    }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const { code, stderr } = await child.output();
  clearTimeout(timer);
  return { code, said: new TextDecoder().decode(stderr) };
}
