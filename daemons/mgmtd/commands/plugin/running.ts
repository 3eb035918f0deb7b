/**
 * `ha plugin ls --running`: what the processes of this machine's node have loaded, at which level, with
 * which permissions, for how many, and how that went.
 *
 * @module
 */
import { z } from "zod";
import { permissionNames } from "../../../../metadata/manifest.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import type { TreeNode } from "../../../../pils/loader_types.ts";
import { type Client, connect } from "../../../runtime/client.ts";
import type { Message } from "../../../runtime/messages.ts";
import { reportedBy, reportOf } from "../../../runtime/plugin_report.ts";
import type { Call, Io, Where } from "../../command.ts";
import { columns } from "../../columns.ts";
import { exit } from "../../exit.ts";
import { clusterSocket, nobodyAnswers } from "../../node_sockets.ts";

/** Milliseconds a process may take to answer. */
const answerMs = 5_000;

const nodeSchema: z.ZodType<TreeNode> = z.lazy(() =>
  z.object({
    id: z.string(),
    instance: z.number(),
    isolation: z.enum(["inline", "worker", "process"]),
    permissions: z.partialRecord(z.enum(permissionNames), z.array(z.string())),
    references: z.number(),
    restarts: z.number(),
    loadMs: z.number(),
    children: z.array(nodeSchema),
  })
);
const treeSchema = z.array(nodeSchema);

/** What one process has loaded; nothing if it did not answer. */
export interface Report {
  readonly process: string;
  readonly tree: readonly TreeNode[];
  readonly problem?: string;
}

/** Prints what the first node that answers has loaded. */
export async function running(call: Call, io: Io, where: Where): Promise<number> {
  const path = clusterSocket(call, where);
  let client: Client;
  try {
    client = await connect(path);
  } catch (error) {
    io.err(
      nobodyAnswers(path, error instanceof Deno.errors.NotFound ? undefined : messageOf(error)),
    );
    return exit.disconnected;
  }
  await using open = client;
  const reports = await reportsOf(open);
  io.out(call.options.json ? `${JSON.stringify(reports, null, 2)}\n` : textOf(reports));
  return reports.some(({ problem }) => problem !== undefined) ? exit.unavailable : exit.ok;
}

/** What every process that can be reached has loaded. */
export async function reportsOf(client: Client): Promise<readonly Report[]> {
  const processes = client.services().flatMap((name) => reportedBy(name) ?? []).sort();
  return await Promise.all(processes.map((process) => ask(client, process)));
}

async function ask(client: Client, process: string): Promise<Report> {
  const id = `plugins of ${process}`;
  try {
    const { status } = await client.ask(
      reportOf(process),
      { type: "status/query", id },
      (answer): answer is Extract<Message, { type: "status/answer" }> =>
        answer.type === "status/answer" && answer.id === id,
      answerMs,
    );
    return { process, tree: treeSchema.parse(status) };
  } catch (error) {
    return { process, tree: [], problem: messageOf(error) };
  }
}

/** The trees as a table: a handler, and under it the plugins that it manages. */
export function textOf(reports: readonly Report[]): string {
  const rows = [["PLUGIN", "LEVEL", "USERS", "RESTARTS", "LOADED IN", "MAY"]];
  const add = (node: TreeNode, indent: string) => {
    const may = Object.entries(node.permissions)
      .map(([name, entries]) => `${name} ${entries.join(",")}`).join("; ");
    rows.push([
      `${indent}${node.id}#${node.instance}`,
      node.isolation,
      String(node.references),
      String(node.restarts),
      `${node.loadMs.toFixed(0)} ms`,
      may === "" ? "nothing" : may,
    ]);
    for (const child of node.children) add(child, `${indent}  `);
  };
  for (const { process, tree, problem } of reports) {
    rows.push([problem === undefined ? process : `${process}: ${problem}`]);
    for (const node of tree) add(node, "  ");
  }
  return `${columns(rows).join("\n")}\n`;
}
