/**
 * One of the two nodes that are compared.
 *
 * @module
 */

/** See the head of the file. */
export interface Side extends AsyncDisposable {
  readonly name: string;
  /** Its network namespace, as `/proc/ID/ns/net` names it. */
  space(): Promise<string>;
  /** Command lines of what runs the agents. */
  readonly isExecutor: RegExp;
  /** By how much heartbeats came later than a keepalive allows, in milliseconds; none if none was. */
  lateHeartbeats(): Promise<readonly number[]>;
  /** What a person reads when something went wrong. */
  trouble(): Promise<string>;
}
