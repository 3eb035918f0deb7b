/**
 * Membership and quorum.
 *
 * @module
 */
import { warnings } from "../../status/node_text.ts";
import { check, finding, ofLine } from "../check.ts";

/** Plugins that every node loads, and that break no tie by themselves. */
const usualRules = ["quorum/majority", "quorum/two_node"];

/** Whether this node has quorum. */
export const quorum = check({
  name: "quorum",
  summary: "this node has quorum",
  needs: ["view"],
  find: ({ view: { quorate, members } }) =>
    quorate !== false ? [] : [finding("error", "HA6001", {
      at: "membership",
      what: members.length === 0
        ? "this node is in no membership"
        : `there is no quorum with ${members.join(", ")}`,
      why: "the cluster starts nothing on this node",
      fix: "start the other nodes, and see that their links work",
    })],
});

/** Nodes that are missing, and nodes that do not belong. */
export const members = check({
  name: "members",
  summary: "all configured nodes are members, and no others",
  needs: ["view", "config"],
  find({ view, config }) {
    const missing = view.quorate === true
      ? config.nodes.filter((name) => !view.members.includes(name))
      : []; // then the quorum is what is the matter
    const none = { refused: [], refusedElsewhere: 0, incompatible: [], held: [] };
    const rest = { ...view, quorate: true, inStep: true, silent: [], heldBack: none };
    return [
      ...missing.map((name) =>
        finding("error", "HA6021", {
          at: `node ${name}`,
          what: "it is configured and no member",
          fix: `start it and look at its links; one that is gone for good: ha node forget ${name}`,
        })
      ),
      ...warnings(rest).map((line) => ofLine(line, "error")),
    ];
  },
});

/** Two nodes of which neither can be outvoted. */
export const tieBreak = check({
  name: "tie-break",
  summary: "two nodes have something that breaks a tie",
  needs: ["config"],
  find({ config: { nodes, load = [] } }) {
    const breaks = load.some(({ plugin }) =>
      plugin.startsWith("quorum/") && !usualRules.includes(plugin)
    );
    if (nodes.length !== 2 || breaks) return [];
    return [finding("warning", "HA6020", {
      at: "nodes",
      what: "two nodes have no tie-break",
      why: "when they lose each other, each fences the other, and fencing alone decides",
      fix:
        "add a third node that runs nothing, or load quorum/tiebreaker: one of the two goes on alone",
    })];
  },
});
