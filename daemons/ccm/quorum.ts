/**
 * Decides whether the members may act for the cluster: calls the quorum plugins one after another.
 *
 * @module
 */
import type { Quorum, QuorumQuestion } from "../../plugins/handler/quorum/contract.ts";

/**
 * Whether these may ever have acted for the cluster, whatever view they followed. For copies of the
 * CIB: what none of them can have acknowledged does not count.
 */
export const mayHaveActed =
  (plugins: readonly Quorum[]) => (members: readonly string[], nodes: readonly string[]): boolean =>
    [nodes, []].some((previous) => decideQuorum(plugins, { members, nodes, votes: {}, previous }));

/** The first plugin that does not return a tie decides; if all do, the answer is no. */
export function decideQuorum(plugins: readonly Quorum[], question: QuorumQuestion): boolean {
  for (const plugin of plugins) {
    const answer = plugin.decide(question);
    if (answer !== "tie") return answer === "yes";
  }
  return false;
}
