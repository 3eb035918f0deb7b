/**
 * Members whose copy is another one than the coordinator's get the whole document, once in a while.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { sendEntry } from "./entries.ts";
import { type Copy, writeDocument } from "./journal.ts";
import { type CibState, log, repeatMs, say } from "./state.ts";
import { formatVersion, versionOf } from "./version.ts";
import { isSameStamp, type Report } from "./wire.ts";

/** Fires when members may be brought up once more. */
export const againTimer = "bring up again";

/** Sends a member the whole document if what it has is something else. */
export function bringUp(
  state: CibState,
  node: string,
  report: Report,
  tip: Copy | undefined,
  out: Effect[],
): void {
  if (tip === undefined || state.view === undefined) return;
  if (report.type === "copy" && isSameStamp(report.tip, tip)) return;
  state.documentSent = true;
  log(out, "info", `${node} gets the CIB ${formatVersion(versionOf(tip.root))} as a whole`);
  say(out, node, { type: "install", view: state.view.epoch, text: writeDocument(tip) });
}

/** The same when the view has its copy already: an entry may be under way on top of it. */
export function bringUpAgain(state: CibState, node: string, report: Report, out: Effect[]): void {
  if (state.broughtUp.has(node)) {
    state.broughtUp.set(node, report);
    return;
  }
  state.broughtUp.set(node, undefined);
  out.push({ type: "timer", name: againTimer, inMs: repeatMs });
  const { coordinator } = state;
  const entry = coordinator.type === "writing" ? coordinator.entry : undefined;
  const has = (index: number, digest: string) =>
    report.type === "copy" && report.tip.index === index && report.tip.digest === digest;
  if (entry === undefined || !has(entry.index, entry.after)) {
    const copies = [...state.prepared.map(({ copy }) => copy), state.copy];
    const base = entry === undefined
      ? state.copy
      : copies.find((copy) => copy?.index === entry.index - 1 && copy.digest === entry.base);
    bringUp(state, node, report, base, out);
  }
  if (entry !== undefined) sendEntry(state, node, entry, out);
}

/** The timer of `againTimer`: those that asked again meanwhile. */
export function bringUpWaiting(state: CibState, out: Effect[]): void {
  const waiting = [...state.broughtUp];
  state.broughtUp.clear();
  if (state.coordinator.type !== "writing" && state.coordinator.type !== "ready") return;
  for (const [node, report] of waiting) {
    const isMember = state.view?.members.some((member) => member.node === node);
    if (report !== undefined && isMember) bringUpAgain(state, node, report, out);
  }
}

/** A member's copy is not what the entry builds on: it gets the whole document, then the entry. */
export function onDiverged(state: CibState, from: string, index: number, out: Effect[]): void {
  const { coordinator } = state;
  if (coordinator.type !== "writing" || coordinator.entry.index !== index) return;
  bringUpAgain(state, from, { type: "empty" }, out);
}
