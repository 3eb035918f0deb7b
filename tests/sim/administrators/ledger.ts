/**
 * What simulated administrators asked for, and what they were answered: a record outside of the
 * simulated world, against which the cluster is judged.
 *
 * @module
 */
import type { CibChange } from "../../../daemons/runtime/messages.ts";

/** How an administrator's command ended. */
export type End =
  | "made"
  | "refused"
  /** The command says that nobody can know. */
  | "unknown"
  /** The administrator died with its node. */
  | "unheard";

/** One write that was sent. */
export interface Entry {
  readonly token: string;
  readonly node: string;
  readonly command: string;
  /** Epoch of the document on which it was worked out. */
  readonly epoch: number;
  readonly changes: readonly CibChange[];
  end: End;
}

/** See the head of the file. */
export class Ledger {
  /** By token, in the order in which they were sent. */
  readonly entries = new Map<string, Entry>();
  /** How often something came to pass. */
  readonly counts = { made: 0, refused: 0, overtaken: 0, unknown: 0, doubted: 0 };

  /** Why the last change that could not be taken back could not. */
  stuck = "";

  sent(entry: Omit<Entry, "end">): void {
    this.entries.set(entry.token, { ...entry, end: "unheard" });
  }

  ended(token: string, end: Exclude<End, "unheard">): void {
    const entry = this.entries.get(token);
    if (entry === undefined) return;
    entry.end = end;
    this.counts[end]++;
  }
}
