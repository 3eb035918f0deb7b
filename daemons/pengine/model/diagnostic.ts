/**
 * What is wrong with a CIB, for people.
 *
 * @module
 */

/** A problem of the configuration or status, for people. Never thrown. */
export interface Diagnostic {
  /** An error: a part of the configuration cannot be used; a warning: it is used otherwise. */
  readonly severity: "error" | "warning" | "info";
  /** The element it is about, by id where it has one, else by name. */
  readonly element: string;
  /** Line of the CIB, where known. */
  readonly line?: number;
  /** The problem with the value quoted, the cause, and the fix. */
  readonly message: string;
}
