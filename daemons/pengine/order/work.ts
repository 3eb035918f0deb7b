/**
 * The orderings under way: which actions are still to be looked at, after what changed.
 *
 * @module
 */
import type { Action, WorkingSet } from "../model.ts";

/** What an update changed. */
export const Changed = { none: 0, first: 1, then: 2, disable: 4 } as const;

/** The work under way: what follows from a change is looked at first, deep chains later. */
export interface Work {
  readonly set: WorkingSet;
  readonly queue: Action[];
  readonly queued: Set<Action>;
  depth: number;
  /** Steps that may still be taken. */
  budget: number;
  /** Applies the orderings in which an action comes second. */
  readonly update: (then: Action) => void;
}

/** How deep consequences are followed at once. */
const depthMax = 300;

/** Looks at an action again. */
export function enqueue(work: Work, action: Action): void {
  if (work.depth < depthMax) {
    work.depth++;
    work.update(action);
    work.depth--;
    return;
  }
  if (work.queued.has(action)) return;
  work.queued.add(action);
  work.queue.push(action);
}

/** Asks the same for all that come after an action. */
export function enqueueAfter(work: Work, action: Action): void {
  for (let index = action.after.length - 1; index >= 0; index--) {
    enqueue(work, action.after[index]!.action);
  }
}
