/**
 * The two parameters of every watchdog that heartbeat knows, as the contract of the kind names
 * them.
 *
 * @module
 */
import { type Diagnostic, problem } from "../../metadata/diagnostic.ts";
import type { Manifest } from "../../metadata/manifest.ts";
import type { Parameters } from "../site/node_config/plugin_entries.ts";

/** The parameters as given; a watchdog that watches a process gets ours unless another is named. */
export function watching(
  manifest: Manifest | undefined,
  given: Parameters,
  pid: number,
): Parameters {
  const watchesProcess = manifest?.config.some(({ fieldname }) => fieldname === "pid") ?? false;
  return watchesProcess ? { pid, ...given } : given;
}

/** Whether it would bite though nothing is wrong. */
export function tooImpatient({ timeoutMs }: Parameters, keepaliveMs: number): Diagnostic[] {
  if (typeof timeoutMs !== "number" || timeoutMs > 2 * keepaliveMs) return [];
  return [problem(
    ["watchdog", "timeoutMs"],
    `${timeoutMs} ms is not more than twice the keepalive of ${keepaliveMs} ms`,
    "it is petted with each heartbeat, and one that is late would reset a node that works",
    `give at least ${2 * keepaliveMs + 1}, better ${5 * keepaliveMs}`,
    "HA1001",
  )];
}
