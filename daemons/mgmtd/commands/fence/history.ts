/**
 * `ha fence history`: the fencings of the cluster, which every node remembers.
 *
 * @module
 */
import type { Command } from "../../command.ts";
import { exit } from "../../exit.ts";
import { clusterSocket, runOption, socketGrant } from "../../node_sockets.ts";
import { withNode } from "../../node_client.ts";
import { statusOf } from "../../status/node_report.ts";
import { fencingText, readFencings } from "../../why/fencings.ts";

/** `ha fence history [NODE]` */
export const history: Command = {
  path: ["fence", "history"],
  summary: "Show the fencings of the cluster: who asked and why, which device, why it failed",
  positionals: "[NODE]",
  details:
    `Nodes tell each other: all of them remember the last 100. They are gone when every stonithd has
ended.`,
  options: {
    run: runOption,
    json: { type: "boolean", summary: "Print one JSON array, oldest first" },
  },
  grant: (call, where) => socketGrant(clusterSocket(call, where)),
  async run(call, io, where) {
    return await withNode(clusterSocket(call, where), io, async (client) => {
      const answers = { stonithd: await statusOf(client, "stonithd") };
      const [node] = call.positionals;
      const found = readFencings({ answers, cib: undefined, results: undefined, silent: [] })
        .filter(({ target }) => node === undefined || target === node);
      io.out(
        call.options.json === true
          ? `${JSON.stringify(found, null, 2)}\n`
          : found.length === 0
          ? ["No fencing is remembered."]
          : found.map((one) => `${one.target}: ${fencingText(one)}`),
      );
      return exit.ok;
    });
  },
};
