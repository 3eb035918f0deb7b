/**
 * What `stream_bench.ts` measures, of Corosync's CPG: one sender and two receivers in network
 * namespaces, as clients written for Deno, without crypto. Needs root and Debian's corosync; says
 * so where they are missing.
 *
 *     deno task bench corosync stream
 *
 * @module
 */
import { Network, pause, scratch, sh } from "../interop/media_lab.ts";

const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const numbers = [1, 2, 3];
const library = "/usr/lib/x86_64-linux-gnu/libqb.so.100";
/** Milliseconds that three Corosyncs may take to find each other. */
const formMs = 8_000;
/** Milliseconds that the whole measurement may take. */
const measureMs = 120_000;

const configuration = `totem {
  version: 2
  cluster_name: bench
  transport: udpu
  token: 1000
  crypto_cipher: none
  crypto_hash: none
}
nodelist {
${numbers.map((n) => `  node {\n    ring0_addr: 10.78.0.${n}\n    nodeid: ${n}\n  }`).join("\n")}
}
quorum {
  provider: corosync_votequorum
}
`;

/** Starts a Corosync, and a member beside it: they share what is mounted on /run. */
function start(network: Network, node: number, role: string): Deno.ChildProcess {
  const folder = `${scratch}/corosync${node}`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/corosync.conf`, configuration);
  const script = `mount -t tmpfs tmpfs /run
corosync -f -c "$0/corosync.conf" > "$0/log" 2>&1 & corosync=$!
trap 'kill -9 $corosync' EXIT
sleep ${formMs / 1000}
"$@"`;
  return new Deno.Command("bash", {
    args: [
      "-c",
      'exec "$@"',
      "bash",
      ...network.within(node),
      ..."unshare --mount --pid --fork --kill-child bash -c".split(" "),
      script,
      folder,
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${project}/deno.json`,
      `--allow-ffi=${library}`,
      `${project}/tests/bench/corosync_node.ts`,
      library,
      role,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

const missing = await sh(
  '[ "$(id -u)" = 0 ] && command -v corosync ip unshare && [ -e "$1" ]',
  library,
)
  .then(() => undefined, () => "needs root, and Debian's corosync and iproute2");
if (missing !== undefined) {
  console.log(`skipped: ${missing}`);
  Deno.exit(0);
}
const network = new Network(numbers.length);
const members: Deno.ChildProcess[] = [];
let late: ReturnType<typeof setTimeout> | undefined;
try {
  await network.up();
  for (const node of numbers) {
    members.push(start(network, node, node === 1 ? "sender" : "receiver"));
  }
  late = setTimeout(() => members.forEach((member) => member.kill("SIGKILL")), measureMs);
  let rest = "";
  let seen = 0;
  for await (const text of members[0]!.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { bytes, perSecond, p50, p99 } = JSON.parse(line);
      console.log(
        `CPG, 3 nodes, clients apart, ${String(bytes).padStart(4)} B: ` +
          `${Math.round(perSecond).toLocaleString("en").padStart(7)}/s, ` +
          `round trip ${p50.toFixed(3)} / ${p99.toFixed(3)} ms`,
      );
      seen++;
    }
    if (seen === 2) break;
  }
  if (seen < 2) throw new Error("a member ended early");
} finally {
  clearTimeout(late);
  for (const member of members) {
    await member.stdin.close().catch(() => {});
    await Promise.race([member.status, pause(2_000)]);
    try {
      member.kill("SIGKILL");
    } catch { /* it has ended */ }
    await member.status;
  }
  await network.down();
  await Deno.remove(scratch, { recursive: true });
}
