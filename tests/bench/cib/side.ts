/**
 * One of the two clusters that are compared.
 *
 * @module
 */

/** What is written: properties of the cluster, or tickets, which are no configuration. */
export type What = "configuration" | "tickets";

/** See the head of the file. */
export interface Side extends AsyncDisposable {
  /** Milliseconds of each write of so many clients, in any order. */
  writes(what: What, clients: number, seconds: number): Promise<readonly number[]>;
  /** What a person reads when something went wrong. */
  trouble(): Promise<string>;
}
