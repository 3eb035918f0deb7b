/**
 * A member's part: it writes the coordinator's entries to disk, and publishes each when informed
 * that every member has it.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import {
  advanced,
  type Copy,
  documentKey,
  entryOf,
  forgetEntry,
  readDocument,
  saveDocument,
  saveEntry,
  slots,
} from "./journal.ts";
import { foundIn } from "./language.ts";
import { compare, isOneOfTwo } from "./newest.ts";
import { isWithinReach } from "./reach.ts";
import { type CibState, entriesMax, log, say, show, tipOf } from "./state.ts";
import { compareVersions, formatVersion, versionOf } from "./version.ts";
import type { Entry, Report } from "./wire.ts";

/** What this node has, for the coordinator of a new view. */
export function reportOf(state: CibState): Report {
  if (state.corrupt !== undefined) return { type: "corrupt", ...state.corrupt };
  const tip = tipOf(state);
  if (tip === undefined) return { type: "empty" };
  const { term, index, digest } = tip;
  return { type: "copy", tip: { term, index, digest }, ...(state.alone && { alone: true }) };
}

/**
 * Takes a whole document of the coordinator in the place of what is on disk. It is not shown: it may
 * never have been acknowledged, until an entry of this view that builds on it is committed.
 *
 * What this life of the node has shown was acknowledged, and every later view has it: a coordinator
 * that goes back behind it is not followed.
 */
export function installFrom(state: CibState, from: string, text: string, out: Effect[]): void {
  const copy = readDocument(text);
  const refuse = (why: string) =>
    log(
      out,
      "err",
      withCode(
        "HA3021",
        `The CIB of the coordinator ${from} is not installed: ${why}. Fix: check the node ${from}`,
      ),
    );
  if ("error" in copy) return refuse(`it cannot be read, ${copy.error}`);
  const tip = tipOf(state);
  if (!isWithinReach(copy, tip, state.view?.epoch ?? 0)) {
    return refuse(`no cluster comes to term ${copy.term}, entry ${copy.index}`);
  }
  if (tip && compare(tip, copy) === 0 && tip.digest === copy.digest) return;
  const { copy: shown } = state;
  const past = shown === undefined ? 1 : compare(copy, shown);
  if (past < 0 || past === 0 && copy.digest !== shown?.digest) {
    return refuse(`it lacks what has been acknowledged, up to entry ${shown?.index}`);
  }
  installCopy(state, copy, out);
}

/** Puts a whole document in the place of what is on disk. */
export function installCopy(state: CibState, copy: Copy, out: Effect[]): void {
  // Entries beyond it are given up: on the next start they would not follow from anything.
  const last = Math.max(tipOf(state)?.index ?? 0, state.corrupt?.index ?? 0);
  const first = Math.max(copy.index + 1, last - slots + 1);
  for (let index = first; index <= last; index++) out.push(forgetEntry(index));
  out.push(saveDocument(copy));
  for (const key of state.damaged) {
    if (key !== documentKey) out.push({ type: "save", key });
  }
  if (state.corrupt === undefined) sayGivenUp(state, copy, out);
  else {
    log(
      out,
      "notice",
      `The damaged CIB has been replaced by ${formatVersion(versionOf(copy.root))}`,
    );
  }
  state.corrupt = undefined;
  state.damaged = [];
  state.documentIndex = copy.index;
  state.prepared.length = 0;
  state.prepared.push({ entry: entryOf(copy), copy });
}

/**
 * What this disk has beyond the cluster is mostly a write that was never acknowledged. But if most nodes
 * have been put back to an older state, it was: nobody else could say so.
 */
function sayGivenUp(state: CibState, copy: Copy, out: Effect[]): void {
  const tip = tipOf(state);
  if (tip === undefined) return;
  const [mine, theirs] = [versionOf(tip.root), versionOf(copy.root)];
  // Numbers of the status begin again with each change of the configuration.
  if (compareVersions({ ...mine, numUpdates: 0 }, { ...theirs, numUpdates: 0 }) <= 0) return;
  const text = withCode(
    "HA3025",
    `The CIB ${formatVersion(mine)} on this disk gives way to ${
      formatVersion(theirs)
    }, which the other members have: later changes of the configuration do not count. Fix: nothing, if ` +
      `none was acknowledged; else see "ha configure history" on this node, and make them again`,
  );
  log(out, "warning", text);
}

/** Puts an entry on disk. Tells whether that is possible: if not, the copies have diverged. */
export function prepare(state: CibState, entry: Entry, out: Effect[]): boolean {
  const tip = tipOf(state);
  if (tip === undefined) return false;
  // Said again because the answer may have been lost.
  if (tip.index === entry.index && tip.term === entry.term && tip.digest === entry.after) {
    return true;
  }
  const copy = advanced(tip, entry);
  if (copy === undefined) return false;
  if (entry.index - state.documentIndex > slots) compact(state, tip, out);
  state.prepared.push({ entry, copy });
  out.push(saveEntry(entry));
  return true;
}

/** Shows everything up to an index: every member has it on disk. */
export function commit(state: CibState, index: number, out: Effect[]): void {
  const ready = state.prepared.filter(({ entry }) => entry.index <= index);
  const last = ready.at(-1);
  if (last === undefined) return;
  state.prepared.splice(0, ready.length);
  const known = ready.every(({ entry }) => entry.base !== "");
  const changes = known
    ? ready.flatMap(({ entry }) => entry.writes.flatMap(({ changes }) => changes))
    : undefined;
  if (!state.synced && state.view !== undefined) {
    // The members are in step: whose votes count may be changed from here on.
    const message = { type: "ccm/settled", view: state.view.epoch } as const;
    out.push({ type: "send", to: { service: "ccm" }, message });
  }
  state.synced = true;
  if (!isOneOfTwo(state.view)) state.alone = false;
  show(state, last.copy, changes, out);
  if (known) return;
  // Refused at a write; here it would leave the cluster without any configuration.
  for (const line of foundIn(last.copy.root)) log(out, "warning", `The CIB: ${line}`);
}

/** Writes the whole document if many entries have come since, now that nobody waits for the disk. */
export function tidy(state: CibState, out: Effect[]): void {
  const { copy, prepared, documentIndex } = state;
  if (copy === undefined || prepared.length > 0 || copy.index - documentIndex < entriesMax) return;
  compact(state, copy, out);
}

/** Writes the whole document, so that the places of the entries before it are free again. */
function compact(state: CibState, copy: Copy, out: Effect[]): void {
  out.push(saveDocument(copy));
  state.documentIndex = copy.index;
}

/** A prepared entry was asked for in a view that is this node's own. */
export function onPrepare(
  state: CibState,
  from: string,
  view: number,
  entry: Entry,
  out: Effect[],
): void {
  const termMax = Math.max((tipOf(state)?.term ?? 0) + 1, view);
  if (entry.term <= termMax && prepare(state, entry, out)) {
    say(out, from, { type: "prepared", view, index: entry.index });
  } else {
    log(
      out,
      "warning",
      `Entry ${entry.index} of ${from} does not fit this copy; asking for a whole one`,
    );
    say(out, from, { type: "diverged", view, index: entry.index });
  }
}
