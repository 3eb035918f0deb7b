/**
 * More than half of all votes may act. Exactly half is a tie.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Quorum } from "../../handler/quorum/contract.ts";
import type manifest from "./manifest.ts";

const majority: Plugin<typeof manifest, Quorum> = () => ({
  decide({ members, nodes, votes }) {
    const count = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + (votes[name] ?? 1), 0);
    const theirs = count(members.filter((name) => nodes.includes(name)));
    const rest = count(nodes) - theirs;
    return theirs > rest ? "yes" : theirs < rest ? "no" : "tie";
  },
});
export default majority;
