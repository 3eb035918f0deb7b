/**
 * The order in which rules for quorum are asked; the first one that does not return a tie decides.
 *
 * @module
 */
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";

/** A rule for every pair of nodes: nothing behind it would ever be asked about two nodes. */
const last = "quorum/two_node";

/** What an operator loads decides before the rule for two nodes. */
export const inOrder = (
  loaded: readonly { readonly id: string; readonly api: Quorum }[],
): readonly Quorum[] =>
  [...loaded.filter(({ id }) => id !== last), ...loaded.filter(({ id }) => id === last)]
    .map(({ api }) => api);
