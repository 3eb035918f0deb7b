/**
 * `ha status`: nodes and resources, as people know it from `crm_mon -1`.
 *
 * @module
 */
import { stateOption, storedGrant } from "../stored_cib.ts";
import { pause } from "../../../metadata/timer.ts";
import { statusFile } from "../../recoverymgrd/doors/node.ts";
import type { Command } from "../command.ts";
import { limitOptions } from "../limits.ts";
import {
  clusterSocket,
  heartbeatSocket,
  runFolderOf,
  runOption,
  socketGrant,
} from "../node_sockets.ts";

/** Milliseconds between two looks of `--watch`. */
const watchMs = 1_000;

/** The command. */
export const status: Command = {
  path: ["status"],
  summary: "Show the nodes and the resources of the cluster",
  details: `Shows the cluster from the viewpoint of one node, and the state of that node.
Exit codes: 0 the output is current; 69 a daemon of the node does not answer;
75 the node does not have the coordinator's CIB yet; 102 no node answers; 106 no quorum;
77 this user may read the CIB at most, which is shown, and not ask the daemons.
Where no node answers, it shows the CIB on the disk of this machine's node, with a warning.`,
  options: {
    run: runOption,
    state: stateOption,
    json: { type: "boolean", summary: "Print one JSON object" },
    check: {
      type: "boolean",
      summary:
        "One line for a monitoring system; exit codes 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN",
    },
    watch: { type: "boolean", summary: "Show it again each time that it changes, until Ctrl-C" },
    "1": { type: "boolean", short: "1", summary: "Print once and exit (always the case)" },
    ...limitOptions,
  },
  endsSoon: ({ options: { watch } }) => watch !== true,
  grant(call, where) {
    const sockets = socketGrant(clusterSocket(call, where), heartbeatSocket(call, where));
    const status = statusFile(runFolderOf(call, where));
    return { ...sockets, read: [...sockets.read, status, ...storedGrant(call, where)] };
  },
  async run(call, io, where) {
    // The engine is loaded by the process that shows the status, not by the one that starts it.
    const { checkStatus, showStatus } = await import("../status/show_status.ts");
    const sockets = {
      cluster: clusterSocket(call, where),
      heartbeat: heartbeatSocket(call, where),
    };
    const nowS = () => Math.floor(Date.now() / 1000);
    if (call.options.check === true) return await checkStatus(sockets, nowS(), io);
    const how = {
      run: runFolderOf(call, where),
      json: call.options.json === true,
      stored: async () => {
        const { storedCib, storedFolder, storedWarning } = await import("../stored_cib.ts");
        const cib = await storedCib(call, where);
        const warning = cib && storedWarning(cib, storedFolder(call, where));
        return cib === undefined || warning === undefined ? undefined : { cib, warning };
      },
    };
    if (call.options.watch !== true) return await showStatus(sockets, { ...how, nowS: nowS() }, io);
    const { watchStatus } = await import("../status/watch.ts");
    return await watchStatus((shown) => showStatus(sockets, { ...how, nowS: nowS() }, shown), io, {
      now: () => new Date().toISOString(),
      pause: () => pause(watchMs),
    });
  },
};
