/**
 * Describes invalid input to a person: a value with a path, never a thrown text.
 *
 * All problems are reported at once, each with location, problem, cause and fix.
 *
 * @module
 */
import { type Code, withCode } from "./code.ts";
import { printable } from "./printable.ts";

/** One problem of one input. */
export interface Diagnostic {
  /**
   * `error`: the input, or a part of it, is rejected. `warning`: it is accepted, but should be
   * checked. `info`: nothing needs to be done.
   */
  readonly severity: "error" | "warning" | "info";
  /** The location: names and indexes from the outside in, such as `["config", "ports", 2]`. */
  readonly path: readonly (string | number)[];
  /** The problem, with the value quoted unless it is a secret. */
  readonly what: string;
  /** The cause: why the value is not accepted. Absent where `what` gives it. */
  readonly why?: string;
  /** The fix: what to do. Absent where `what` gives it. */
  readonly fix?: string;
  /** Line of the input, if known; counted from 1. */
  readonly line?: number;
  /** Its error code, which `ha explain` explains. */
  readonly code?: Code;
}

/** An error as a diagnostic: location, problem, cause and fix. */
export function problem(
  path: Diagnostic["path"],
  what: string,
  why: string,
  fix: string,
  code?: Code,
): Diagnostic {
  return { severity: "error", path, what, why, fix, ...(code === undefined ? {} : { code }) };
}

/** A value, or the reasons why there is none. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A path as people write it: `config.ports[2]`. */
export function pathText(path: Diagnostic["path"]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

/**
 * One diagnostic as one line.
 *
 * @example
 * ```ts
 * diagnosticText({
 *   severity: "error", path: ["config", "port"], what: `"70000" is not a port`,
 *   why: "ports go from 1 to 65535", fix: "give the port the device listens on",
 * }); // config.port: "70000" is not a port: ports go from 1 to 65535. Fix: give the port ...
 * ```
 */
export function diagnosticText(diagnostic: Diagnostic): string {
  const { what, why, fix } = diagnostic;
  const where = pathText(diagnostic.path);
  const line = diagnostic.line === undefined ? "" : ` (line ${diagnostic.line})`;
  const text = `${where === "" ? "" : `${where}${line}: `}${what}${
    why === undefined ? "" : `: ${why}`
  }${fix === undefined ? "" : `. Fix: ${fix}`}`;
  const shown = diagnostic.code === undefined ? text : withCode(diagnostic.code, text);
  return printable(shown.replaceAll(/\s*\n\s*/g, " "));
}

/** Thrown to callers that want a value or an error: contains every diagnostic. */
export class DiagnosticError extends Error {
  /** All problems. */
  readonly diagnostics: readonly Diagnostic[];

  /** Puts `action`, a sentence that names the failed action, before the diagnostics. */
  constructor(action: string, diagnostics: readonly Diagnostic[]) {
    super([action, ...diagnostics.map(diagnosticText)].join("\n  "));
    this.name = "DiagnosticError";
    this.diagnostics = diagnostics;
  }
}

/**
 * The value, for a caller that wants it or an error.
 * @throws {DiagnosticError} with `action`, a sentence that names the failed action
 */
export function valueOrThrow<T>(action: string, checked: Checked<T>): T {
  if (!checked.ok) throw new DiagnosticError(action, checked.diagnostics);
  return checked.value;
}
