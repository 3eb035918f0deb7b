/**
 * Kinds of which a node takes the project's own plugins alone.
 *
 * A codec or a vote is asked within one step of a daemon, so its methods must answer at once: it runs
 * inside the daemon, where nothing confines it. A stranger's plugin runs in a process of its own,
 * which can only answer later. So such a plugin cannot be used on a node, and what its daemon would
 * give to it, the key of the cluster above all, is given to no stranger.
 *
 * - _Options:_ refuse it; ask for a flag and run it isolated; ask for a flag and let it in.
 * - _Choice:_ refuse it. Isolated it cannot keep its contract, and let in it would be the daemon.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { filePath, type Find } from "../../../pils/found.ts";
import type { LockAt } from "./locked.ts";

/** What a plugin of the kind would be given or decide. */
const own: Readonly<Record<string, string>> = {
  auth: "it would be given the key of the cluster, and say which packets are believed",
  encoding: "it would be given every message of the cluster, and say what others have sent",
  compression: "it would be given every message of the cluster, and say what others have sent",
  quorum: "it would say which part of a divided cluster may act",
  handler: "it would say which plugins of its kind a daemon takes, and what they are asked",
};

/** Why a plugin is not for a node, if it does not come with the project; undefined if it may be. */
export function ownKindReason(id: string): string | undefined {
  const [kind = ""] = id.split("/");
  const would = Object.hasOwn(own, kind) ? own[kind] : undefined;
  if (would === undefined) return undefined;
  return `${would}. A node takes plugins of kind ${kind} from the project alone: they run inside ` +
    "their daemon, where nothing confines them";
}

/**
 * Refuses locks that have such a plugin of a stranger. The handler of a stranger's own kind is for
 * other programs: no daemon loads it.
 *
 * @param locks the project's last
 * @throws {DiagnosticError} with all of them
 */
export function refuseStrangers(locks: readonly LockAt[]): void {
  const ours = locks.at(-1)?.lock.plugins ?? {};
  const problems = locks.flatMap(({ lock, file }) =>
    Object.entries(lock.plugins).flatMap(([id, entry]) => {
      const isOther = id.startsWith("handler/") && !Object.hasOwn(ours, id);
      const why = isShipped(entry) || isOther ? undefined : ownKindReason(id);
      return why === undefined ? [] : [refusal(id, why, filePath(file))];
    })
  );
  if (problems.length > 0) throw new DiagnosticError("Cannot use what was consented to", problems);
}

const isShipped = (entry: unknown): boolean =>
  typeof entry === "object" && entry !== null && "shipped" in entry && entry.shipped === true;

const refusal = (id: string, why: string, lock: string): Diagnostic =>
  problem(
    [lock],
    `"${id}" does not come with the project`,
    why,
    `ha plugin remove ${id} --lock=${lock}`,
    "HA2011",
  );

/** The same `find`, which refuses them; `lock` is named in the fix. */
export function withoutStrangers(find: Find, lock: string): Find {
  return async (id) => {
    const found = await find(id);
    const why = found.shipped ? undefined : ownKindReason(id);
    if (why === undefined) return found;
    throw new DiagnosticError(`Cannot load "${id}"`, [refusal(id, why, lock)]);
  };
}
