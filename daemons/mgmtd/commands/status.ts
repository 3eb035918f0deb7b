/**
 * `ha status`: nodes and resources, as people know it from `crm_mon -1`.
 *
 * @module
 */
import { connect } from "../../client.ts";
import type { Message } from "../../messages.ts";
import { clusterState, clusterText } from "../cluster_status.ts";
import type { Call, Command, Where } from "../command.ts";
import { demoNodes, runFolder } from "../demo/files.ts";
import { exit } from "../exit.ts";

/** Milliseconds a node may take to answer. */
const answerMs = 5_000;

/** Sockets that are tried in turn: the one asked for, else this machine's node, else the demo's. */
function sockets({ options }: Call, { project }: Where): string[] {
  if (typeof options.run === "string") return [`${options.run}/cluster.sock`];
  return ["/run/ha", ...demoNodes.map((node) => runFolder(project, node))]
    .map((folder) => `${folder}/cluster.sock`);
}

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
    const paths = sockets(call, where);
    return { net: paths.map((path) => `unix:${path}`), read: paths, write: paths };
  },
  async run(call, io, where) {
    const tried = sockets(call, where);
    for (const path of tried) {
      const client = await connect(path).catch(() => undefined);
      if (client === undefined) continue;
      await using _open = client;
      const { xml } = await client.ask(
        "cib",
        { type: "cib/query", id: "status" },
        (message): message is Extract<Message, { type: "cib/document" }> =>
          message.type === "cib/document",
        answerMs,
      );
      const state = clusterState(xml);
      io.out(call.options.json ? `${JSON.stringify(state, undefined, 2)}\n` : clusterText(state));
      return exit.ok;
    }
    io.err(
      `No node of a cluster answers on this machine. Tried:\n${
        tried.map((path) => `  ${path}\n`).join("")
      }Start one, or name its run folder with --run.\n`,
    );
    return exit.disconnected;
  },
};
