/**
 * The CIB of the running cluster, asked of a node on this machine through its local socket.
 *
 * @module
 */
import type { Message } from "../runtime/messages.ts";
import type { Grant } from "../site/flags.ts";
import type { Call, Where } from "./command.ts";
import { demoNodes, demoOf } from "./demo/files.ts";
import { runFolder } from "./local_nodes/local_cluster.ts";

/** Milliseconds a node may take to answer. */
const answerMs = 5_000;

/** Sockets that are tried in turn: the one asked for, else this machine's node, else the demo's. */
export function clusterSockets({ options }: Call, { project }: Where): readonly string[] {
  if (typeof options.run === "string") return [`${options.run}/cluster.sock`];
  return ["/run/ha", ...demoNodes.map((node) => runFolder(demoOf(project), node))]
    .map((folder) => `${folder}/cluster.sock`);
}

/** What it takes to use these sockets. */
export function socketGrant(
  paths: readonly string[],
): Required<Pick<Grant, "net" | "read" | "write">> {
  return { net: paths.map((path) => `unix:${path}`), read: paths, write: paths };
}

/** The CIB as XML, from the first node that answers; undefined if none does. */
export async function readLiveCib(paths: readonly string[]): Promise<string | undefined> {
  // Loaded only where it is needed: most simulations ask nobody.
  const { connect } = await import("../runtime/client.ts");
  for (const path of paths) {
    const client = await connect(path).catch(() => undefined);
    if (client === undefined) continue;
    await using _open = client;
    const { xml } = await client.ask(
      "cib",
      { type: "cib/query", id: "query" },
      (message): message is Extract<Message, { type: "cib/document" }> =>
        message.type === "cib/document",
      answerMs,
    );
    return xml;
  }
  return undefined;
}

/** What to say when no node answers. */
export function nobodyAnswers(paths: readonly string[]): string {
  return `No node of a cluster answers on this machine. Tried:\n${
    paths.map((path) => `  ${path}\n`).join("")
  }Start one, or name its run folder.\n`;
}
