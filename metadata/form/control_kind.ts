/**
 * The kinds of controls that a form may have.
 *
 * @module
 */

/** What a control looks like. */
export type ControlKind =
  | "text"
  | "number"
  | "password"
  | "url"
  | "check"
  | "select"
  | "checks"
  | "lines"
  | "group"
  | "items";
