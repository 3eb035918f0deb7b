/**
 * What the recovery manager writes of the daemons of its node: it can be read when one of them hangs.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import {
  type DaemonsStatus,
  type DaemonStatus,
  statusFile,
  type Writer,
} from "../../recoverymgrd/doors/node.ts";
import { bytesMax, readText } from "../../site/bounded_file.ts";

/** What is to be believed of the file. */
export interface DaemonsShown extends DaemonsStatus {
  /** The parent of the daemons does not write any more: nothing is known of them but what they say. */
  readonly silent?: { readonly pid: number; readonly forMs: number };
}

/** Rounds that a parent may miss, and milliseconds beside them, before its file is old. */
const missedMax = 3;
const spareMs = 2_000;

/** The file of a run folder; undefined if there is none that can be read. @param nowMs since 1970. */
export async function readDaemons(run: string, nowMs: number): Promise<DaemonsShown | undefined> {
  try {
    return daemonsOf(JSON.parse(await readText(statusFile(run), bytesMax.configuration)), nowMs);
  } catch (error) {
    // Without it the answers of the daemons themselves remain.
    const { NotFound, NotADirectory, PermissionDenied } = Deno.errors;
    const unread = [NotFound, NotADirectory, PermissionDenied, SyntaxError, TypeError, RangeError];
    if (unread.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** Reads it field by field; what is not as it should be is left out. */
export function daemonsOf(read: unknown, nowMs: number): DaemonsShown | undefined {
  if (typeof read !== "object" || read === null || !("daemons" in read)) return undefined;
  const { daemons } = read;
  const givenUp = "givenUp" in read && typeof read.givenUp === "string" ? read.givenUp : "";
  if (!Array.isArray(daemons)) return undefined;
  const writer = "writer" in read ? writerOf(read.writer) : undefined;
  // A clock that was set may show it younger than now: that is repaired with the next writing.
  const forMs = writer === undefined ? 0 : Math.abs(nowMs - writer.atMs);
  if (writer !== undefined && forMs > missedMax * writer.everyMs + spareMs) {
    return { daemons: [], givenUp, writer, silent: { pid: writer.pid, forMs } };
  }
  return {
    daemons: daemons.flatMap((one) => daemonOf(one) ?? []),
    givenUp,
    ...(writer === undefined ? {} : { writer }),
  };
}

function writerOf(read: unknown): Writer | undefined {
  if (typeof read !== "object" || read === null) return undefined;
  if (!("pid" in read) || !("atMs" in read) || !("everyMs" in read)) return undefined;
  const { pid, atMs, everyMs } = read;
  return typeof pid === "number" && typeof atMs === "number" && typeof everyMs === "number"
    ? { pid, atMs, everyMs }
    : undefined;
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
export const daemonWarnings = (
  { daemons, givenUp, silent }: DaemonsShown,
): readonly string[] => [
  ...(givenUp === "" ? [] : [withCode("HA9006", `the node was given up: ${givenUp}`)]),
  ...(silent === undefined ? [] : [
    `the recovery manager (process ${silent.pid}) has said nothing of its daemons for ` +
    `${Math.round(silent.forMs / 1_000)} s: it hangs, or is gone, and no daemon of this node is ` +
    "started again. Fix: look whether that process runs; end it if it does, and start the node again",
  ]),
  ...notRunning({ daemons, givenUp })
    .map(({ name, state, last }) =>
      withCode("HA9005", `daemon ${name} is ${state}${last === "" ? "" : `; ${howEnded(last)}`}`)
    ),
];
