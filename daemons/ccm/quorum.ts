/**
 * Decides whether the members may act for the cluster: calls the quorum plugins one after another.
 *
 * @module
 */
import type { Quorum, QuorumQuestion } from "../../plugins/handler/quorum/contract.ts";

/** The first plugin that does not return a tie decides; if all do, the answer is no. */
export function decideQuorum(plugins: readonly Quorum[], question: QuorumQuestion): boolean {
  for (const plugin of plugins) {
    const answer = plugin.decide(question);
    if (answer !== "tie") return answer === "yes";
  }
  return false;
}
