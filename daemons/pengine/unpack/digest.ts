/**
 * The digest of an operation's parameters, by which a change of configuration is noticed.
 *
 * MD5 of one line of XML: a blank, an element with the parameters sorted by name, a newline. It is
 * a fingerprint against accidents, not against malice, and the protocol names MD5.
 *
 * @module
 */
import { createHash } from "node:crypto";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** The digest of parameters, whatever order they come in. */
export function digest(parameters: ReadonlyMap<string, string>): string {
  let text = " <parameters";
  for (const name of [...parameters.keys()].sort(byBytes)) {
    text += ` ${name}="${escaped(parameters.get(name) ?? "")}"`;
  }
  return createHash("md5").update(`${text}/>\n`).digest("hex");
}

/** The one name of the cluster that counts, where an operation recurs. */
export const timeoutName = "CRM_meta_timeout";

/** Names that are the cluster's own business, though they do not say so. */
const ofCluster: ReadonlySet<string> = new Set([
  "id",
  "crm_feature_set",
  "op-digest",
  "on_node",
  "on_node_uuid",
  "pcmk_external_ip",
]);

/** Whether a parameter is the agent's, so that a change of it counts. */
export const isDigested = (name: string): boolean =>
  !name.startsWith("CRM_meta_") && !ofCluster.has(name);

/** Digest of what an agent was given; a recurring operation depends on its timeout too. */
export function operationDigest(
  parameters: Readonly<Record<string, string>>,
  intervalMs: number,
): string {
  const kept = new Map(Object.entries(parameters).filter(([name]) => isDigested(name)));
  const timeout = parameters[timeoutName];
  if (intervalMs > 0 && timeout !== undefined) kept.set(timeoutName, timeout);
  return digest(kept);
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const escaped = (value: string): string =>
  /[&<>"]/.test(value) ? value.replace(/[&<>"]/g, (found) => escapes[found] ?? found) : value;
