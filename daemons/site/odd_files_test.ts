/**
 * What stands in the place of a file of a node: a daemon that believes it ends at once, as for any
 * mistake in the configuration, and says what is there instead.
 */
import assert from "node:assert/strict";
import { freeUdpPorts } from "./free_ports.ts";
import { filePath } from "../../pils/found.ts";
import { commandOf, type ProcessName } from "../processes.ts";
import { readNodeConfig } from "./node_config/read.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = `${project}/.test`;

/** Milliseconds that a daemon may take to end: it waits for nothing. */
const endMs = 30_000;

/** Scripts that put something in the place of `$1`. */
const odd = {
  "100 MB": 'truncate -s 100M "$1"',
  "a pipe": 'mkfifo "$1"',
  "a folder": 'mkdir "$1"',
  "UTF-16 (FF FE)": 'printf "\\377\\376a\\000" >"$1"',
  "UTF-16 (FE FF)": 'printf "\\376\\377\\000a" >"$1"',
} as const;

const bounds = (bytesMax: number) =>
  new RegExp(`104857600 bytes; (?:at most|the limit is) ${bytesMax}`);
const table: readonly (readonly [string, ProcessName, keyof typeof odd, RegExp])[] = [
  ["node.json", "heartbeat", "100 MB", bounds(1_048_576)],
  ["node.json", "heartbeat", "a pipe", /it is a pipe, not a file/],
  ["node.json", "heartbeat", "a folder", /it is a folder, not a file/],
  ["node.json", "heartbeat", "UTF-16 (FF FE)", /it is UTF-16; save it as UTF-8/],
  ["authkeys", "heartbeat", "100 MB", bounds(65_536)],
  ["authkeys", "heartbeat", "a pipe", /authkeys: it cannot be read: it is a pipe, not a file/],
  ["authkeys", "heartbeat", "a folder", /it is a folder, not a file/],
  ["authkeys", "heartbeat", "UTF-16 (FE FF)", /it is UTF-16; save it as UTF-8/],
  ["cib.xml", "cluster", "100 MB", bounds(67_108_864)],
  ["cib.xml", "cluster", "a pipe", /cib: it cannot be read: it is a pipe, not a file/],
  ["cib.xml", "cluster", "UTF-16 (FF FE)", /it is UTF-16; save it as UTF-8/],
  ["site/plugins.lock.json", "stonithd", "100 MB", bounds(16_777_216)],
  ["site/plugins.lock.json", "stonithd", "a pipe", /is not a file/],
  ["site/plugins.lock.json", "stonithd", "a folder", /is not a file/],
  ["site/plugins.lock.json", "stonithd", "UTF-16 (FE FF)", /it is UTF-16; save it as UTF-8/],
  ["site/plugins.policy.json", "stonithd", "100 MB", bounds(16_777_216)],
  ["site/plugins.policy.json", "stonithd", "a pipe", /is not a file/],
];

Deno.test({
  name: "a huge file, a pipe, a folder or UTF-16 ends a daemon at once with the reason",
  permissions: {
    net: ["127.0.0.1"],
    read: [project],
    write: [scratch],
    run: [Deno.execPath(), "/bin/sh"],
  },
  async fn(test) {
    await Deno.mkdir(scratch, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: scratch, prefix: "odd_" });
    try {
      const ports = freeUdpPorts(2);
      for (const [name, process, what, why] of table) {
        await test.step(`${what} in the place of ${name}`, async () => {
          const files = await writeNode(folder, ports);
          await shell('rm "$1"; ' + odd[what], `${folder}/${name}`);
          // The next would be written into a pipe.
          const { code, said } = await started(process, files, folder)
            .finally(() => shell('rm -r "$1"', `${folder}/${name}`));
          assert.match(said, why);
          assert.equal(code, 78, said);
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Writes the files of a node that would start; gives the text of its configuration. */
async function writeNode(
  folder: string,
  [port = 0, peer = 0]: readonly number[],
): Promise<string> {
  const address = "127.0.0.1";
  const config = JSON.stringify({
    cluster: "odd",
    node: "alice",
    nodes: ["alice"],
    state: `${folder}/state`,
    run: `${folder}/run`,
    authkeys: `${folder}/authkeys`,
    cib: `${folder}/cib.xml`,
    plugins: `${folder}/site`,
    media: [{ plugin: "medium/ucast", address, port, peers: [{ address, port: peer }] }],
  });
  for (const name of ["state", "run", "site"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true, mode: 0o700 });
  }
  const write = (name: string, text: string) =>
    Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
  await write("node.json", config);
  await write("authkeys", "auth 1\n1 sha1 secret-of-the-test\n");
  await write("cib.xml", "<cib/>");
  await write("site/plugins.lock.json", '{ "version": 1, "plugins": {} }');
  await write("site/plugins.policy.json", "{}");
  return config;
}

async function started(process: ProcessName, text: string, folder: string) {
  const config = readNodeConfig(text);
  assert(config.ok);
  const child = new Deno.Command(Deno.execPath(), {
    args: commandOf(process, config.value, {
      project,
      deno: Deno.execPath(),
      configFile: `${folder}/node.json`,
    }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), endMs);
  const { code, stderr } = await child.output();
  clearTimeout(timer);
  return { code, said: new TextDecoder().decode(stderr) };
}

async function shell(script: string, path: string): Promise<void> {
  const { code } = await new Deno.Command("/bin/sh", {
    args: ["-ec", script, "sh", path],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
  }).output();
  assert.equal(code, 0, script);
}
