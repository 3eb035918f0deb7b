/**
 * One of two nodes may go on alone if it was in a quorate view with the other: both halves of a
 * broken cluster may then try to fence, and the one that succeeds lives. A node that has just
 * booted must see the other first, so that the loser does not come back and fence the winner.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Quorum } from "../../handler/quorum/contract.ts";
import type manifest from "./manifest.ts";

const twoNode: Plugin<typeof manifest, Quorum> = () => ({
  decide({ members, nodes, previous }) {
    if (nodes.length !== 2) return "tie";
    const there = members.filter((name) => nodes.includes(name));
    if (there.length === 2) return "yes";
    return there.some((name) => previous.includes(name)) ? "yes" : "no";
  },
});
export default twoNode;
