/**
 * The writes that wait for the coordinator: which it takes from whom, and which of them one entry
 * holds.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { CibVersion } from "../runtime/messages.ts";
import { charactersOf, oversized } from "./bounds.ts";
import { applyChanges } from "./change.ts";
import { forbiddenToMember } from "./client_rights.ts";
import { uncomputable } from "./computable.ts";
import { configurationDigest } from "./digest.ts";
import type { Copy } from "./journal.ts";
import { batchCharactersMax, batchMax, type CibState, queueMax } from "./state.ts";
import type { Write } from "./wire.ts";
import { entryWorkMax, Work } from "./work.ts";

/** Says what came of a write to the node that its client is on. */
export type Answer = (
  from: string,
  id: string,
  result:
    | { readonly version: CibVersion }
    | { readonly error: string; readonly stale?: boolean },
) => void;

/** What clients of one node want written in a view, in this order. */
export interface Wanted {
  readonly view: number;
  readonly writes: readonly Write[];
}

/** Queues what clients of one node want. */
export function queueWrites(
  state: CibState,
  from: string,
  { view, writes }: Wanted,
  answer: Answer,
): void {
  const { coordinator, queue } = state;
  // What is asked again because the answer may have been lost, and is under way all the same.
  const known = new Set(queue.map(({ write }) => write.id));
  if (coordinator.type === "writing") {
    for (const { id } of coordinator.entry.writes) known.add(id);
  }
  // Another node asks for no more than a batch at once.
  const most = from === state.self ? queueMax : batchMax;
  let waiting = queue.filter((one) => one.from === from).length;
  for (const write of writes) {
    if (known.has(write.id) || !isBy(from, write)) continue;
    if (queue.length < queueMax && waiting < most) {
      queue.push({ from, view, write });
      waiting++;
      continue;
    }
    const full = waiting < most ? `${queueMax} writes` : `${most} writes of ${from}`;
    answer(from, write.id, { error: `${full} wait already; try again later` });
  }
}

/**
 * What clients of one node want, for a view that this node has not heard of yet. A node has one such
 * message under way, so that a later one takes the place of the one before.
 */
export function keepEarly(
  state: CibState,
  from: string,
  { view, writes }: Wanted,
): void {
  if (from === state.self) return;
  const others = state.queue.filter((waiting) => waiting.from !== from);
  state.queue.length = 0;
  state.queue.push(...others);
  for (const write of writes) {
    if (isBy(from, write) && state.queue.length < queueMax) state.queue.push({ from, view, write });
  }
}

/**
 * A node has ids of its own. Under the id of another's write it could have that write acknowledged
 * without being done.
 */
const isBy = (from: string, { id }: Write): boolean => ownerOf(id) === from;

/** The node whose client a write is from: the first word of its id. */
export const ownerOf = (id: string): string => id.slice(0, id.indexOf(" "));

/** Takes from the queue what one entry holds and one turn has time for; answers what is refused. */
export function nextWrites(
  state: CibState,
  tip: Copy,
  answer: Answer,
  adopts: boolean,
): { readonly root: Copy["root"]; readonly writes: readonly Write[] } {
  let { root } = tip;
  const writes: Write[] = [];
  let characters = 0;
  const done = new Map(tip.recent.map(({ id, version }) => [id, version]));
  const work = new Work();
  while (
    state.queue.length > 0 && writes.length < batchMax && characters < batchCharactersMax &&
    work.done < entryWorkMax
  ) {
    const { from, write } = state.queue.shift()!;
    const version = done.get(write.id);
    if (version !== undefined) {
      // Done already, but its client never got an answer; what did it is on every disk by now,
      // unless it is adopted by the very entry that is made here: then the answer comes with that
      // one.
      if (!adopts) answer(from, write.id, { version });
      else writes.push({ id: write.id, changes: [] });
      continue;
    }
    if (write.base !== undefined && write.base !== configurationDigest(root)) {
      // Checked against another configuration: it may break this one.
      const error = withCode(
        "HA3010",
        "The CIB is not changed: its configuration changed meanwhile. Fix: try again",
      );
      answer(from, write.id, { error, stale: true });
      continue;
    }
    const wrong = from === state.self ? undefined : forbiddenToMember(root, from, write.changes);
    if (wrong !== undefined) {
      answer(from, write.id, { error: wrong });
      continue;
    }
    const applied = applyChanges(root, write.changes, work);
    if (!applied.ok) {
      answer(from, write.id, { error: applied.error });
      continue;
    }
    const refusal = uncomputable(root, applied.root) ?? oversized(root, applied.root);
    if (refusal !== undefined) {
      answer(from, write.id, { error: refusal });
      continue;
    }
    root = applied.root;
    writes.push({ id: write.id, changes: write.changes });
    characters += charactersOf(write.changes);
  }
  return { root, writes };
}
