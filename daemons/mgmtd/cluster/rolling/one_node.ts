/**
 * The turn of one node in a rolling restart: its services move, it stops and starts, it is a member again,
 * and what ran before runs.
 *
 * Each step is seen in the CIB, so a turn that was interrupted goes on where it was. The node of this machine
 * may be the one that restarts: then nobody answers for a while.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { messageOf } from "../../../../metadata/message_of.ts";
import { pause } from "../../../../metadata/timer.ts";
import { restartsMark } from "../../../crmd/doors/node_marks.ts";
import { type Client, connect } from "../../../runtime/client.ts";
import { stateOf } from "../../api/cluster/forgotten.ts";
import type { Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { clusterState, type FailedAction, workingSet } from "../../status/cluster_state.ts";
import { documentOf } from "../../steer/node.ts";
import { isSettled } from "../../steer/settled.ts";
import { type Asked, emptied, set, type Setting } from "../emptying.ts";
import type { Facts } from "../join/check_ask.ts";
import { factsOf } from "../join/node_side.ts";
import {
  backFromStandby,
  type Due,
  ending,
  halted,
  lifeOf,
  missingOf,
  runs,
  whyNotRestart,
} from "./plan.ts";

/** Milliseconds in which a node must have stopped, started and become a member again. */
const againMs = 480_000;
/** Milliseconds in which the others must see what is so already. */
const quietMs = 90_000;
/** Milliseconds between two looks. */
const lookMs = 500;
/** Milliseconds in which the node of this machine must answer, and a coordinator decide. */
const writeMs = 120_000;

/** The cluster as one look shows it. */
export interface Look {
  readonly facts: Facts;
  readonly cib: XmlElement;
  readonly nowS: number;
}

/** Looks at it; undefined: nobody answers now. */
export async function look(cluster: string): Promise<Look | undefined> {
  try {
    const facts = await factsOf({ cluster });
    await using client = await connect(cluster);
    return { facts, cib: await documentOf(client), nowS: Math.floor(Date.now() / 1000) };
  } catch (error) {
    const { NotCapable, PermissionDenied } = Deno.errors;
    if (error instanceof PermissionDenied || error instanceof NotCapable) throw error;
    return undefined; // it restarts, or its coordinator does
  }
}

/** Looks until something holds. @returns the last look, and whether it does */
async function lookUntil(
  cluster: string,
  holds: (look: Look) => boolean,
  withinMs: number,
  isInterrupted: () => boolean,
): Promise<{ readonly last: Look | undefined; readonly ok: boolean }> {
  for (const end = Date.now() + withinMs;;) {
    const last = await look(cluster);
    if (last !== undefined && holds(last)) return { last, ok: true };
    if (Date.now() >= end || isInterrupted()) return { last, ok: false };
    await pause(lookMs);
  }
}

/** Writes settings, and tries again while nobody decides. @returns why they are not written */
export async function persist(
  cluster: string,
  command: string,
  settings: readonly Setting[],
): Promise<string | undefined> {
  for (const end = Date.now() + writeMs;;) {
    let why: string;
    try {
      await using client = await connect(cluster);
      const written = await set(client, command, ...settings);
      if (written.type === "done") return undefined;
      why = written.why;
    } catch (error) {
      why = messageOf(error);
    }
    if (Date.now() >= end) return why;
    await pause(lookMs);
  }
}

/** What a turn needs. */
export interface Turn extends Asked {
  /** The socket of the node of this machine. */
  readonly cluster: string;
  readonly due: Due;
  readonly io: Io;
}

/** Does it. @returns the exit code */
export async function restartOne(turn: Turn): Promise<number> {
  const { cluster, due, io } = turn;
  let before: ReadonlyMap<string, number> = new Map();
  if (!due.isAsked && !due.isBack) {
    const quiet = await lookUntil(
      cluster,
      ({ facts, cib, nowS }) => whyNotRestart(facts, due.node).length === 0 && isSettled(cib, nowS),
      quietMs,
      turn.isInterrupted,
    );
    if (!quiet.ok) return unready(turn, quiet.last);
    before = runsIn(quiet.last);
    const code = await emptiedFor(turn);
    if (code !== exit.ok) return code;
  }
  if (!due.isBack) {
    io.out([`${due.node} restarts`]);
    const code = await another(turn);
    if (code !== exit.ok) return code;
  }
  return await verified(turn, before);
}

const runsIn = (look: Look | undefined): ReadonlyMap<string, number> =>
  look === undefined ? new Map() : runs(clusterState(workingSet(look.cib, look.nowS)).resources);

function unready({ due, io, isInterrupted }: Turn, last: Look | undefined): number {
  const why = last === undefined
    ? ["the node of this machine does not answer"]
    : whyNotRestart(last.facts, due.node);
  const what = isInterrupted()
    ? "it was interrupted"
    : why.length > 0
    ? why.join("; ")
    : "the cluster still has something to do";
  io.err([halted(`${what}; ${due.node} is not restarted`, "see ha status")]);
  return isInterrupted() ? exit.error : exit.unsafe;
}

/** Takes everything off the node; where that fails, it may run services again. */
async function emptiedFor(turn: Turn): Promise<number> {
  const { cluster, command, due, io } = turn;
  let code: number = exit.unavailable;
  try {
    await using client: Client = await connect(cluster);
    code = await emptied(client, due.node, turn, io);
  } catch (error) {
    io.err([messageOf(error)]);
  }
  if (code === exit.ok && !turn.isInterrupted()) return exit.ok;
  const why = await persist(cluster, `${command} (undo)`, backFromStandby(due));
  if (why !== undefined) {
    io.err([halted(`${due.node} may be left in standby: ${why}`, `ha node online ${due.node}`)]);
  } else {
    const reason = turn.isInterrupted() ? "it was interrupted" : "not all of its services moved";
    io.err([halted(`${reason}; ${due.node} is not restarted`, "see ha why RESOURCE")]);
  }
  return code === exit.ok ? exit.error : code;
}

/** Another life of the node is a member. */
async function another(turn: Turn): Promise<number> {
  const { cluster, command, due: { node, incarnation, isAsked }, io, isInterrupted } = turn;
  if (!isAsked) {
    const why = await persist(cluster, command, [[node, restartsMark, incarnation]]);
    if (why !== undefined) {
      io.err([halted(`${node} cannot be asked to restart: ${why}`, "see ha status")]);
      return exit.tryAgain;
    }
  }
  const isMember = ({ facts, cib }: Look): boolean => {
    const { in_ccm, crmd, join } = stateOf(cib, node)?.attributes ?? {};
    return facts.members.includes(node) && lifeOf(cib, node) !== incarnation &&
      in_ccm === "true" && crmd === "online" && join === "member";
  };
  const { ok } = await lookUntil(cluster, isMember, againMs, isInterrupted);
  if (ok) return exit.ok;
  const what = isInterrupted()
    ? `it was interrupted while ${node} restarts`
    : `${node} is no member again after ${againMs / 1_000} s`;
  io.err([halted(what, `read the log of ${node}, start it there with ha cluster start`)]);
  return isInterrupted() ? exit.error : exit.timeout;
}

/** It may run services again, and all that ran before does. */
async function verified(
  { cluster, command, due, io, withinMs, isInterrupted }: Turn,
  before: ReadonlyMap<string, number>,
): Promise<number> {
  const { node } = due;
  const why = await persist(cluster, command, backFromStandby(due));
  if (why !== undefined) {
    io.err([halted(`${node} is left in standby: ${why}`, `ha node online ${node}`)]);
    return exit.tryAgain;
  }
  const { last, ok } = await lookUntil(
    cluster,
    (look) => isSettled(look.cib, look.nowS) && missingOf(before, runsIn(look)).length === 0,
    withinMs,
    isInterrupted,
  );
  const failed = last === undefined ? [] : failuresOn(last, node);
  if (!ok || failed.length > 0) {
    const missing = missingOf(before, runsIn(last));
    const what = isInterrupted()
      ? "it was interrupted"
      : failed.length > 0
      ? failed.map(({ operation, result }) => `${operation} failed: ${result}`).join("; ")
      : missing.length > 0
      ? `${missing.join(", ")} does not run as before`
      : "the cluster still has something to do";
    io.err([halted(`${what}; ${node} was restarted`, "see ha status and ha why RESOURCE")]);
    return isInterrupted() || failed.length > 0 ? exit.error : exit.timeout;
  }
  const rest = await persist(cluster, command, ending(due));
  if (rest !== undefined) {
    io.err([halted(`it cannot be noted that ${node} is done: ${rest}`, "see ha status")]);
    return exit.tryAgain;
  }
  io.out([`${node} is a member again, and all services run`]);
  return exit.ok;
}

/** What failed on the node in its new life: failures of the one before are gone with it. */
const failuresOn = ({ cib, nowS }: Look, node: string): readonly FailedAction[] =>
  clusterState(workingSet(cib, nowS)).failedActions.filter((one) => one.node === node);
