/**
 * What the nodes of a demo keep running.
 *
 * @module
 */

/** A service, and the client that looks at it from outside of the nodes. */
export interface DemoService {
  /** The resource whose start counts. */
  readonly resource: string;
  /** It as an element of `resources`. */
  readonly xml: string;
  /** What the node configurations need for it. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** What its first answer is, for a person. */
  readonly answerWords: string;
  /** Makes what it needs, before the nodes are started. @throws {Error} for a person. */
  prepare(): Promise<void>;
  /** The node that it says it runs on, once it answers, from a node other than `not`. */
  host(withinMs: number, not?: string): Promise<string>;
  /** Looks whether all is as it should be; lines for a person, and what a program gets. */
  check(): Promise<Checked>;
  /** The client ends. */
  close(): Promise<void>;
}

/** What a look at the end has found. */
export interface Checked {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}
