/**
 * Operation histories: what local resource managers recorded, as typed data, in its order.
 *
 * @module
 */
import type { HistoryEntry } from "../model.ts";
import { parseInteger } from "./score.ts";
import { children, type XmlElement } from "./xml.ts";
import { mergeSort } from "./merge_sort.ts";

/** An entry whose digest may be made void, so that what it records is done again. */
export interface Entry extends HistoryEntry {
  restartDigest?: string;
}

/** A result that has no exit status yet, or none that could be read. */
const unknownError = 1;
/** Stands for a status that could not be read. */
const unread = -2;

/** One recorded operation; `undefined` where it names no operation. */
export function readEntry(element: XmlElement): Entry | undefined {
  const of = element.attributes;
  if (of.operation === undefined) return undefined;
  const key = of["transition-key"];
  const entry: Writable<Entry> = {
    element,
    id: of.id ?? "",
    key: of.operation_key ?? of.id ?? "",
    task: of.operation,
    intervalMs: Math.max(0, parseInteger(of["interval-ms"] ?? of.interval) ?? 0),
    callId: written(of["call-id"]) ?? 0,
    status: written(of["op-status"]) ?? readMagic(of["transition-magic"])?.status ?? unread,
    rc: written(of["rc-code"]) ?? readMagic(of["transition-magic"])?.rc ?? unknownError,
    targetRc: key === undefined ? -1 : readKey(key)?.targetRc ?? -1,
  };
  const lastChangeS = parseInteger(of["last-rc-change"]);
  if (lastChangeS !== undefined) entry.lastChangeS = lastChangeS;
  if (of.migrate_source !== undefined) entry.migrateSource = of.migrate_source;
  if (of.migrate_target !== undefined) entry.migrateTarget = of.migrate_target;
  if (of["op-digest"] !== undefined) entry.digest = of["op-digest"];
  if (of["op-restart-digest"] !== undefined) entry.restartDigest = of["op-restart-digest"];
  if (of["op-secure-digest"] !== undefined) entry.secureDigest = of["op-secure-digest"];
  if (of["op-force-restart"] !== undefined) entry.restartParameters = of["op-force-restart"];
  if (of["op-secure-params"] !== undefined) entry.secureParameters = of["op-secure-params"];
  return entry;
}

/** A number that is written; what is none counts as not known yet. */
function written(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInteger(text) ?? -1;
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** The entries of an `lrm_resource`, oldest first. */
export function readEntries(resource: XmlElement): Entry[] {
  const entries: Entry[] = [];
  for (const element of children(resource, "lrm_rsc_op")) {
    const entry = readEntry(element);
    if (entry !== undefined) entries.unshift(entry);
  }
  return mergeSort(entries, (a, b) => compareEntries(a, b, true));
}

/**
 * Negative if `a` happened before `b`; 0 if that cannot be decided.
 *
 * Calls are numbered by the node that made them. A pending operation has no number yet, and is
 * compared by the transitions that asked for both.
 *
 * @param sameNode whether they are of one node, where the entries do not say so themselves.
 */
export function compareEntries(a: HistoryEntry, b: HistoryEntry, sameNode: boolean): number {
  const [nodeA, nodeB] = [a.element.attributes.on_node, b.element.attributes.on_node];
  // Of two entries that are not written alike nothing says that one node numbered both.
  const same = nodeA === undefined && nodeB === undefined
    ? sameNode
    : nodeA?.toLowerCase() === nodeB?.toLowerCase();
  if (same && a.id === b.id) return 0;
  const [callA, callB] = [a.callId, b.callId];
  if (callA === -1 && callB === -1) return 0;
  if (same && callA >= 0 && callA < callB) return -1;
  if (same && callB >= 0 && callA > callB) return 1;
  if (callA >= 0 && callB >= 0 && (!same || callA === callB)) {
    const [atA, atB] = [a.lastChangeS ?? -1, b.lastChangeS ?? -1];
    if (atA >= 0 && atA < atB) return -1;
    return atB >= 0 && atA > atB ? 1 : 0;
  }
  return comparePending(a, b);
}

function comparePending(a: HistoryEntry, b: HistoryEntry): number {
  const left = readMagic(a.element.attributes["transition-magic"]);
  const right = readMagic(b.element.attributes["transition-magic"]);
  if (left === undefined || right === undefined) return 0;
  if (left.engine !== right.engine || left.transition === right.transition) {
    if (b.callId === -1) return -1;
    return a.callId === -1 ? 1 : 0;
  }
  // -1 is that of an operation at shutdown, which always comes last.
  if ((left.transition >= 0 && left.transition < right.transition) || right.transition === -1) {
    return -1;
  }
  if ((right.transition >= 0 && left.transition > right.transition) || left.transition === -1) {
    return 1;
  }
  return 0;
}

interface TransitionKey {
  readonly transition: number;
  readonly targetRc: number;
  readonly engine: string;
}

/** `action:transition:expected:engine`. */
function readKey(text: string | undefined): TransitionKey | undefined {
  const found = /^(-?\d+):(-?\d+):(-?\d+):(.*)$/s.exec(text ?? "");
  if (found === null) return undefined;
  return { transition: Number(found[2]), targetRc: Number(found[3]), engine: found[4]! };
}

/** `status:result;key`. */
function readMagic(
  text: string | undefined,
): (TransitionKey & { readonly status: number; readonly rc: number }) | undefined {
  const found = /^(-?\d+):(-?\d+);(.*)$/s.exec(text ?? "");
  const key = found === null ? undefined : readKey(found[3]);
  if (found === null || key === undefined) return undefined;
  return { ...key, status: Number(found[1]), rc: Number(found[2]) };
}
