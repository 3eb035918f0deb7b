/**
 * `ha status`: nodes and resources, as people know it from `crm_mon -1`.
 *
 * @module
 */
import { clusterState, clusterText } from "../cluster_status.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";
import { clusterSockets, nobodyAnswers, readLiveCib, socketGrant } from "../live_cib.ts";

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
    return socketGrant(clusterSockets(call, where));
  },
  async run(call, io, where) {
    const tried = clusterSockets(call, where);
    const xml = await readLiveCib(tried);
    if (xml === undefined) {
      io.err(nobodyAnswers(tried));
      return exit.disconnected;
    }
    const state = clusterState(xml);
    io.out(call.options.json ? `${JSON.stringify(state, undefined, 2)}\n` : clusterText(state));
    return exit.ok;
  },
};
