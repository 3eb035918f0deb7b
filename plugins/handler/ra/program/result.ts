/**
 * From how a program ended to a result of an operation.
 *
 * @module
 */
import type { RaPreparation, RaResult } from "../contract.ts";
import { textOf } from "../../program_output.ts";
import type { Ended } from "./program.ts";

/** Characters of what a program said that are kept. */
export const outputCharactersMax = 4_096;
/** Characters of the reason that an agent gives. */
const reasonCharactersMax = 1_024;

/** Result codes of OCF. */
export const rc = {
  ok: 0,
  error: 1,
  arguments: 2,
  unimplemented: 3,
  permission: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
  promoted: 8,
  failedPromoted: 9,
  degraded: 190,
  degradedPromoted: 191,
} as const;

const known: ReadonlySet<number> = new Set(Object.values(rc));

/** A result without a program. */
export const say = (code: number, output: string): RaResult => ({
  rc: code,
  timedOut: false,
  output: output.slice(-outputCharactersMax),
});

/** A program with all that it gets; the result if there is nothing to start. */
export type Prepared =
  | {
    readonly path: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }
  | RaResult;

/** The same, for a person to see. */
export const preparation = (prepared: Prepared): RaPreparation =>
  "rc" in prepared
    ? { why: prepared.output }
    : { program: prepared.path, args: prepared.args, environment: prepared.env };

/** Begins the line in which an agent says why it failed. */
const reasonPrefix = "ocf-exit-reason:";

/** The last reason that an agent has given on standard error, on one line. */
export function reasonIn(stderr: Uint8Array): string | undefined {
  const line = textOf(stderr).split("\n").findLast((line) => line.startsWith(reasonPrefix));
  const reason = line?.slice(reasonPrefix.length).trim().slice(0, reasonCharactersMax);
  return reason === "" ? undefined : reason;
}

/**
 * The result of an agent by OCF: its exit code, if OCF knows it.
 *
 * @param codeOf another standard's exit codes as OCF's; undefined: it knows none
 */
export function resultOf(
  ended: Ended,
  { path, timeoutMs }: { readonly path: string; readonly timeoutMs: number },
  codeOf: (code: number) => number | undefined = (code) => known.has(code) ? code : undefined,
): RaResult {
  const { code, signal, notStarted, timedOut, stderr, tail } = ended;
  const runMs = Math.round(ended.runMs);
  if (notStarted !== undefined) {
    const why = `Cannot start ${path}: ${notStarted}`;
    // A code of the shell means that there is no such program.
    return { ...say(code === 126 || code === 127 ? rc.notInstalled : rc.error, why), runMs };
  }
  const said = textOf(tail).slice(-outputCharactersMax).trim();
  const ocf = timedOut || signal !== undefined ? undefined : codeOf(code);
  const why = timedOut
    ? `ended after its timeout of ${timeoutMs} ms`
    : signal !== undefined
    ? `the agent was ended by ${signal}`
    : ocf === undefined
    ? `the agent ended with code ${code}, which its standard does not define`
    : undefined;
  const reason = reasonIn(stderr) ?? why;
  return {
    rc: ocf ?? rc.error,
    timedOut,
    // The history keeps the end of it.
    output: [said, why].filter((text) => text !== undefined && text !== "").join("\n")
      .slice(-outputCharactersMax),
    ...(reason === undefined ? {} : { reason }),
    ...(signal === undefined ? {} : { signal }),
    exitCode: code,
    runMs,
  };
}
