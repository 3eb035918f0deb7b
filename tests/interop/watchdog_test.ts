/**
 * A whole node with a watchdog: heartbeat works for ten of its timeouts; the watchdog's own process is
 * killed, and is begun and armed anew; heartbeat hangs, is killed by it, is started again by the
 * recovery manager, and is watched again; then the node is stopped in good order.
 *
 * Needs neither root nor packages; it is here because it takes its time.
 *
 * @module
 */
import assert from "node:assert/strict";
import { socketOf } from "../../daemons/site/sockets.ts";
import { reportOf } from "../../daemons/mgmtd/status/node_report.ts";
import { freeUdpPorts } from "../../daemons/site/free_ports.ts";
import { guarded } from "../../daemons/mgmtd/local_nodes/guarded.ts";
import {
  clusterNameOf,
  type LocalCluster,
  markOf,
  nodeConfigOf,
  runFolder,
  writeLocalCluster,
} from "../../daemons/mgmtd/local_nodes/local_cluster.ts";
import { localNodes } from "../../daemons/mgmtd/local_nodes/nodes.ts";
import { readWatchdog } from "../../daemons/mgmtd/status/watchdog.ts";
import { filePath } from "../../pils/found.ts";
import { look } from "../../metadata/marked.ts";
import { pause, sh } from "../watched_heartbeat.ts";

const project = filePath(new URL("../..", import.meta.url));
const local: LocalCluster = {
  folder: `${project}/.test/watchdog`,
  cluster: clusterNameOf("watchdog", project),
  nodes: ["alice"],
};
const socket = socketOf({ run: runFolder(local, "alice") }, "heartbeat");
const timeoutMs = 1_000;
/** Milliseconds that the node may take to start, and heartbeat to be started again. */
const startMs = 40_000;
/** Milliseconds that a stop may take. */
const stopMs = 20_000;

const cib = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config/><nodes><node id="alice" uname="alice"/></nodes><resources/>
<constraints/></configuration><status/></cib>
`;

/** Of the processes of the node given, that of heartbeat. */
const heartbeatAmong = `
for id in "$@"; do
  tr '\\0' ' ' 2>/dev/null </proc/$id/cmdline | grep -q 'daemons/heartbeat/mod.ts' && echo $id
done
exit 0`;

/** Kills the child of a heartbeat that is a plugin. */
const killPlugin = `
for status in /proc/[0-9]*/status; do
  grep -q "^PPid:[[:space:]]*$1$" "$status" 2>/dev/null || continue
  folder=\${status%/status}
  grep -q boot_process "$folder/cmdline" && kill -s KILL "\${folder#/proc/}"
done
exit 0`;

async function untilArmedTwice(log: string): Promise<void> {
  for (const until = performance.now() + startMs; performance.now() < until; await pause(50)) {
    if ((await Deno.readTextFile(log)).split("is armed").length > 2) return;
  }
  throw new Error("the watchdog was not armed anew");
}

const heartbeatId = async () =>
  await sh(heartbeatAmong, ...(await look(markOf(local, "alice"))).map(String));

/** Waits until the watchdog is armed, of another process than `not`; gives the process. */
async function armed(not = ""): Promise<string> {
  for (const until = performance.now() + startMs; performance.now() < until; await pause(50)) {
    const id = await heartbeatId();
    if (id === "" || id === not) continue;
    const sockets = {
      cluster: socket.replace(/heartbeat\.sock$/, "cluster.sock"),
      heartbeat: socket,
    };
    const { heartbeat = null } = (await reportOf(sockets))?.answers ?? {};
    if (readWatchdog(heartbeat)?.state === "armed") return id;
  }
  throw new Error("the watchdog of heartbeat is not armed");
}

for (const tick of ["main", "worker"]) {
  Deno.test(`a watchdog watches the heartbeat of a node (tick ${tick})`, {
    permissions: {
      net: ["127.0.0.1", `unix:${socket}`],
      read: [project],
      write: [`${project}/.test`],
      run: [Deno.execPath(), "/bin/sh"],
    },
  }, async () => {
    await Deno.mkdir(`${project}/.test`, { recursive: true });
    const guard = await guarded(project, local);
    const log = `${local.folder}/alice.log`;
    const nodes = localNodes(project, local, () => log, guard);
    try {
      const [own = 0, nobody = 0] = freeUdpPorts(2);
      const times = { keepaliveMs: 100, deadtimeMs: 1_000 };
      await writeLocalCluster(local, cib, (node) => ({
        ...nodeConfigOf(local, node, { alice: own, nobody }, times),
        tick,
        watchdog: { plugin: "watchdog/process", timeoutMs },
      }));
      nodes.start("alice");
      const first = await armed();
      await pause(10 * timeoutMs);
      assert.equal(await heartbeatId(), first, "it works, and was not bitten");

      // The plugin's own process dies: it is begun anew, and armed anew.
      await sh(killPlugin, first);
      await untilArmedTwice(log);
      await pause(2 * timeoutMs);
      assert.equal(await heartbeatId(), first, "and it was not bitten for that");

      const from = performance.now();
      await sh('kill -s STOP "$1"', first);
      await armed(first);
      console.log(`tick ${tick}: armed again ${Math.round(performance.now() - from)} ms after`);
      assert.match(await Deno.readTextFile(log), /heartbeat.*SIGKILL|heartbeat.*137/);

      await nodes.stop("alice", stopMs);
      assert.match(await Deno.readTextFile(log), /watchdog\/process is disarmed/);
      assert.deepEqual(await look(markOf(local, "alice")), []);
    } catch (error) {
      console.log(await Deno.readTextFile(log).catch(() => "no log"));
      throw error;
    } finally {
      await nodes.close();
    }
  });
}
