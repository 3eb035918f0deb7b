/**
 * Whether a cluster may be founded: whether a quorate view may come from nodes that know of none.
 *
 * Two such views can come into being where a node's list of nodes has forgotten others: each is then a
 * majority of the list that its members have. So a node first listens, and strangers that it hears
 * count against a founding as if they had been named: founders are more than half of all that are named
 * or heard. Of two groups that hear each other at most one can be that. Nothing is founded while somebody
 * is heard whose cluster has been founded already: a node that started alone was there first. Who was in a quorate view once
 * founds nothing: it goes on, and says whom it hears.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { latest } from "./electorate.ts";
import type { Proposal } from "./protocol.ts";
import type { CcmState, Settings } from "./state.ts";

/**
 * Milliseconds until these may found a cluster, as far as this node knows; 0: they may, or they found
 * nothing; infinite: not while the strangers are heard, which is logged.
 *
 * @param proposal for a quorate view.
 */
export function foundingWaitMs(
  settings: Settings,
  state: CcmState,
  proposal: Pick<Proposal, "members" | "electorates">,
  at: number,
  effects: Effect[],
): number {
  const { electorates, members } = proposal;
  if (electorates.committed.version > 0) {
    state.foundingRefused = "";
    return 0;
  }
  const leftMs = listenLeftMs(settings, state, at);
  if (leftMs > 0) return leftMs;
  const { nodes } = latest(electorates);
  const others = state.strangers.filter((name) => !nodes.includes(name));
  const isMost = members.length * 2 > nodes.length + others.length;
  const elsewhere = state.founded.filter((name) => !members.some(({ node }) => node === name));
  const refused = elsewhere.length > 0
    ? whyNotBeside(elsewhere, state.strangers)
    : others.length === 0 || isMost
    ? ""
    : whyNot(others, nodes);
  if (refused !== state.foundingRefused && refused !== "") {
    effects.push({ type: "log", level: "crit", text: refused });
  }
  state.foundingRefused = refused;
  return refused === "" ? 0 : Infinity;
}

/** Milliseconds that this node has still to listen before it founds a cluster. */
export const listenLeftMs = (
  { listenMs }: Pick<Settings, "listenMs">,
  { listeningAtMs }: Pick<CcmState, "listeningAtMs">,
  at: number,
): number =>
  listeningAtMs === undefined
    ? listenMs === 0 ? 0 : Infinity
    : Math.max(0, listeningAtMs + listenMs - at);

/** Takes note of the strangers that are heard, and says so where a cluster is there already. */
export function hearStrangers(
  state: CcmState,
  strangers: readonly string[],
  effects: Effect[],
): void {
  const before = state.strangers;
  state.strangers = [...strangers].sort();
  if (strangers.length === 0 && state.founded.length === 0) state.foundingRefused = "";
  const came = state.strangers.filter((name) => !before.includes(name));
  if (came.length === 0 || state.electorates.committed.version === 0) return;
  effects.push({
    type: "log",
    level: "crit",
    text: withCode(
      "HA6008",
      `${came.join(", ")} ${came.length === 1 ? "has" : "have"} the key and ${
        came.length === 1 ? "names" : "name"
      } this cluster, and ${
        came.length === 1 ? "is" : "are"
      } none of its nodes: two clusters may run the same resources. Fix: add what belongs here with ` +
        "`ha heartbeat add`; give another cluster a key or a name of its own",
    ),
  });
}

/** Has heartbeat tell others, with each status, that this node's cluster has been founded. */
export const sayFounded: Effect = {
  type: "send",
  to: { service: "heartbeat" },
  message: { type: "heartbeat/founded" },
};

/** Those who are heard are in no view with this node: one of the two does not hear, or name, the other. */
const whyNotBeside = (founded: readonly string[], strangers: readonly string[]): string =>
  withCode(
    "HA6009",
    `No cluster is founded: one of this name has been, by ${
      founded.join(", ")
    }, and this node is ` +
      "not in it. Fix: " +
      (founded.some((name) => strangers.includes(name))
        ? 'name those in "nodes" of this node\'s configuration and start it again'
        : 'see whether "nodes" there names this node, and whether this node is heard there') +
      "; a machine that does not belong here gets a key or a cluster name of its own",
  );

const whyNot = (others: readonly string[], nodes: readonly string[]): string =>
  withCode(
    "HA6009",
    `No cluster is founded: ${others.join(", ")} ${
      others.length === 1 ? "has" : "have"
    } the key and ${others.length === 1 ? "names" : "name"} this cluster, and "nodes" has only ${
      nodes.join(", ")
    }; there could be two clusters then. ` +
      'Fix: write the same "nodes" in the node configuration of every node, and start those that had ' +
      "other ones again; give another cluster a key or a name of its own",
  );
