/**
 * What the recovery manager writes of the daemons of its node: it can be read when one of them hangs.
 *
 * @module
 */
import {
  type DaemonsStatus,
  type DaemonStatus,
  statusFile,
} from "../../recoverymgrd/doors/node.ts";
import { bytesMax, readText } from "../../site/bounded_file.ts";

/** The file of a run folder; undefined if there is none that can be read. */
export async function readDaemons(run: string): Promise<DaemonsStatus | undefined> {
  try {
    return daemonsOf(JSON.parse(await readText(statusFile(run), bytesMax.configuration)));
  } catch (error) {
    // Without it the answers of the daemons themselves remain.
    const { NotFound, NotADirectory } = Deno.errors;
    const unread = [NotFound, NotADirectory, SyntaxError, TypeError, RangeError];
    if (unread.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** Reads it field by field; what is not as it should be is left out. */
export function daemonsOf(read: unknown): DaemonsStatus | undefined {
  if (typeof read !== "object" || read === null || !("daemons" in read)) return undefined;
  const { daemons } = read;
  const givenUp = "givenUp" in read && typeof read.givenUp === "string" ? read.givenUp : "";
  if (!Array.isArray(daemons)) return undefined;
  return { daemons: daemons.flatMap((one) => daemonOf(one) ?? []), givenUp };
}

function daemonOf(read: unknown): DaemonStatus | undefined {
  if (typeof read !== "object" || read === null) return undefined;
  if (!("name" in read) || !("state" in read) || !("restarts" in read)) return undefined;
  const { name, state, restarts } = read;
  const last = "last" in read && typeof read.last === "string" ? read.last : "";
  return typeof name === "string" && typeof state === "string" && typeof restarts === "number"
    ? { name, state, restarts, last }
    : undefined;
}

/** Those that do not run. */
export const notRunning = (of: DaemonsStatus | undefined): readonly DaemonStatus[] =>
  of?.daemons.filter(({ state }) => state !== "running") ?? [];

/** Lines of those that do not run, or did not always. */
export const daemonLines = ({ daemons }: DaemonsStatus): readonly string[] =>
  daemons.filter(({ state, restarts }) => state !== "running" || restarts > 0)
    .map(({ name, state, restarts, last }) =>
      `  * Daemon ${name}: ${state}, restarted ${restarts === 1 ? "once" : `${restarts} times`}${
        last === "" ? "" : `; ${howEnded(last)}`
      }`
    );

/** How it ended last: the manager writes `was ended by SIGKILL`, or `it hung and was ended ...`. */
const howEnded = (last: string): string => last.startsWith("it ") ? last : `it ${last}`;

/** Why the node is not as it should be; empty if it is. */
export const daemonWarnings = ({ daemons, givenUp }: DaemonsStatus): readonly string[] => [
  ...(givenUp === "" ? [] : [`the node was given up: ${givenUp}`]),
  ...notRunning({ daemons, givenUp })
    .map(({ name, state, last }) =>
      `daemon ${name} is ${state}${last === "" ? "" : `; ${howEnded(last)}`}`
    ),
];
