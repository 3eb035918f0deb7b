/**
 * `ha metrics`: the status for Prometheus.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { exit } from "../exit.ts";
import {
  clusterSocket,
  heartbeatSocket,
  nobodyAnswers,
  runOption,
  socketGrant,
} from "../node_sockets.ts";

/** The command. */
export const metrics: Command = {
  path: ["metrics"],
  summary: "Print the status as metrics for Prometheus",
  details:
    "The names are those of ha_cluster_exporter. Write the output to a file of node_exporter's\n" +
    "textfile collector, for example every 15 s by a timer of systemd.",
  options: { run: runOption },
  grant: (call, where) => socketGrant(clusterSocket(call, where), heartbeatSocket(call, where)),
  async run(call, io, where) {
    const sockets = {
      cluster: clusterSocket(call, where),
      heartbeat: heartbeatSocket(call, where),
    };
    const { reportOf } = await import("../status/node_report.ts");
    const { warnings } = await import("../status/node_text.ts");
    const { nodeView } = await import("../status/node_view.ts");
    const { believedCib } = await import("../status/believed_cib.ts");
    const { clusterState, workingSet } = await import("../status/cluster_state.ts");
    const { metricsText } = await import("../status/metrics.ts");
    const report = await reportOf(sockets);
    if (report === undefined) {
      // A scraper wants to know that the cluster is down, and not that there is nothing to scrape.
      io.out("# HELP ha_node_up Whether a node runs here\n# TYPE ha_node_up gauge\nha_node_up 0\n");
      io.err(nobodyAnswers(sockets.cluster));
      return exit.disconnected;
    }
    const view = nodeView(report);
    if (view.asUser) {
      // Figures that this user may not see would look as if everything had failed.
      io.err(warnings(view));
      return exit.permission;
    }
    const cib = believedCib(report, view);
    const set = cib === undefined ? undefined : workingSet(cib, Math.floor(Date.now() / 1000));
    const changed = Date.parse(cib?.attributes["cib-last-written"] ?? "");
    io.out("# HELP ha_node_up Whether a node runs here\n# TYPE ha_node_up gauge\nha_node_up 1\n");
    io.out(metricsText({
      cluster: set === undefined ? undefined : clusterState(set),
      view,
      fencing: set?.options.stonithEnabled,
      changedS: Number.isNaN(changed) ? undefined : changed / 1000,
    }));
    return exit.ok;
  },
};
