/**
 * Error codes of membership, quorum and coordination.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

const status = "ha status";

/** HA6xxx. */
export const membershipCodes = {
  HA6001: {
    title: "This node has no quorum",
    meaning: "Fewer than the needed nodes see each other. The node stops its resources, unless " +
      "no-quorum-policy says otherwise, so that nothing runs twice.",
    causes: ["nodes are down", "the network is split"],
    fix: "Start more nodes, or repair the network between them.",
    command: status,
  },
  HA6002: {
    title: "A resource cannot be stopped without quorum",
    meaning:
      "The node lost quorum and a stop failed. The other part of the cluster may start the resource " +
      "too.",
    causes: ["a broken agent", "a service that hangs"],
    fix: "Stop the service by hand, or switch this node off.",
  },
  HA6003: {
    title: "A node of another cluster tries to join",
    meaning:
      "The node began a cluster of its own, or it was lost before the others went on without it (`ha " +
      "cluster recover`). Two clusters are not merged, because their configurations and their counts of " +
      "nodes differ.",
    causes: [
      "the node was started alone with another list of nodes",
      "the node comes back after a recovery",
    ],
    fix:
      "Run `ha cluster leave --forgotten` on the node that does not belong here, and join it again.",
    command: status,
  },
  HA6004: {
    title: "The list of counted nodes cannot change yet",
    meaning:
      "A change of the nodes that count for quorum needs a majority of the old and of the new.",
    causes: ["too few of the nodes run"],
    fix: "Start more of them.",
    command: status,
  },
  HA6005: {
    title: "A node stops without knowing its resources",
    meaning:
      "The local resource manager did not answer, so resources may still run on this machine.",
    causes: ["lrmd hangs or is being restarted"],
    fix: "Check by hand what still runs on the machine.",
  },
  HA6006: {
    title: "The local resource manager has ended",
    meaning:
      "lrmd ended. Services continue. The next lrmd repeats their monitors at once, and resources " +
      "that were being started or stopped are probed.",
    causes: ["lrmd was killed", "the machine ran out of memory"],
    fix:
      "Look for the cause in the log of the node. If it repeats, check the agents and the memory.",
    command: status,
  },
  HA6007: {
    title: "A change could not be written to the CIB",
    meaning: "A daemon could not store a result or the list of members. It tries again.",
    causes: [
      "the coordinator is changing",
      "the disk of the coordinator is full",
      "a member reports names that cannot be shown, or more than a write may hold",
    ],
    fix:
      "If it repeats, look for errors of cib in the log of the coordinator and of the named node.",
    command: status,
  },
  HA6008: {
    title: "Strangers have the key and the name of this cluster",
    meaning:
      "Nodes that are not in this cluster's list use its key and its name. They may form a second " +
      "cluster that runs the same resources.",
    causes: ["a node was not added on all nodes", "a copied configuration"],
    fix: "Add what belongs here. Give another cluster its own key or name.",
    command: "ha heartbeat add NODE",
  },
  HA6009: {
    title: "No cluster is founded",
    meaning:
      "The nodes that hear each other have different lists of nodes, so two clusters could begin. None " +
      "begins until the lists fit.",
    causes: ["different nodes in the node configurations", "a cluster of this name exists already"],
    fix: "Write the same list of nodes on every node, and start the changed ones again.",
    command: "ha status",
  },
  HA6010: {
    title: "A member withholds its part of an agreement",
    meaning:
      "A node is heard, but it does not promise views or does not store entries of the CIB. It held up " +
      "the cluster, so it counts as not heard for some minutes, and is fenced.",
    causes: ["its disk hangs", "a defect of its daemons", "someone who controls the node"],
    fix: "Read the log of that node, check its disk, and start it again.",
    command: status,
  },
  HA6011: {
    title: "The coordinator decides nothing",
    meaning:
      "The coordinator is heard, but it does not take up the view, answer writes, or record who is a " +
      "member. When most members see that, they leave it out, and another node coordinates. A coordinator " +
      "that starts no transition for a minute is shown by its own status, with what it waits for.",
    causes: ["its disk hangs", "a defect of its daemons", "someone who controls the node"],
    fix: "Read the log of that node, check its disk, and start it again.",
    command: status,
  },
  HA6012: {
    title: "The nodes cannot go on without the others",
    meaning:
      "A person asked by `ha cluster recover` to let the nodes that are left go on without the lost ones, " +
      "and this is not possible, or not needed, now.",
    causes: [
      "the nodes have quorum",
      "a node that counts is still heard",
      "the members have changed since they were shown",
    ],
    fix: "Look at who is there, and run it again if nodes that count are permanently lost.",
    command: status,
  },
  HA6020: {
    title: "Two nodes have no tie-break",
    meaning:
      "When two nodes lose each other, each has half of the votes and tries to fence the other. Fencing " +
      "alone decides which one goes on, and changes to the configuration in that time can be lost.",
    causes: ["a cluster of two nodes without a third vote"],
    fix: "Add a third node that runs nothing, or load a tie-break plugin of kind quorum.",
  },
  HA6021: {
    title: "A configured node is not a member",
    meaning: "A node of the configuration is not in the membership. It runs nothing.",
    causes: ["the node is stopped", "its links are down", "it was removed without ha node forget"],
    fix: "Start the node and look at its links, or remove it.",
    command: "ha node forget NODE",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
