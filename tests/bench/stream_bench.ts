/**
 * Messages between services of two and of three nodes: in order, acknowledged, signed, over the
 * loopback, through the very machines and driver of production. With the service in heartbeat's own
 * process, and as a client in a process of its own on heartbeat's socket.
 *
 * Beside them what Corosync's CPG does between three nodes without crypto, and the round trips of
 * C heartbeat's local API: measured with C clients on an idle machine of this size, not in this run.
 * For CPG in this run, with clients written for Deno, name `corosync` before it.
 *
 *     deno task bench [corosync] stream [--packet-bytes 1450] [--nodes 2] [--where apart]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { flagsOf } from "../../daemons/flags.ts";
import type { StreamOptions } from "./stream_node.ts";
import { type Quantiles, sizes, type StreamFigures } from "./stream_service.ts";

const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const folder = `${project}/.test/stream`;
const names = ["a", "b", "c"];
/** CPG between three nodes, by bytes: messages a second, milliseconds to the first reply. */
const cpg: Readonly<Record<number, { readonly perSecond: number; readonly replyMs?: number }>> = {
  200: { perSecond: 56_541, replyMs: 0.45 },
  1_400: { perSecond: 43_649 },
};
/** Milliseconds of a round trip between clients of C heartbeat. */
const heartbeatReplyMs = 60;
/** Milliseconds that one measurement may take. */
const measureMs = 120_000;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    "packet-bytes": { type: "string", multiple: true, default: ["16000", "1450"] },
    nodes: { type: "string", multiple: true, default: ["2", "3"] },
    where: { type: "string", multiple: true, default: ["inside", "apart"] },
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
  const peer = cpg[bytes];
  if (nodes !== 3 || peer === undefined) return;
  const ratios = [
    `${(perSecond / peer.perSecond).toFixed(2)} of CPG's rate`,
    ...(peer.replyMs === undefined
      ? []
      : [`${(first.p50 / peer.replyMs).toFixed(2)} times its round trip`]),
    `${(first.p50 / heartbeatReplyMs).toFixed(4)} of C heartbeat's`,
  ];
  console.log(`${" ".repeat(9)}${ratios.join(", ")}`);
}

await Deno.mkdir(folder, { recursive: true });
try {
  console.log("messages a second to every other node; one way and round trip p50 / p99");
  for (const packetBytes of values["packet-bytes"]) {
    for (const nodes of values.nodes) {
      for (const where of values.where) {
        await measure(Number(nodes), where === "apart", Number(packetBytes));
      }
    }
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
