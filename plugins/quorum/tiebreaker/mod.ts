/**
 * Exactly half of all votes may act if a chosen node is among them. Only one of two halves has that
 * node, so they never act both, with or without fencing.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Quorum } from "../../handler/quorum/contract.ts";
import type manifest from "./manifest.ts";

const tiebreaker: Plugin<typeof manifest, Quorum> = ({ nodes: order }) => ({
  decide({ members, nodes, votes }) {
    const count = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + (votes[name] ?? 1), 0);
    const there = members.filter((name) => nodes.includes(name));
    const theirs = count(there);
    const rest = count(nodes) - theirs;
    if (theirs !== rest) return theirs > rest ? "yes" : "no";
    // `nodes` is sorted, but not for the sake of this rule.
    const chosen = order.find((name) => nodes.includes(name)) ?? nodes.toSorted()[0];
    return chosen !== undefined && there.includes(chosen) ? "yes" : "no";
  },
});
export default tiebreaker;
