/**
 * The rule that chooses a plugin's isolation level.
 *
 * @module
 */
import { type Isolation, isolations, type Permissions } from "./manifest.ts";

/** What the rule looks at. */
export interface IsolationCase {
  /** `kind/name`. */
  readonly id: string;
  /** Comes with the project; a third party's is never trusted as the daemon itself. */
  readonly shipped: boolean;
  /** The filled grant of this instance. */
  readonly permissions: Permissions;
  /** The levels that the plugin, the lock and the operator request; they can only raise it. */
  readonly wishes: readonly (Isolation | undefined)[];
  /** Kinds (`medium`) and plugins (`ra/deno`) that the operator allows inside the daemon. */
  readonly inline: readonly string[];
}

/**
 * The level: at least that of the rule, higher if the plugin or the operator requests it.
 *
 * Third-party, or with `run`, `ffi`, `write` or a device: `process`, since only a process is
 * confined in authority, time and memory. Shipped with `net` or `read`: `worker`. Shipped with
 * less: `inline`. An operator's list of a kind inlines what else would be a worker; of a plugin by
 * its identity, whatever is shipped: then the daemon itself must hold what the plugin needs.
 */
export function isolationOf(given: IsolationCase): Isolation {
  const levels = [lowestFor(given), ...given.wishes];
  return isolations.findLast((level) => levels.includes(level)) ?? "process";
}

function lowestFor({ id, shipped, permissions, inline }: IsolationCase): Isolation {
  if (!shipped) return "process";
  if (inline.includes(id)) return "inline";
  const { run, ffi, write, net, read, env, sys } = permissions;
  const devices = (read ?? []).some((path) => path.startsWith("/dev/"));
  if (devices || [run, ffi, write].some(isAsked)) return "process";
  if (inline.includes(id.split("/")[0] ?? "")) return "inline";
  return [net, read, env, sys].some(isAsked) ? "worker" : "inline";
}

function isAsked(entries: readonly string[] | undefined): boolean {
  return entries !== undefined && entries.length > 0;
}
