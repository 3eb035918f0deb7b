/**
 * What the machine of `logd` takes and gives.
 *
 * @module
 */
import type { ClientFrame } from "../runtime/logging/wire.ts";

/** The socket by which a client came: that of the daemons, or that of all local applications. */
export type Door = "node" | "local";

/** What the sockets emit. */
export type DoorEvent =
  | { readonly type: "opened"; readonly connection: number; readonly door: Door }
  | {
    readonly type: "frames";
    readonly connection: number;
    readonly frames: readonly ClientFrame[];
  }
  | { readonly type: "closed"; readonly connection: number; readonly why?: string }
  /** The operator wants the files to be opened again. */
  | { readonly type: "reopen" };

/** One line, as it is written. */
export interface LogLine {
  readonly entity: string;
  /** Of a local application: it distinguishes one that has the name of a daemon. */
  readonly pid?: number;
  readonly facility: number;
  readonly severity: number;
  readonly atMs: number;
  readonly text: string;
}

/** Where lines go. */
export interface OutputConfig {
  readonly type: "file" | "jsonl" | "syslog";
  /** The file, or the socket of syslog. */
  readonly path?: string;
  /** The least urgent severity that is written. */
  readonly severity: number;
  /** Daemons and applications that are written; all if left out. */
  readonly only?: readonly string[];
  /** Bytes and milliseconds after which the file is put aside. */
  readonly rotateBytes?: number;
  readonly rotateMs?: number;
  /** Facility of syslog, times eight; the client's own if left out. */
  readonly facility?: number;
  /** It is sent over UDP, as RFC 5424; else as RFC 3164. */
  readonly remote?: boolean;
  /** Put before the name in syslog. */
  readonly prefix?: string;
}

/** How much may wait. */
export interface QueueBounds {
  /** Lines of one client, and of all of them. */
  readonly linesMax: number;
  readonly allLinesMax: number;
  /** Bytes of all of them. */
  readonly allBytesMax: number;
}

/** What the machine is made of. */
export interface LogdConfig {
  readonly outputs: readonly OutputConfig[];
  readonly bounds: QueueBounds;
  /** The least urgent severity that is wanted at first. */
  readonly severity: number;
}

/** How far an output has come with clients, by their ids. */
export type Progress = readonly (readonly [id: string, upTo: number])[];

/** What the opening of an output gives. */
export interface Opened {
  /** Absent: it does not keep that. */
  readonly progress?: Progress;
  /** Bytes of the file. */
  readonly size: number;
}

/** What an output does at once. */
export interface Batch {
  readonly output: number;
  /** Rises with each batch; a repeated number is the same batch again. */
  readonly number: number;
  readonly lines: readonly string[];
  readonly progress: Progress;
}
