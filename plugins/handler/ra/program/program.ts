/**
 * A program that nobody here has written: what is run, and how it ended.
 *
 * @module
 */
import { pause } from "../../../../metadata/timer.ts";
import type { RaRunning } from "../contract.ts";

/** What is run, and with what. */
export interface Program {
  /** Absolute path. */
  readonly path: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The operation that it is run for: with this name it can be ended. */
  readonly operation?: RaRunning;
  /** Bytes of standard output that are kept from its begin; more ends it. Absent: only the end is kept. */
  readonly stdoutBytesMax?: number;
}

/** How it ended. */
export interface Ended {
  /** Its exit code; of a signal, 128 and its number. */
  readonly code: number;
  /** The signal that ended it. */
  readonly signal?: string;
  /** It could not be started, with the reason. */
  readonly notStarted?: string;
  /** Its time was over. */
  readonly timedOut: boolean;
  /** It wrote more than `stdoutBytesMax`. */
  readonly tooMuch: boolean;
  /** The begin of standard output, if `stdoutBytesMax` was given. */
  readonly stdout: Uint8Array;
  /** The end of standard error. */
  readonly stderr: Uint8Array;
  /** The end of both, in the order in which they were read. */
  readonly tail: Uint8Array;
  /** Milliseconds that it ran. */
  readonly runMs: number;
}

/** A shell needs no right to run the program itself. */
export const shell = "/bin/sh";

/** The name under which the shell complains, if it cannot become the program. */
export const launcher = "ha-launch";

/** Bytes of the end of each stream that are kept. */
export const tailBytesMax = 16_384;
/** Milliseconds that the pipes of an ended program are read on: what it started may hold them. */
export const drainMs = 100;
/** Milliseconds after SIGKILL until a program counts as one that cannot be ended. */
export const goneMs = 500;
/** Bytes that are read without a pause, and milliseconds between two reads after that. */
const eagerBytes = 8 * 1024 * 1024;
const restMs = 1;

const nothing = new Uint8Array(0);

/** It did not even begin, or nobody could follow it. */
export const neverStarted = (notStarted: string, begunAt: number): Ended => ({
  code: 1,
  notStarted,
  timedOut: false,
  tooMuch: false,
  stdout: nothing,
  stderr: nothing,
  tail: nothing,
  runMs: performance.now() - begunAt,
});

/** The shell could not become the program: its interpreter is missing, or it went meanwhile. */
export function notBecome(
  path: string,
  code: number,
  stderr: Uint8Array,
): { notStarted?: string } {
  if (code !== 126 && code !== 127) return {};
  const text = new TextDecoder().decode(stderr);
  const isShell = text.startsWith(`${launcher}: `) || text.startsWith(`${shell}: `);
  return isShell && text.includes(path) ? { notStarted: text.trim() } : {};
}

/** A program that never stops writing must not keep this process from all others. */
export function pacing(): (bytes: number) => Promise<void> | undefined {
  let sum = 0;
  return (bytes) => (sum += bytes) > eagerBytes ? pause(restMs) : undefined;
}
