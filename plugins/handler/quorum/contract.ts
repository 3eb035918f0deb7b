/**
 * The contract of kind `quorum`, version `quorum/1`: may these members act for the cluster?
 *
 * @module
 */

/** The question. */
export interface QuorumQuestion {
  /** Names of the members of the view, sorted; some may not be among `nodes`: they have no vote. */
  readonly members: readonly string[];
  /** Names of the nodes whose votes count, sorted: the configured nodes with later changes. */
  readonly nodes: readonly string[];
  /** Votes by node; absent: one. */
  readonly votes: Readonly<Record<string, number>>;
  /**
   * Names of the members of the quorate view that this one follows without a break, sorted; empty:
   * it follows none, as after a cold start.
   */
  readonly previous: readonly string[];
}

/** `tie`: the next plugin decides; after the last plugin the answer is no. */
export type QuorumAnswer = "yes" | "no" | "tie";

/** The methods of a quorum plugin: pure, synchronous. */
export interface Quorum {
  decide(question: QuorumQuestion): QuorumAnswer;
}
