/**
 * Forgets the failures of a resource in the running cluster.
 *
 * @module
 */
import { parse } from "@std/xml";
import type { Client } from "../../runtime/client.ts";
import type { Message } from "../../runtime/messages.ts";
import { workingSet } from "../status/cluster_state.ts";
import { cleanupPaths } from "./changes.ts";

/** Milliseconds a node may take to answer, and the cluster to make the change. */
const answerMs = 10_000;

/** What came of it. */
export type CleanUp =
  | { readonly type: "missing"; readonly text: string }
  | { readonly type: "refused"; readonly why: string }
  /** Paths of what was removed. */
  | { readonly type: "done"; readonly removed: readonly string[] };

/**
 * Does it.
 *
 * @param node only there; on all nodes if left out.
 * @throws {Deno.errors.TimedOut} if the cib does not answer.
 */
export async function cleanUp(
  client: Client,
  resource: string,
  node: string | undefined,
): Promise<CleanUp> {
  const { xml } = await client.ask(
    "cib",
    { type: "cib/query", id: "query" },
    (message): message is Extract<Message, { type: "cib/document" }> =>
      message.type === "cib/document",
    answerMs,
  );
  const { root } = parse(xml, { ignoreWhitespace: true, ignoreComments: true });
  const paths = cleanupPaths(workingSet(root, Math.floor(Date.now() / 1000)), resource, node);
  if (typeof paths === "string") return { type: "missing", text: paths };
  if (paths.length === 0) return { type: "done", removed: [] };
  const { ok, error } = await client.ask(
    "cib",
    { type: "cib/apply", id: "cleanup", changes: paths.map((path) => ({ op: "delete", path })) },
    (message): message is Extract<Message, { type: "cib/applied" }> =>
      message.type === "cib/applied" && message.id === "cleanup",
    answerMs,
  );
  return ok
    ? { type: "done", removed: paths }
    : { type: "refused", why: error ?? "the cluster gave no reason" };
}
