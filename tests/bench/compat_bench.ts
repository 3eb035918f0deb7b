/**
 * How soon the programs answer that agents call back, on a node of one: each is started as an agent
 * starts it, from the folder that the node has filled. Each should take less than 100 ms.
 *
 *     deno task bench compat [--times N]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startManager } from "../../daemons/mgmtd/local_nodes/start_manager.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/compat`;
const programs = `${folder}/run/programs`;
/** Milliseconds that an answer may take, and a node to start. */
const aimMs = 100;
const readyMs = 60_000;

const { values } = parseArgs({
  args: Deno.args,
  options: { times: { type: "string", default: "20" } },
});
const times = Number(values.times);

/** What agents call most, and what is read and written in doing so. */
const calls = [
  ["crm_node", "-n"],
  ["crm_node", "-p"],
  ["attrd_updater", "-n", "measured", "-U", "1"],
  ["attrd_updater", "-n", "measured", "-Q"],
  ["crm_attribute", "-n", "measured", "-l", "reboot", "-G", "-q"],
  ["crm_attribute", "-n", "measured", "-l", "forever", "-v", "2"],
  ["crm_master", "-l", "reboot", "-v", "5"],
  ["crm_mon", "-1"],
  ["cibadmin", "-Q"],
] as const;

/** Runs one call as an agent does, in a new shell's environment; its exit code and milliseconds. */
async function run(words: readonly string[]): Promise<{ code: number; ms: number; text: string }> {
  const from = performance.now();
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$@"', "sh", `${programs}/${words[0]}`, ...words.slice(1)],
    clearEnv: true,
    env: {
      PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HA_SBIN_DIR: programs,
      HA_NODE: "compat/alice",
      OCF_RESOURCE_INSTANCE: "measured",
      ...Object.fromEntries(
        ["HOME", "DENO_DIR"].flatMap((name) => {
          const value = Deno.env.get(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout) + decoder.decode(stderr);
  return { code, ms: performance.now() - from, text };
}

await Deno.remove(folder, { recursive: true }).catch(() => {});
await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 measured\n", { mode: 0o600 });
await Deno.writeTextFile(
  `${folder}/cib.xml`,
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config/><nodes><node id="alice" uname="alice"/></nodes><resources/><constraints/>
</configuration><status/></cib>`,
  { mode: 0o600 },
);
const config = `${folder}/node.json`;
await Deno.writeTextFile(
  config,
  JSON.stringify({
    cluster: "compat",
    node: "alice",
    nodes: ["alice"],
    state: `${folder}/state`,
    run: `${folder}/run`,
    authkeys: `${folder}/authkeys`,
    cib: `${folder}/cib.xml`,
    media: [{
      plugin: "medium/ucast",
      address: "127.0.0.1",
      port: 19_696,
      peers: [{ address: "127.0.0.1", port: 19_697 }],
    }],
  }),
);
await Deno.mkdir(`${folder}/run`, { mode: 0o700 });
const node = startManager({
  project,
  mark: "compat/alice",
  config,
  folders: [folder],
  log: `${folder}/log`,
});
let tooSlow = 0;
try {
  const until = performance.now() + readyMs;
  for (;;) {
    const { code, text } = await run(calls[5]).catch((error) => ({ code: -1, text: `${error}` }));
    if (code === 0) break;
    if (performance.now() > until) throw new Error(`The node answers nothing: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  for (const words of calls) {
    const found: number[] = [];
    for (let count = 0; count < times; count++) {
      const { code, ms, text } = await run(words);
      if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${text}`);
      found.push(ms);
    }
    found.sort((a, b) => a - b);
    const median = found[Math.floor(found.length / 2)] ?? Number.NaN;
    if (median > aimMs) tooSlow++;
    console.log(
      `${words.join(" ").padEnd(48)} ${
        [found[0] ?? NaN, median, found.at(-1) ?? NaN]
          .map((ms) => ms.toFixed(0).padStart(4)).join(" / ")
      } ms`,
    );
  }
  console.log(`min / median / max of ${times}; slower than ${aimMs} ms in the median: ${tooSlow}`);
} finally {
  node.kill("SIGTERM");
  await node.status;
  await Deno.remove(folder, { recursive: true });
}
