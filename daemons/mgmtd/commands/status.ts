/**
 * `ha status`: nodes and resources, as people know it from `crm_mon -1`.
 *
 * @module
 */
import { statusFile } from "../../recoverymgrd/doors/node.ts";
import type { Command } from "../command.ts";
import {
  clusterSocket,
  heartbeatSocket,
  runFolderOf,
  runOption,
  socketGrant,
} from "../node_sockets.ts";

/** The command. */
export const status: Command = {
  path: ["status"],
  summary: "Show the nodes and the resources of the cluster",
  details: `Shows the cluster from the viewpoint of one node, and the state of that node.
Exit codes: 0 the output is current; 69 a daemon of the node does not answer;
75 the node does not have the coordinator's CIB yet; 102 no node answers; 106 no quorum.`,
  options: {
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON object" },
    "1": { type: "boolean", short: "1", summary: "Print once and exit (always the case)" },
  },
  grant(call, where) {
    const sockets = socketGrant(clusterSocket(call, where), heartbeatSocket(call, where));
    return { ...sockets, read: [...sockets.read, statusFile(runFolderOf(call, where))] };
  },
  async run(call, io, where) {
    // The engine is loaded by the process that shows the status, not by the one that starts it.
    const { showStatus } = await import("../status/show_status.ts");
    return await showStatus(
      { cluster: clusterSocket(call, where), heartbeat: heartbeatSocket(call, where) },
      {
        run: runFolderOf(call, where),
        json: call.options.json === true,
        nowS: Math.floor(Date.now() / 1000),
      },
      io,
    );
  },
};
