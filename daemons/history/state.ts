/**
 * What the history has.
 *
 * @module
 */
import type { Replica } from "../cib/doors/document.ts";
import type { PastChange } from "../runtime/messages.ts";

/** A change that is kept. */
export interface Kept {
  /** Its place among all that this node has ever kept. */
  readonly number: number;
  readonly change: PastChange;
  /** Of what is on disk. */
  readonly bytes: number;
}

/** The state of the machine. */
export interface HistoryState {
  readonly replica: Replica;
  /** The oldest first. */
  readonly kept: Kept[];
  /** Number of the next one. */
  next: number;
}
