/**
 * Forgets the failures of a resource in the running cluster.
 *
 * @module
 */
import type { Client } from "../../runtime/client.ts";
import { workingSet } from "../status/cluster_state.ts";
import { applied, documentOf } from "../steer/node.ts";
import { cleanupPaths } from "./changes.ts";

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
  const root = await documentOf(client);
  const paths = cleanupPaths(workingSet(root, Math.floor(Date.now() / 1000)), resource, node);
  if (typeof paths === "string") return { type: "missing", text: paths };
  if (paths.length === 0) return { type: "done", removed: [] };
  const { ok, error } = await applied(client, paths.map((path) => ({ op: "delete", path })));
  return ok
    ? { type: "done", removed: paths }
    : { type: "refused", why: error ?? "the cluster gave no reason" };
}
