/**
 * What Corosync's CPG does of what `stream_bench.ts` measures: a sender and its receivers in network
 * namespaces, over bridged Ethernet, without crypto. Its clients are written in C (`cpg_client.c`) and
 * built for the run.
 *
 * @module
 */
import { filePath } from "../../pils/found.ts";
import { Network, pause, scratch, sh } from "../interop/media_lab.ts";
import type { Peer, PeerFigures } from "./peer.ts";
import { confirmedAtOnce, messages, roundTrips, sizes } from "./stream_service.ts";

const project = filePath(new URL("../..", import.meta.url));
const program = `${scratch}/cpg_client`;
/** Milliseconds that the Corosyncs may take to find each other. */
const formMs = 8_000;
/** Milliseconds that the whole measurement may take. */
const measureMs = 180_000;

const configuration = (numbers: readonly number[]): string =>
  `totem {
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

/** Why it cannot be measured here, if anything is missing. */
export const missingForCpg = (): Promise<string | undefined> =>
  sh(`[ "$(id -u)" = 0 ] && [ -e /usr/include/corosync/cpg.h ] || exit 1
for program in corosync ip unshare cc; do command -v $program || exit 1; done`)
    .then(() => undefined, () => "needs root, and Debian's corosync, libcpg-dev, iproute2 and gcc");

/** Starts a Corosync, and a member beside it: they share what is mounted on /run. */
function start(network: Network, node: number): Deno.ChildProcess {
  const folder = `${scratch}/corosync${node}`;
  Deno.mkdirSync(folder, { recursive: true });
  const numbers = Array.from({ length: network.count }, (_, at) => at + 1);
  Deno.writeTextFileSync(`${folder}/corosync.conf`, configuration(numbers));
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
      program,
      ...[node === 1 ? network.count - 1 : 0, messages, confirmedAtOnce, roundTrips, ...sizes]
        .map(String),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Measures it between so many nodes. */
export async function measureCpg(nodes: number): Promise<Peer> {
  const network = new Network(nodes);
  const members: Deno.ChildProcess[] = [];
  let late: ReturnType<typeof setTimeout> | undefined;
  try {
    await sh('cc -O2 -Wall -o "$1" "$2" -lcpg', program, `${project}/tests/bench/cpg_client.c`);
    await network.up();
    for (let node = 1; node <= nodes; node++) members.push(start(network, node));
    late = setTimeout(() => members.forEach((member) => member.kill("SIGKILL")), measureMs);
    const figures: PeerFigures[] = [];
    let rest = "";
    for await (const text of members[0]!.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) figures.push(JSON.parse(line));
      if (figures.length === sizes.length) break;
    }
    if (figures.length < sizes.length) throw new Error("a member of CPG ended early");
    return { name: "CPG", nodes, figures };
  } finally {
    clearTimeout(late);
    for (const member of members) {
      await member.stdin.close().catch(() => {});
      await Promise.race([member.status, pause(2_000)]);
      try {
        member.kill("SIGKILL");
      } catch { /* it has ended */ }
      await member.status;
      if (!member.stdout.locked) await member.stdout.cancel();
    }
    await network.down();
  }
}
