/**
 * The change of the electorate that a coordinator wants. Heartbeat's list of nodes is the
 * operator's wish. The coordinator follows it from within a quorate view that has settled, with a
 * view of the same members.
 *
 * So a view changes either its members or its electorate, never both. Every node in the new
 * electorate has all acknowledged writes on its disk, so each majority of that electorate has them
 * too.
 *
 * @module
 */
import { sameNodes, together } from "./electorate.ts";
import type { Row } from "./protocol.ts";
import { type CcmState, nodesMax, type Settings } from "./state.ts";

/**
 * The nodes that should count from the next view on; undefined: no change is needed, or not
 * now, or not by this node.
 *
 * @param rows of the members of this node's view, all of which are in it.
 */
export function wantedElectorate(
  { settledBy }: Settings,
  state: CcmState,
  rows: readonly Row[],
): readonly string[] | undefined {
  const { view, named, connected, node } = state;
  if (!view?.quorate || view.members[0]?.node !== node || !connected) return undefined;
  if (settledBy.some((service) => state.settled.get(service) !== view.epoch)) return undefined;
  const known = together(rows.map((row) => row.electorates));
  const { nodes: before } = known.committed;
  const members = new Set(view.members.map((member) => member.node));
  const stays = (name: string) =>
    named.has(name) || members.has(name) || rows.some(({ hears }) => Object.hasOwn(hears, name));
  const kept = before.filter(stays);
  const added = [...members].filter((name) => named.has(name) && !kept.includes(name)).sort();
  // One step at a time: adding a node may need a majority that only the first step gives.
  const wanted = kept.length < before.length ? kept : [...kept, ...added].slice(0, nodesMax).sort();
  // An unsuccessful promise is settled too, or it would stay binding forever.
  const loose = known.promised.some((one) => !sameNodes(one, known.committed));
  return loose || !sameNodes(known.committed, { nodes: wanted }) ? wanted : undefined;
}
