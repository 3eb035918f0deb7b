/**
 * Messages between services of two and of three nodes: in order, acknowledged, signed, over the
 * loopback, through the very machines and driver of production. With the service in heartbeat's own
 * process, and as a client in a process of its own on heartbeat's socket.
 *
 * In the same run, where root and Debian's packages are there, the local API of C heartbeat and
 * Corosync's CPG between as many nodes (in network namespaces, over bridged Ethernet; CPG without
 * signatures), and what Deno does with bare UDP. Ratios are to what this run has measured.
 *
 * What else the machine does changes all of it: the figures of bare UDP tell how much.
 *
 *     deno task bench stream [--packet-bytes 1450] [--nodes 2] [--where apart] [--alone]
 *
 * `--alone`: without the others.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { flagsOf } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";
import { measureCpg, missingForCpg } from "./cpg.ts";
import { scratch } from "../interop/media_lab.ts";
import { measureHeartbeatC, missingForHeartbeatC } from "./heartbeat_c.ts";
import { type Peer, type PeerFigures, shown } from "./peer.ts";
import type { StreamOptions } from "./stream_node.ts";
import { type Quantiles, sizes, type StreamFigures } from "./stream_service.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/stream`;
const names = ["a", "b", "c"];
/** Milliseconds that one measurement may take. */
const measureMs = 180_000;
/** The peers that this run has measured. */
const peers: Peer[] = [];

const { values } = parseArgs({
  args: Deno.args,
  options: {
    "packet-bytes": { type: "string", multiple: true, default: ["16000", "1450"] },
    nodes: { type: "string", multiple: true, default: ["2", "3"] },
    where: { type: "string", multiple: true, default: ["inside", "apart"] },
    alone: { type: "boolean", default: false },
    profile: { type: "string" },
  },
});

/** A process of the measurement. */
function start(options: StreamOptions): Deno.ChildProcess {
  const sockets = options.socket === undefined ? [] : [options.socket];
  const what = `${options.node}-${options.heartbeat ? "heartbeat" : ""}-${options.service ?? ""}`;
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${project}/deno.json`,
      ...(values.profile === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`, `--cpu-prof-name=${what}.cpuprofile`]),
      ...flagsOf({
        net: ["127.0.0.1", ...sockets.map((path) => `unix:${path}`)],
        read: [project, ...sockets],
        write: sockets,
      }),
      `${project}/tests/bench/stream_node.ts`,
      JSON.stringify(options),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function measure(nodes: number, apart: boolean, packetBytes: number): Promise<void> {
  const ports = Object.fromEntries(
    names.slice(0, nodes).map((name, at) => [name, 17_694 + at]),
  );
  const children: Deno.ChildProcess[] = [];
  let figures: Deno.ChildProcess | undefined;
  for (const node of Object.keys(ports)) {
    const service = node === "a" ? "sender" : "receiver";
    const common = { node, ports, packetBytes };
    const socket = `${folder}/${node}.sock`;
    const made = apart
      ? [
        start({ ...common, heartbeat: true, socket }),
        start({ ...common, heartbeat: false, service, socket }),
      ]
      : [start({ ...common, heartbeat: true, service })];
    children.push(...made);
    if (node === "a") figures = made.at(-1);
  }
  const late = setTimeout(() => children.forEach((child) => child.kill("SIGKILL")), measureMs);
  try {
    let rest = "";
    let seen = 0;
    for await (const text of figures!.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        show(nodes, apart, packetBytes, JSON.parse(line));
        seen++;
      }
      if (seen === sizes.length) break;
    }
    if (seen < sizes.length) throw new Error("a process of the measurement ended early");
  } finally {
    clearTimeout(late);
    for (const child of children) {
      await child.stdin.close().catch(() => {});
      await child.status;
      if (!child.stdout.locked) await child.stdout.cancel();
    }
  }
}

function show(nodes: number, apart: boolean, packetBytes: number, figures: StreamFigures): void {
  const both = ({ p50, p99 }: Quantiles) => `${p50.toFixed(3)} / ${p99.toFixed(3)}`;
  const { bytes, perSecond, oneWay, first, last } = figures;
  console.log(
    `${nodes} nodes, ${apart ? "clients apart" : "inside       "}, packets of ${packetBytes} B, ` +
      `${String(bytes).padStart(4)} B: ${
        Math.round(perSecond).toLocaleString("en").padStart(7)
      }/s, ` +
      `one way ${both(oneWay)} ms, round trip ${both(first)} ms` +
      (nodes > 2 ? `, of all ${both(last)} ms` : ""),
  );
  for (const peer of peers) {
    const its = peer.nodes === nodes && peer.figures.find((figures) => figures.bytes === bytes);
    if (!its) continue;
    console.log(
      `${" ".repeat(9)}${ratio(perSecond / its.perSecond)} times the rate of ${peer.name}, ` +
        `${ratio(first.p50 / its.p50)} times its round trip`,
    );
  }
}

const ratio = (value: number): string => value.toFixed(value < 0.1 ? 4 : 2);

/** What others do between so many nodes, measured now; says what cannot be. */
async function measurePeers(nodes: number): Promise<void> {
  const ways = [
    ["C heartbeat", missingForHeartbeatC, () => measureHeartbeatC(nodes, folder)],
    ["CPG", missingForCpg, () => measureCpg(nodes)],
  ] as const;
  for (const [name, missing, measure] of ways) {
    const why = await missing();
    if (why !== undefined) {
      console.log(`${nodes} nodes, ${name}: not measured: ${why}`);
      continue;
    }
    const peer = await measure();
    peers.push(peer);
    for (const figures of peer.figures) console.log(shown(peer, figures));
  }
}

/** Bare UDP from one process to the others. */
async function measureFloor(nodes: number, packetBytes: number): Promise<void> {
  const ports = names.slice(0, nodes).map((_, at) => 17_704 + at);
  const start = (words: readonly number[]) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        `--config=${project}/deno.json`,
        "--allow-net=127.0.0.1",
        `${project}/tests/bench/udp_floor.ts`,
        ...[packetBytes, ...words].map(String),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  const receivers = ports.slice(1).map((port) => start([port]));
  // They are there a moment later.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const sender = start(ports);
  const late = setTimeout(() => sender.kill("SIGKILL"), measureMs);
  try {
    const { stdout } = await sender.output();
    const figures: PeerFigures = JSON.parse(new TextDecoder().decode(stdout));
    console.log(shown({ name: "Deno's bare UDP", nodes, figures: [] }, figures));
  } finally {
    clearTimeout(late);
    for (const receiver of receivers) {
      receiver.kill("SIGKILL");
      await receiver.stdout.cancel();
      await receiver.status;
    }
  }
}

await Deno.mkdir(folder, { recursive: true });
try {
  console.log("messages a second to every other node; one way and round trip p50 / p99");
  for (const nodes of values.alone ? [] : values.nodes) await measurePeers(Number(nodes));
  for (const packetBytes of values["packet-bytes"]) {
    for (const nodes of values.nodes) {
      await measureFloor(Number(nodes), Number(packetBytes));
      for (const where of values.where) {
        await measure(Number(nodes), where === "apart", Number(packetBytes));
      }
    }
  }
} finally {
  for (const made of [folder, scratch]) await Deno.remove(made, { recursive: true });
}
