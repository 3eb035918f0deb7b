/**
 * `ha status`: nodes and resources, as people know it from `crm_mon -1`.
 *
 * @module
 */
import { clusterState, clusterText } from "../cluster_status.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";
import { heartbeatStatus } from "../heartbeat_status.ts";
import { clusterSockets, nobodyAnswers, readLiveCib, socketGrant } from "../live_cib.ts";
import { pingText, readPings } from "../ping_status.ts";
import { readWatchdog, watchdogText } from "../watchdog_status.ts";

/** The sockets beside them that heartbeat listens on. */
const heartbeatSockets = (clusterSockets: readonly string[]): string[] =>
  clusterSockets.map((path) => path.replace(/cluster\.sock$/, "heartbeat.sock"));

/** The command. */
export const status: Command = {
  path: ["status"],
  summary: "Show the nodes and the resources of the cluster",
  options: {
    run: { type: "string", value: "FOLDER", summary: "Run folder of the node to ask" },
    json: { type: "boolean", summary: "Print one JSON object" },
    "1": { type: "boolean", short: "1", summary: "Print once and end: what it does anyway" },
  },
  grant(call, where) {
    const paths = clusterSockets(call, where);
    return socketGrant([...paths, ...heartbeatSockets(paths)]);
  },
  async run(call, io, where) {
    const tried = clusterSockets(call, where);
    const xml = await readLiveCib(tried);
    if (xml === undefined) {
      io.err(nobodyAnswers(tried));
      return exit.disconnected;
    }
    const state = clusterState(xml);
    const heartbeat = await heartbeatStatus(heartbeatSockets(tried));
    const [pings, watchdog] = [readPings(heartbeat), readWatchdog(heartbeat)];
    io.out(
      call.options.json
        ? `${JSON.stringify({ ...state, pings, watchdog }, undefined, 2)}\n`
        : clusterText(state) + pingText(pings) + watchdogText(watchdog),
    );
    return exit.ok;
  },
};
