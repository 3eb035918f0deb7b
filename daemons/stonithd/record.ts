/**
 * The history of fencings, the same on every node: a node tells the others what it was asked for, and
 * how that ended; who joins is given what was before. So it survives the coordinator.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { recordDetailMax, recordsMax } from "./fence_record.ts";
import type { FenceRecord, StonithdState } from "./state.ts";

/** Finished requests that are remembered. */
export const historyMax = 100;
/** Characters of the names of all that asked for one execution. */
const askersCharactersMax = 512;

export const wallMs = ({ wallOffsetMs }: StonithdState, at: number): number =>
  Math.round(at + wallOffsetMs);

/** Milliseconds in which the same fencing may be heard of twice: by announcement and by answer. */
const sameMs = 5_000;

/** Remembers it; the same heard of twice is one. */
export function note(state: StonithdState, record: FenceRecord): void {
  const { history } = state;
  const at = history.findLastIndex((before) => isSame(before, record));
  const before = history[at];
  if (before === undefined) history.push(record);
  else history[at] = merged(before, record);
  if (history.length > historyMax) history.shift();
}

/** Whether both tell of one execution, or of one failure. */
function isSame(before: FenceRecord, record: FenceRecord): boolean {
  if (before.target !== record.target || before.action !== record.action) return false;
  if (before.ok !== record.ok) return false;
  const isNear = Math.abs(record.wallMs - before.wallMs) < sameMs;
  if (!record.ok) return before.wallMs === record.wallMs && before.asker === record.asker;
  if (before.delegate !== record.delegate) return false;
  if (before.execution !== undefined && record.execution !== undefined) {
    return before.execution === record.execution;
  }
  return isNear && (before.asker === "" || record.asker === "");
}

/** One record of both: that of the node that was asked first knows who wanted it and why. */
function merged(before: FenceRecord, record: FenceRecord): FenceRecord {
  const [best, other] = rank(record) > rank(before) ? [record, before] : [before, record];
  const askers = rank(other) === 2 && !best.asker.split("; ").includes(other.asker)
    ? `${best.asker}; ${other.asker}`.slice(0, askersCharactersMax)
    : best.asker;
  const { execution = other.execution, reason = other.reason } = best;
  return {
    ...best,
    device: best.device === "" ? other.device : best.device,
    asker: askers,
    ...(reason === undefined ? {} : { reason }),
    ...(execution === undefined ? {} : { execution }),
  };
}

/** How much it knows of who asked: nothing, a node, or a person or the cluster on a node. */
const rank = ({ asker }: FenceRecord): number => asker === "" ? 0 : asker.includes(" ") ? 2 : 1;

/** A device of another member has confirmed what nobody asked this node for. */
export function noteElsewhere(
  state: StonithdState,
  delegate: string,
  said: Pick<FenceRecord, "target" | "action" | "execution" | "device"> & {
    readonly person: boolean;
    readonly incarnation: number;
  },
  at: number,
): void {
  const { target, action, execution, device, person, incarnation } = said;
  note(state, {
    target,
    action,
    ok: true,
    delegate,
    device,
    detail: person ? "confirmed by hand" : "confirmed by the device",
    tookMs: 0,
    asker: "",
    wallMs: wallMs(state, at),
    ...(incarnation > 0 ? { incarnation } : {}),
    ...(execution === undefined ? {} : { execution }),
  });
}

/** Tells the other members of one. */
export function shareRecord(state: StonithdState, record: FenceRecord, out: Effect[]): void {
  for (const node of state.members) {
    if (node !== state.self && node !== record.target) tell(node, [record], out);
  }
}

/**
 * Others have come into the view. Of the nodes that were together before, the first one gives them what
 * these have.
 */
export function shareHistory(
  state: StonithdState,
  before: readonly string[],
  joined: readonly string[],
  out: Effect[],
): void {
  const stayed = before.filter((node) => state.members.includes(node));
  if ([...stayed].sort()[0] !== state.self) return;
  for (const node of joined) giveHistory(state, node, out);
}

/** The timer after nodes have joined, and its milliseconds: by then all have entered the view. */
export const historyTimer = "history";
export const historyAgainMs = 10_000;

/**
 * Every member says once more what it knows: the first of those that were together before says all, the
 * others their last records. One that has just come may know little of what was.
 */
export function shareHistoryAgain(state: StonithdState, out: Effect[]): void {
  const { newcomers } = state;
  const isFirst = state.members.filter((node) => !newcomers.has(node)).sort()[0] === state.self;
  newcomers.clear();
  const records = isFirst ? state.history : state.history.slice(-recordsMax);
  for (const node of state.members) {
    if (node === state.self) continue;
    for (let at = 0; at < records.length; at += recordsMax) {
      tell(node, records.slice(at, at + recordsMax), out);
    }
  }
}

/** Gives a node all that this one remembers. */
function giveHistory(state: StonithdState, node: string, out: Effect[]): void {
  for (let at = 0; at < state.history.length; at += recordsMax) {
    tell(node, state.history.slice(at, at + recordsMax), out);
  }
}

/** This stonithd has just begun, or was thrown out: what the others know it does not. */
export function recall(state: StonithdState, out: Effect[]): void {
  for (const node of state.members) {
    if (node === state.self) continue;
    out.push({
      type: "send",
      to: { node, service: "stonithd" },
      message: { type: "peer", body: { type: "recall" } },
    });
  }
}

/** Another one has just begun: the first of the others gives it the history. */
export function recalled(state: StonithdState, node: string, out: Effect[]): void {
  const others = state.members.filter((one) => one !== node);
  if ([...others].sort()[0] === state.self) giveHistory(state, node, out);
}

/** Another node's records, in the order of their times. */
export function noteRecords(
  state: StonithdState,
  records: readonly FenceRecord[],
): void {
  const { history } = state;
  const known = history.length;
  for (const record of records) note(state, record);
  // Only what came into an order that it did not have is moved.
  if (known > 0) history.sort((a, b) => a.wallMs - b.wallMs);
}

function tell(node: string, records: readonly FenceRecord[], out: Effect[]): void {
  out.push({
    type: "send",
    to: { node, service: "stonithd" },
    message: {
      type: "peer",
      body: {
        type: "records",
        records: records.map((record) => ({
          ...record,
          detail: record.detail.slice(0, recordDetailMax),
        })),
      },
    },
  });
}
