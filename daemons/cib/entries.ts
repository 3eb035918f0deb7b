/**
 * The coordinator's writes: one entry at a time goes to every disk, holding all that has come while the
 * one before was on its way.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { digestOf } from "./digest.ts";
import { commit, prepare, tidy } from "./member.ts";
import { type CibState, repeatMs, say, tipOf } from "./state.ts";
import { versionOf } from "./version.ts";
import { type Answer, nextWrites, ownerOf, queueWrites, type Wanted } from "./waiting.ts";
import type { Entry } from "./wire.ts";

/** Clients of one node want something written, in this order. */
export function onWrites(
  state: CibState,
  from: string,
  wanted: Wanted,
  out: Effect[],
  answer: Answer,
): void {
  queueWrites(state, from, wanted, answer);
  if (state.coordinator.type === "ready") writeNext(state, out, answer);
}

/** The timer `write`: goes on with what waits, unless an entry is under way by now. */
export function writeMore(state: CibState, out: Effect[], answer: Answer): void {
  if (state.coordinator.type === "ready") writeNext(state, out, answer);
}

/** Makes one entry of what waits, and sends it to every disk. */
export function writeNext(state: CibState, out: Effect[], answer: Answer, newTerm?: number): void {
  const tip = tipOf(state);
  if (tip === undefined || state.view === undefined) return;
  const { root, writes } = nextWrites(state, tip, answer, newTerm !== undefined);
  if (writes.length === 0 && newTerm === undefined) {
    // All were refused, which took time: what else there is to do comes first.
    if (state.queue.length > 0) out.push({ type: "timer", name: "write", inMs: 0 });
    return;
  }
  const entry: Entry = {
    term: newTerm ?? tip.term,
    index: tip.index + 1,
    base: tip.digest,
    after: digestOf(root),
    writes,
  };
  const { members } = state.view;
  state.coordinator = {
    type: "writing",
    entry,
    missing: new Set(members.map(({ node }) => node)),
  };
  state.repeats = 0;
  // The others' disks work while this node's does.
  for (const { node } of members) if (node !== state.self) sendEntry(state, node, entry, out);
  if (!prepare(state, entry, out)) {
    throw new Error(`entry ${entry.index} does not fit its own copy`);
  }
  // To itself: arrives when what was saved above is on disk.
  say(out, state.self, { type: "prepared", view: state.view.epoch, index: entry.index });
  out.push({ type: "timer", name: "repeat", inMs: repeatMs });
}

/** Sends a member an entry for its disk. */
export function sendEntry(state: CibState, node: string, entry: Entry, out: Effect[]): void {
  say(out, node, { type: "prepare", view: state.view!.epoch, entry });
}

/** A member has the entry on disk. If it was the last one the entry is shown and acknowledged. */
export function onPrepared(
  state: CibState,
  from: string,
  index: number,
  out: Effect[],
  answer: Answer,
): void {
  const { coordinator, view } = state;
  if (coordinator.type !== "writing" || coordinator.entry.index !== index) return;
  coordinator.missing.delete(from);
  if (coordinator.missing.size > 0 || view === undefined) return;
  const { entry } = coordinator;
  for (const { node } of view.members) {
    if (node !== state.self) say(out, node, { type: "commit", view: view.epoch, index });
  }
  commit(state, index, out);
  state.coordinator = { type: "ready" };
  state.documentSent = false;
  const versions = new Map(state.copy!.recent.map(({ id, version }) => [id, version]));
  for (const { id } of entry.writes) {
    answer(ownerOf(id), id, { version: versions.get(id) ?? versionOf(state.copy!.root) });
  }
  writeNext(state, out, answer);
  tidy(state, out);
}
