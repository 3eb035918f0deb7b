/**
 * Our nodes over Corosync alone: three network namespaces, in each Debian's corosync and a node of ours
 * that has no other medium and no right to the network.
 *
 *     deno task interop media_corosync
 *
 * Needs root and Debian's corosync; without them it says so and ends well.
 *
 * @module
 */
import {
  allActive,
  type Case,
  deadtimeMs,
  isRoot,
  keepaliveMs,
  Network,
  noDeath,
  type NodePlan,
  OurNode,
  pause,
  project,
  runCases,
  scratch,
  sh,
  until,
} from "./media_lab.ts";

const numbers = [1, 2, 3];
const names = numbers.map((number) => `n${number}`);
/** Corosync's own: after about 2.2 times as long its survivors speak again. */
const tokenMs = 300;
/** Times of a cluster that lives through the loss of a Corosync. */
const slow = { keepaliveMs: 500, deadtimeMs: 5_000, initdeadMs: 8_000 };
const kills = 5;

/** A Corosync, running. */
class Corosync {
  readonly #child: Deno.ChildProcess;

  constructor(network: Network, node: number) {
    const folder = `${scratch}/corosync${node}`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(`${folder}/corosync.conf`, configuration(folder));
    this.#child = new Deno.Command("bash", {
      // Each has a /run of its own, as nodes do; its sockets belong to the network namespace.
      args: ["-c", 'exec "$@" > "$0/log" 2>&1', folder, ...network.within(node)].concat([
        ..."unshare --mount bash -c".split(" "),
        'mount -t tmpfs tmpfs /run && exec corosync -f -c "$0"',
        `${folder}/corosync.conf`,
      ]),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* gone */ }
    await this.#child.status;
    // What it shared with its clients, and could not put away itself.
    await sh('rm -rf /dev/shm/qb-"$1"-* /dev/shm/qb-corosync-"$1"-*', String(this.#child.pid));
  }
}

const configuration = (folder: string): string =>
  `totem {
  version: 2
  cluster_name: media
  transport: udpu
  token: ${tokenMs}
  crypto_cipher: none
  crypto_hash: none
}
nodelist {
${numbers.map((n) => `  node {\n    ring0_addr: 10.78.0.${n}\n    nodeid: ${n}\n  }`).join("\n")}
}
quorum {
  provider: corosync_votequorum
}
logging {
  to_stderr: yes
  to_syslog: no
}
system {
  state_dir: ${folder}
}
`;

/** A cluster, and what can be done to it. */
class Cluster {
  readonly network = new Network(numbers.length);
  readonly corosyncs = new Map<number, Corosync>();
  readonly nodes = new Map<number, OurNode>();

  constructor(readonly times: Partial<NodePlan> = {}) {}

  async up(): Promise<void> {
    await this.network.up();
    for (const node of numbers) this.corosyncs.set(node, new Corosync(this.network, node));
    await this.answers(...numbers);
    for (const node of numbers) this.start(node);
    await this.active();
  }

  /** Waits until the process group of all these can be joined. */
  async answers(...nodes: readonly number[]): Promise<void> {
    for (const node of nodes) {
      const [, , , name = ""] = this.network.within(node);
      await until(
        () => sh('ip netns exec "$1" corosync-cpgtool', name).then(() => true, () => false),
        15_000,
        `Corosync of node ${node} does not answer`,
      );
    }
  }

  start(node: number): OurNode {
    const started = new OurNode({
      name: `n${node}`,
      nodes: names,
      within: this.network.within(node),
      media: [{ link: "corosync0", plugin: "medium/corosync", config: { name: "media" } }],
      chatMs: 20,
      ...this.times,
    });
    this.nodes.set(node, started);
    return started;
  }

  async active(): Promise<void> {
    await allActive([...this.nodes.values()], 20_000);
  }

  async down(): Promise<void> {
    for (const node of this.nodes.values()) await node.kill();
    for (const corosync of this.corosyncs.values()) await corosync.kill();
    await this.network.down();
  }
}

async function cluster(
  act: (cluster: Cluster) => Promise<string>,
  times?: Partial<NodePlan>,
): Promise<string> {
  const made = new Cluster(times);
  try {
    await made.up();
    return await act(made);
  } finally {
    await made.down();
  }
}

/** How long each of the others needed to call a node dead. */
async function noticed(cluster: Cluster, dead: number, since: number): Promise<number[]> {
  const others = numbers.filter((node) => node !== dead).map((node) => cluster.nodes.get(node)!);
  const took = [];
  for (const node of others) {
    const at = () => node.saw(`n${dead}`, "dead", since);
    await until(() => at() !== undefined, 10_000, `${node.name} did not notice`);
    took.push(at()! - since);
  }
  return took;
}

/** They are members, messages are in order, and each of some deaths is noticed in time. */
async function killed(cluster: Cluster): Promise<string> {
  const from = Date.now();
  await pause(6_500);
  noDeath([...cluster.nodes.values()], from);
  for (const node of cluster.nodes.values()) {
    for (const other of names.filter((name) => name !== node.name)) {
      const { count, disorder } = node.heard(other);
      if (count === 0 || disorder > 0) throw new Error(`${node.name}: ${disorder} of ${count}`);
    }
  }
  const took: number[] = [];
  for (let turn = 0; turn < kills; turn++) {
    const victim = numbers[turn % numbers.length]!;
    const at = Date.now();
    await cluster.nodes.get(victim)!.kill();
    took.push(...await noticed(cluster, victim, at));
    cluster.start(victim);
    await cluster.active();
  }
  took.sort((a, b) => a - b);
  const limitMs = deadtimeMs + keepaliveMs;
  // One of ten may be late by what a busy machine takes for three programs; not the half of them.
  if (took[took.length >> 1]! > limitMs || took.at(-1)! > limitMs + 2 * keepaliveMs) {
    throw new Error(`noticed after ${took.join(", ")} ms`);
  }
  return `${kills} kills noticed after ${took[0]} to ${took.at(-1)} ms, median ` +
    `${took[took.length >> 1]} (deadtime ${deadtimeMs}, keepalive ${keepaliveMs})`;
}

/** A Corosync dies under a living node: that node is lost, the others stay; and it comes back. */
async function corosyncDies(cluster: Cluster): Promise<string> {
  const at = Date.now();
  await cluster.corosyncs.get(3)!.kill();
  const took = await noticed(cluster, 3, at);
  const limitMs = slow.deadtimeMs + slow.keepaliveMs;
  if (Math.max(...took) > limitMs) throw new Error(`noticed after ${took.join(", ")} ms`);
  const [n1, n2] = [cluster.nodes.get(1)!, cluster.nodes.get(2)!];
  if (n1.saw("n2", "dead", at) ?? n2.saw("n1", "dead", at)) {
    throw new Error("the others fell apart");
  }
  cluster.corosyncs.set(3, new Corosync(cluster.network, 3));
  await cluster.answers(3);
  await cluster.active();
  return `noticed after ${took.join(" and ")} ms, the others stayed; back with its Corosync`;
}

/** The plugin keeps its contract where a Corosync runs. */
async function conformance(cluster: Cluster): Promise<string> {
  const said = await sh(
    'cd "$1"; shift; NO_COLOR=1 "$@" 2>&1',
    project,
    ...cluster.network.within(1),
    ...[Deno.execPath(), "test", "--no-prompt", `--allow-read=${project}`],
    ...[`--allow-run=${Deno.execPath()},/bin/sh`, "--allow-env=DENO_DIR,HOME,XDG_CACHE_HOME"],
    "plugins/medium/corosync",
  );
  const summary = /^ok \| .*$/m.exec(said)?.[0] ?? said;
  if (!/0 failed/.test(summary) || /ignored/.test(summary)) throw new Error(said);
  return summary;
}

const cases: readonly Case[] = [
  { name: "three members", act: () => cluster(killed) },
  { name: "a Corosync dies", act: () => cluster(corosyncDies, slow) },
  { name: "conformance", act: () => cluster(conformance) },
];

const there = await sh("command -v corosync corosync-cpgtool").then(() => true, () => false);
await runCases(
  cases,
  !await isRoot()
    ? "network namespaces need root"
    : there
    ? undefined
    : "corosync is not on this machine",
);
