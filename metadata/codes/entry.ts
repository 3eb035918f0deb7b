/**
 * What the table of error codes says about one code.
 *
 * @module
 */

/** The explanation of one error code. */
export interface CodeEntry {
  /** The problem, in a few words. */
  readonly title: string;
  /** What has happened and what it leads to, in two or three sentences. */
  readonly meaning: string;
  /** Frequent causes, the most frequent first. */
  readonly causes: readonly string[];
  /** What to do. */
  readonly fix: string;
  /** A command that helps, if there is one. */
  readonly command?: string;
}
