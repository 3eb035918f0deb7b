/**
 * Strangers: nodes that have the key, name this cluster and are not among its nodes. Some node's list
 * has forgotten others then, and each side of the gap could take itself for the whole cluster: so the
 * services hear of them, and membership founds no cluster beside them (`../ccm/founding.ts`).
 *
 * @module
 */
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { nodesMax } from "../site/node_config/limits.ts";
import { announceAnyway, saysFounded } from "./connectivity.ts";
import { stringOf } from "./fields.ts";
import { isName } from "./hosts.ts";
import type { Turn } from "./state.ts";

/** Deadtimes of this node without a status after which a stranger is not heard any more. */
const forgetDeadtimes = 2;

/**
 * A packet of a node that is not among ours. Only a status counts: it alone says of which cluster its
 * sender is; where one of the two does not say it, they may be the same. Who was removed is no stranger.
 */
export function noteStranger(turn: Turn, name: string, message: WireMessage): void {
  const { strangers, hosts, config } = turn.state;
  if (stringOf(message, "t") !== "status" || !isName(name) || hosts.removed.has(name)) return;
  const cluster = stringOf(message, "hacluster") ?? config.cluster;
  if (config.cluster !== undefined && cluster !== config.cluster) return;
  const before = strangers.get(name);
  // A thousand of them say no more than a hundred.
  if (before === undefined && strangers.size >= nodesMax) return;
  const founded = saysFounded(message);
  strangers.set(name, { heardAt: turn.at, founded });
  if (before?.founded !== founded) announceAnyway(turn);
}

/** Forgets those that have fallen silent. */
export function forgetStrangers(turn: Turn): void {
  const { strangers, config } = turn.state;
  const before = strangers.size;
  for (const [name, { heardAt }] of strangers) {
    if (turn.at - heardAt > forgetDeadtimes * config.deadtimeMs) strangers.delete(name);
  }
  if (strangers.size !== before) announceAnyway(turn);
}
