/**
 * All that `logd` knows.
 *
 * @module
 */
import type { Levels } from "../runtime/logging/wire.ts";
import type { Client, OutputQueue } from "./output_queue.ts";
import type { Batch, Door, LogdConfig, OutputConfig } from "./types.ts";

/** Names of the two things of the world that it loads. */
export const doorsInstance = "doors";
export const outputsInstance = "outputs";

/** One output. */
export interface Output {
  readonly at: number;
  readonly config: OutputConfig;
  readonly queue: OutputQueue;
  /** It has been opened. */
  open: boolean;
  /** What is being written. */
  batch?: Batch;
  batches: number;
  /** Bytes of the file, and since when it is written. */
  size: number;
  since: number;
  /** The file is to be opened again before the next batch. */
  reopen: boolean;
  /** The file is being put aside or opened. */
  busy: boolean;
  /** Attempts in a row that failed, since when, and why. */
  failed: number;
  failingSince: number;
  why: string;
}

/** One connection. */
export interface Connection {
  readonly door: Door;
  /** Who it is; absent until its first word. */
  client?: Client;
  /** The last line of one that does not number its lines. */
  last: number;
  /** The last line that was acknowledged to it. */
  told: number;
}

/** See the head of the file. */
export interface LogdState {
  readonly config: LogdConfig;
  node: string;
  /** What to add to the node's clock for the wall clock, as it was at the start. */
  offsetMs: number;
  readonly outputs: readonly Output[];
  readonly connections: Map<number, Connection>;
  levels: Levels;
  /** Clients that were turned away, by what was wrong with them. */
  readonly refused: Map<string, number>;
  listening: boolean;
  stopping: boolean;
}
