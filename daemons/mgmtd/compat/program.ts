/**
 * What each of the programs is.
 *
 * @module
 */
import type { Node } from "./ask.ts";

/** The world of one call. */
export interface Call {
  readonly args: readonly string[];
  /** The resource whose agent calls: `OCF_RESOURCE_INSTANCE`; empty outside of agents. */
  readonly instance: string;
  /** Connects when it is needed: a wrong call needs no cluster. */
  node(): Promise<Node>;
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes a line to standard error. */
  err(text: string): void;
}

/** Does it, and gives the exit code. It may throw an `Ending`. */
export type Program = (call: Call) => Promise<number>;
