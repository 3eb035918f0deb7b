/**
 * Exit codes of the original programs, which agents look at.
 *
 * @module
 */
export const exitCode = {
  ok: 0,
  error: 1,
  /** The user may not do it. */
  denied: 4,
  /** This cluster does not have what was asked for. */
  unimplemented: 3,
  usage: 64,
  /** No daemon answers on this node. */
  disconnected: 102,
  noSuch: 105,
  timeout: 124,
} as const;

/** Why a program ends without its result: what it says on standard error, and its exit code. */
export class Ending extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What this cluster does not have. */
export const unsupported = (what: string): Ending =>
  new Ending(exitCode.unimplemented, `${what} is not supported by this cluster`);
