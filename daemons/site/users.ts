/**
 * Users other than the node's own: whether the node configuration lets them use the node at all. What
 * they may do there, the rules of the CIB say.
 *
 * @module
 */
import type { NodeConfig } from "./node_config/read.ts";

/** The client of the rule in `apiauth` that lets users use the socket of heartbeat. No other does. */
export const userClient = "ha";

/** Whether there is such a rule, or other users may register applications. */
export const letsUsersIn = (
  { apiauth, applications }: Pick<NodeConfig, "apiauth" | "applications">,
): boolean =>
  apiauth?.some(({ client }) => client === userClient) === true ||
  (applications?.uids.length ?? 0) + (applications?.gids.length ?? 0) > 0;
