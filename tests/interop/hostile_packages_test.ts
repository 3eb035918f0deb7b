/**
 * Hostile packages on a node that runs: `ha plugin add` refuses each within its bounds, nothing of it
 * is left, and the node does not notice. One that is good is added whole or not at all, whenever the
 * command is killed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ha } from "../../daemons/mgmtd/commands/testing/ha_child.ts";
import { until } from "../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { demoCib, processDevice } from "../../daemons/mgmtd/demo/files.ts";
import { freeTcpPort, freeUdpPorts } from "../../daemons/site/free_ports.ts";
import { guarded } from "../../daemons/mgmtd/local_nodes/guarded.ts";
import {
  clusterNameOf,
  markOf,
  nodeConfigOf,
  runFolder,
  writeLocalCluster,
} from "../../daemons/mgmtd/local_nodes/local_cluster.ts";
import { localNodes } from "../../daemons/mgmtd/local_nodes/nodes.ts";
import { pack } from "../../daemons/mgmtd/package/archive.ts";
import { type Raw, raw } from "../../daemons/mgmtd/package/testing/raw_archive.ts";
import { readWholeLock } from "../../daemons/site/consent/lock_file.ts";
import { placed } from "../../daemons/site/consent/lock.ts";
import { filePath } from "../../pils/found.ts";
import { look } from "../../metadata/marked.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;
/** Milliseconds that a refusal may take at most; a manifest that loops is given five seconds. */
const refusalMs = 30_000;
/** Times that the command is killed, spread over somewhat more time than it takes. */
const kills = 16;

const lock = "--lock=site/plugins.lock.json";
const text = (content: string) => new TextEncoder().encode(content);
const usual = {
  name: "x",
  version: "1.0.0",
  pils: { kind: "notifier", name: "mine" },
  scripts: { postinstall: "touch /tmp/pwned", install: "touch /tmp/pwned" },
};
const manifest = (more = "") =>
  `${more}export default { kind: "notifier", name: "mine", version: "1.0.0", api: "notifier/1",
    summary: { en: "Mine" }, config: [], permissions: {}, license: "MIT" };`;
const mod = "export default () => ({ notify() {} });";
const described = (change: object = {}): Raw => ({
  path: "package/package.json",
  content: JSON.stringify({ ...usual, ...change }),
});
const good: readonly Raw[] = [
  described(),
  { path: "package/manifest.ts", content: manifest() },
  { path: "package/mod.ts", content: mod },
];
const packed = (...more: readonly Raw[]) => Uint8Array.from(gzipSync(raw([...good, ...more])));
const repeated = (bytes: Uint8Array, times: number) => {
  const member = gzipSync(bytes);
  const all = new Uint8Array(member.length * times);
  for (let at = 0; at < times; at++) all.set(member, at * member.length);
  return all;
};
const header = (odd: Raw) => raw([odd]).subarray(0, 512);
const without = (path: string, ...more: readonly Raw[]) =>
  Uint8Array.from(gzipSync(raw([...good.filter((one) => one.path !== path), ...more])));

/** What is wrong, the bytes, and what is said. */
const archives: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  ["1 GiB of zeros in 1 MB", () => repeated(new Uint8Array(2 ** 25), 32), /unpacks to more than/],
  [
    "1,000,000 entries",
    () =>
      repeated(
        raw(Array.from({ length: 1_000 }, () => ({ path: "package/a" }))).subarray(0, 512_000),
        1_000,
      ),
    /unpacks to more than/,
  ],
  [
    "50,000 entries",
    () =>
      repeated(
        raw(Array.from({ length: 500 }, () => ({ path: "package/a" }))).subarray(0, 256_000),
        100,
      ),
    /more than 500 entries/,
  ],
  [
    "a file name of 100 MB (GNU)",
    () =>
      repeated(
        new Uint8Array([
          ...header({ path: "././@LongLink", type: "L", size: "00575360400" }),
          ...new Uint8Array(2 ** 20).fill(97),
        ]),
        100,
      ),
    /unpacks to more than|long path/,
  ],
  [
    "a file name of 16 MB (GNU)",
    () => {
      const name = new Uint8Array(2 ** 24 + 512).fill(97);
      name.set(header({ path: "././@LongLink", type: "L", size: "00100000000" }));
      return Uint8Array.from(gzipSync(name));
    },
    /long path of GNU tar/,
  ],
  [
    "an extended header with a path",
    () => packed({ path: "p", type: "x", content: "30 path=../../../etc/cron.d/x\n" }),
    /extended header/,
  ],
  [
    "a global extended header",
    () => packed({ path: "p", type: "g", content: "12 size=0\n" }),
    /global extended header/,
  ],
  [
    "a hard link out",
    () => packed({ path: "package/x.ts", type: "1", link: "/etc/shadow" }),
    /hard link/,
  ],
  [
    "a symbolic link out",
    () => packed({ path: "package/x.ts", type: "2", link: "/etc/shadow" }),
    /symbolic link/,
  ],
  [
    "a folder that is a link",
    () => packed({ path: "package/d", type: "2", link: "/tmp" }, { path: "package/d/x" }),
    /symbolic link/,
  ],
  ["a device", () => packed({ path: "package/sda", type: "4" }), /block device/],
  ["a character device", () => packed({ path: "package/null", type: "3" }), /character device/],
  ["a pipe in the archive", () => packed({ path: "package/pipe", type: "6" }), /is a pipe/],
  [
    "a sparse file",
    () => packed({ path: "package/x", type: "S", content: "x" }),
    /unknown type "S"/,
  ],
  [
    "a continued file",
    () => packed({ path: "package/x", type: "7", content: "x" }),
    /unknown type "7"/,
  ],
  [
    "steps upwards",
    () => packed({ path: "package/../../../../etc/x", content: "x" }),
    /no plain name/,
  ],
  ["an absolute path", () => packed({ path: "/etc/x", content: "x" }), /no plain name/],
  ["one name twice", () => packed({ path: "package/mod.ts", content: "evil" }), /is there too/],
  [
    "names that differ in case",
    () => packed({ path: "package/MOD.ts", content: "evil" }),
    /is there too/,
  ],
  [
    "a file and a folder",
    () => packed({ path: "package/mod.ts/x.ts", content: "evil" }),
    /a file and a folder/,
  ],
  ["a name that is not normal", () => packed({ path: "package/mo\u0308d.ts" }), /no plain name/],
  ["setuid", () => packed({ path: "package/x", mode: 0o4755 }), /its mode 4755/],
  ["a deno.json", () => packed({ path: "package/deno.json", content: "{}" }), /would change how/],
  [
    "a hidden hook",
    () => packed({ path: "package/.git/hooks/post-checkout", mode: 0o755 }),
    /no plain name/,
  ],
  [
    "another version",
    () => without("package/package.json", described({ version: "2.0.0" })),
    /says "2\.0\.0"/,
  ],
  [
    "another kind",
    () => without("package/package.json", described({ pils: { kind: "auth", name: "mine" } })),
    /says "auth"/,
  ],
  [
    "a name that leads out",
    () => without("package/package.json", described({ pils: { kind: "..", name: "../../etc" } })),
    /describes no plugin/,
  ],
  [
    "needs of its own",
    () => without("package/package.json", described({ dependencies: { evil: "*" } })),
    /it needs "evil"/,
  ],
  [
    "a package.json of 100 kB",
    () => without("package/package.json", described({ x: "x".repeat(100_000) })),
    /too long/,
  ],
  [
    "a package.json of 20,000 levels",
    () =>
      without("package/package.json", {
        path: "package/package.json",
        content: "[".repeat(20_000) + "]".repeat(20_000),
      }),
    /describes no plugin|not JSON/,
  ],
  ["no manifest", () => without("package/manifest.ts"), /manifest/],
  [
    "a manifest of another name",
    () =>
      without("package/manifest.ts", {
        path: "package/manifest.ts",
        content: manifest().replace('"mine"', '"log"'),
      }),
    /must have that name|says/,
  ],
  [
    "a manifest that loops",
    () =>
      without("package/manifest.ts", {
        path: "package/manifest.ts",
        content: manifest("for (;;);\n"),
      }),
    /did not start within|ended/,
  ],
  [
    "a manifest that reads",
    () =>
      without("package/manifest.ts", {
        path: "package/manifest.ts",
        content: manifest('Deno.readTextFileSync("/etc/shadow");\n'),
      }),
    /read access/,
  ],
  [
    "a module of 17 MB",
    () =>
      without("package/mod.ts", {
        path: "package/mod.ts",
        content: `// ${"x".repeat(17 * 2 ** 20)}`,
      }),
    /at most 16777216 are read|the limit is/,
  ],
  [
    "an import from the network",
    () =>
      without("package/mod.ts", {
        path: "package/mod.ts",
        content: `import "https://example.org/x.ts"; ${mod}`,
      }),
    /is not a file|cannot be pinned/,
  ],
  [
    "an import of what lies outside",
    () =>
      without("package/mod.ts", {
        path: "package/mod.ts",
        content: `import "../../../../../x.ts"; ${mod}`,
      }),
    /not found|not the plugin's own/,
  ],
  ["a codec", () =>
    Uint8Array.from(gzipSync(raw([
      described({ pils: { kind: "auth", name: "sha1" } }),
      {
        path: "package/manifest.ts",
        content: manifest().replaceAll("notifier", "auth").replace('"mine"', '"sha1"'),
      },
      { path: "package/mod.ts", content: mod },
    ]))), /key of the cluster/],
  [
    "a second archive behind the first",
    () => Uint8Array.from([...packed(), ...packed({ path: "package/evil.ts" })]),
    /something after its end/,
  ],
  ["half of it", () => packed().slice(0, 200), /it is not a readable package/],
  ["a wrong sum", () => {
    const bytes = packed();
    bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
    return bytes;
  }, /it is not a readable package/],
  ["nothing", () => new Uint8Array(), /it is not a readable package/],
];

/** What stands in the place of the file. */
const places: readonly (readonly [string, string, RegExp])[] = [
  ["a pipe", 'mkfifo "$1"', /not a file/],
  ["a folder", 'mkdir "$1"', /not a file/],
  ["a link to a device", 'ln -s /dev/zero "$1"', /cannot be read/],
  ["100 MB", 'truncate -s 100M "$1"', /104857600 bytes/],
];

Deno.test("hostile packages on a node that runs leave nothing, and it does not notice", async (test) => {
  await using node = await runningNode();
  const { here } = node;
  const add = ["plugin", "add", "odd.tgz", lock, "--yes"];
  const before = await node.processes();
  const refused = async (why: RegExp) => {
    const begun = performance.now();
    const { code, out, err } = await ha(here, add);
    const took = performance.now() - begun;
    assert.notEqual(code, 0, out);
    assert.match(out + err, why);
    assert.doesNotMatch(out + err, /Unexpected error|^ {4}at |LOOT/m);
    // deno-lint-ignore no-control-regex -- what drives a terminal is looked for
    assert.doesNotMatch(out + err, /[\x00-\x09\x0b-\x1f\x7f]/);
    assert(took < refusalMs, `it took ${took} ms`);
    assert.deepEqual(pathsIn(`${here}/site`), [], "something is left");
  };
  for (const [name, bytes, why] of archives) {
    await test.step(name, async () => {
      await Deno.writeFile(`${here}/odd.tgz`, bytes());
      await refused(why);
    });
  }
  await Deno.remove(`${here}/odd.tgz`);
  for (const [name, script, why] of places) {
    await test.step(`${name} in its place`, async () => {
      await shell(script, `${here}/odd.tgz`);
      await refused(why).finally(() => shell('rm -r "$1"', `${here}/odd.tgz`));
    });
  }
  assert.deepEqual(await node.processes(), before, "a daemon of the node was started again");
  assert.equal((await ha(here, ["status", "--run", node.run])).code, 0);
});

Deno.test("a package is added whole or not at all, whenever the command is killed", async () => {
  await using node = await runningNode();
  const { here } = node;
  const files = good.map(({ path, content = "" }) => ({
    path: path.slice("package/".length),
    executable: false,
    bytes: text(content),
  }));
  await Deno.writeFile(`${here}/good.tgz`, pack(files));
  const file = new URL(`file://${here}/site/plugins.lock.json`);
  const add = ["plugin", "add", "good.tgz", lock, "--yes"];
  const seen = { absent: 0, added: 0 };
  const begun = performance.now();
  assert.equal((await ha(here, [...add, "--json"])).code, 0);
  const killStepMs = 1.2 * (performance.now() - begun) / kills;
  await ha(here, ["plugin", "remove", "notifier/mine", lock]);
  await shell('rm -r "$1"/*', `${here}/site`);
  for (let kill = 0; kill < kills; kill++) {
    await killedAfter(here, add, kill * killStepMs);
    // Absent or whole, and all that it names is there.
    const { plugins } = await readWholeLock(file);
    for (const { at, files } of Object.values(plugins)) {
      assert.match(at, /^\.\/packages\/mine-1\.0\.0-/);
      for (const path of Object.keys(files)) await Deno.stat(placed(path, file));
    }
    seen[Object.keys(plugins).length === 0 ? "absent" : "added"]++;
    const { code, out, err } = await ha(here, add);
    assert.equal(code, 0, `after ${kill * killStepMs} ms: ${out}${err}`);
    assert.deepEqual(
      pathsIn(`${here}/site`).map((path) => path.replace(/-[0-9a-f]{12}\//, "-HASH/")),
      [
        "packages/mine-1.0.0-HASH/notifier/mine/manifest.ts",
        "packages/mine-1.0.0-HASH/notifier/mine/mod.ts",
        "plugins.lock.json",
      ],
      "something half done is left",
    );
    assert.equal((await ha(here, ["plugin", "remove", "notifier/mine", lock])).code, 0);
    await shell('rm -r "$1"/*', `${here}/site`);
  }
  assert(seen.absent > 0, JSON.stringify(seen));
  console.log(`killed ${kills} times: ${seen.absent} before, ${seen.added} after it was added`);
  // The node takes what was added.
  assert.equal((await ha(here, add)).code, 0);
  await node.restart("stonithd");
  await until(
    () => ha(here, ["plugin", "ls", "--running", "--run", node.run]),
    ({ code, out }) => code === 0 && /stonithd/.test(out),
  );
});

/** A cluster of one node that has a site of its own. */
async function runningNode() {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = `${scratch}/hostile_packages`;
  const nodes = ["alice"];
  const local = { folder, cluster: clusterNameOf("hostile_packages", folder), nodes };
  await using stack = new AsyncDisposableStack();
  const guard = await guarded(project, local);
  stack.defer(() => guard.close());
  const [port = 0, peer = 0] = freeUdpPorts(2);
  const cib = demoCib({ webPort: freeTcpPort(), device: processDevice(local) })
    .replace(/<nodes>[^]*<\/nodes>/, '<nodes><node id="alice" uname="alice"/></nodes>');
  const times = { keepaliveMs: 200, deadtimeMs: 4_000 };
  await Deno.mkdir(`${folder}/site`, { mode: 0o700 });
  await writeLocalCluster(local, cib, (node) => ({
    ...nodeConfigOf(local, node, { alice: port, nobody: peer }, times),
    plugins: `${folder}/site`,
  }));
  const running = localNodes(project, local, (node) => `${folder}/${node}.log`, guard);
  running.start("alice");
  const run = runFolder(local, "alice");
  await until(() => ha(folder, ["status", "--run", run]), ({ code }) => code === 0);
  const held = stack.move();
  return {
    here: folder,
    run,
    /** Ids of its processes. */
    processes: async () => [...await look(markOf(local, "alice"))].sort(),
    restart: (daemon: "stonithd") => running.restart("alice", daemon, 10_000),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Starts `ha` and kills it with all that it has started. */
async function killedAfter(here: string, words: readonly string[], ms: number): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--allow-run=${Deno.execPath()}`,
      `--allow-read=${project}`,
      "--allow-env=INIT_CWD",
      `${project}/daemons/mgmtd/ha.ts`,
      ...words,
    ],
    env: { INIT_CWD: here, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  const timer = setTimeout(() => void shell('kill -s KILL -- "-$1" || true', `${child.pid}`), ms);
  await child.status;
  clearTimeout(timer);
}

async function shell(script: string, path: string): Promise<void> {
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-ec", script, "sh", path],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
  }).output();
  assert.equal(code, 0, `${script}: ${new TextDecoder().decode(stderr)}`);
}

/** All files below a folder. */
function pathsIn(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(`${folder}/${below}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? pathsIn(folder, `${below}${name}/`) : [`${below}${name}`]
  ).sort();
}
