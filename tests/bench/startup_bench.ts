/**
 * How soon each daemon of a node can be reached after the node was started, and what it weighs then
 * and when it is idle.
 *
 * One node is started by its recovery manager, as in production; a client on its socket hears which
 * services come, and when. The last one is weighed a second time when its start is over.
 *
 * @module
 */
import { socketOf } from "../../daemons/site/sockets.ts";
import { Link } from "../../daemons/runtime/link.ts";
import { memoryOf } from "../../daemons/mgmtd/local_nodes/memory.ts";
import { startManager } from "../../daemons/mgmtd/local_nodes/start_manager.ts";
import { socketPipe } from "../../daemons/runtime/pipe.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/startup`;
const run = `${folder}/run`;
const mark = "HA_NODE=startup/alice";
const socket = socketOf({ run }, "cluster");
/** Starts of one measurement. */
const starts = 5;
/** Milliseconds until a node is idle: each process has collected what its start has left. */
const idleMs = 15_000;
/** Milliseconds a node may take. */
const readyMs = 20_000;
/** The service by which each daemon is known to be there. */
const daemons = { heartbeat: "heartbeat", cluster: "crmd", stonithd: "stonithd", lrmd: "lrmd" };

const times = new Map<string, number[]>();
const weights = new Map<string, number[]>();
/** The same of an idle node. */
const idle = new Map<string, number[]>();
for (let count = 1; count <= starts; count++) await start(count === starts);
const median = (values: readonly number[] | undefined): number =>
  [...values ?? []].sort((a, b) => a - b)[Math.floor((values?.length ?? 0) / 2)] ?? Number.NaN;
console.log(
  `median of ${starts} starts of a node: milliseconds until reachable, MiB (PSS) then, and idle`,
);
for (const name of ["recoverymgrd", ...Object.keys(daemons), "pengine"]) {
  const ms = times.get(name);
  console.log(
    `${name.padEnd(14)} ${ms === undefined ? "      " : median(ms).toFixed(0).padStart(6)} ms ` +
      `${median(weights.get(name)).toFixed(1).padStart(6)} MiB ` +
      `${median(idle.get(name)).toFixed(1).padStart(6)} MiB`,
  );
}
const whole = median(idle.get("whole"));
console.log(
  `a whole node of one, its plugins too: ${median(weights.get("whole")).toFixed(0)} MiB, ` +
    `idle ${whole.toFixed(0)} MiB; Pacemaker and Corosync: 130 MB, ratio ${
      (whole / 124).toFixed(2)
    }`,
);

async function start(untilIdle: boolean): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(run, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(`${folder}/authkeys`, "auth 1\n1 sha1 measured\n", { mode: 0o600 });
  const config = `${folder}/node.json`;
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      cluster: "startup",
      node: "alice",
      nodes: ["alice"],
      state: `${folder}/state`,
      run,
      authkeys: `${folder}/authkeys`,
      media: [{
        plugin: "medium/ucast",
        address: "127.0.0.1",
        port: 19_694,
        peers: [{ address: "127.0.0.1", port: 19_695 }],
      }],
    }),
  );
  const from = performance.now();
  const node = startManager({
    project,
    mark: "startup/alice",
    config,
    folders: [folder],
    log: `${folder}/log`,
  });
  try {
    const seen = await reached(from);
    for (const [name, ms] of seen) times.set(name, [...times.get(name) ?? [], ms]);
    await weighed(weights);
    if (untilIdle) {
      await new Promise((resolve) => setTimeout(resolve, idleMs));
      await weighed(idle);
    }
  } finally {
    node.kill("SIGTERM");
    await node.status;
    await Deno.remove(folder, { recursive: true });
  }
}

/** When each daemon's service was announced, in milliseconds. */
async function reached(from: number): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  let connection: Deno.Conn | undefined;
  while (connection === undefined) {
    connection = await Deno.connect({ transport: "unix", path: socket }).catch(() => undefined);
    if (performance.now() - from > readyMs) throw new Error("the node cannot be reached");
    if (connection === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("a daemon cannot be reached")), readyMs);
    const link = new Link(socketPipe(connection), {
      onServices(_link, _process, services) {
        for (const [name, service] of Object.entries(daemons)) {
          if (services.includes(service) && !seen.has(name)) {
            seen.set(name, performance.now() - from);
          }
        }
        if (seen.size < Object.keys(daemons).length) return;
        clearTimeout(late);
        link.close("measured");
        resolve();
      },
      onEnvelope() {},
      onClosed() {},
    });
    void link.read();
  });
  return seen;
}

async function weighed(into: Map<string, number[]>): Promise<void> {
  let whole = 0;
  for (const { program, pssMb } of await memoryOf(mark)) {
    whole += pssMb;
    into.set(program, [...into.get(program) ?? [], pssMb]);
  }
  into.set("whole", [...into.get("whole") ?? [], whole]);
}
