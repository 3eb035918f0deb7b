/**
 * Error codes of resources, their operations and their agents.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

/** HA7xxx. */
export const resourceCodes = {
  HA7001: {
    title: "An operation of a resource failed",
    meaning:
      "An agent ended with another result than expected, or did not end in time. The cluster recovers " +
      "the resource according to on-fail.",
    causes: ["the service has failed", "wrong parameters", "a timeout that is too short"],
    fix: "Read the agent's message, correct the cause, then clear the failure.",
    command: "ha resource cleanup RESOURCE [NODE]",
  },
  HA7002: {
    title: "A resource is blocked",
    meaning: "The cluster does nothing with this resource until a person has looked at it.",
    causes: ["a failed stop without fencing", "on-fail is block", "it is active on several nodes"],
    fix: "Correct the cause, then clear the failure.",
    command: "ha why RESOURCE",
  },
  HA7003: {
    title: "An ordered operation was never answered",
    meaning: "A node did not report the end of an operation in time. The transition is repeated.",
    causes: ["the node is overloaded or hangs", "an agent ignores its timeout"],
    fix: "Look for the operation in the log of that node.",
    command: "ha why RESOURCE",
  },
  HA7004: {
    title: "An order was refused",
    meaning: "A node did not accept an operation that the coordinator ordered.",
    causes: ["the coordinator changed", "the agent is not installed there"],
    fix: "If it repeats, compare the versions and the agents of the nodes.",
    command: "ha resource agents",
  },
  HA7005: {
    title: "An agent cannot be run",
    meaning: "The program of the agent is missing, cannot be executed, or lacks a module.",
    causes: ["the agent is not installed on this node", "an incomplete copy"],
    fix: "Install the agent on every node that may run the resource.",
    command: "ha resource agents CLASS",
  },
  HA7006: {
    title: "A class of agents cannot be used",
    meaning: "The plugin that runs agents of this class could not be loaded on this node.",
    causes: ["the plugin is not in the lock", "the plugin was changed after the approval"],
    fix: "Approve the plugin on this node.",
    command: "ha plugin ls",
  },
  HA7007: {
    title: "The meta-data of an agent has errors",
    meaning:
      "The meta-data of an agent cannot be read, or breaks a rule of its format. What can be read of it " +
      "is used if the message is a warning.",
    causes: ["the agent printed something else", "another encoding", "two parameters of one name"],
    fix: "Correct the agent, or report it to its author.",
    command: "ha resource describe AGENT",
  },
  HA7008: {
    title: "Parameters cannot be given to an agent",
    meaning:
      "A program receives parameters in its environment or as arguments. These cannot be passed that " +
      "way, so nothing is started: a probe reports that it does not run, and a stop succeeds.",
    causes: ["a name that is no name", "a NUL character", "a value of more than 128 KiB"],
    fix: "Correct the parameters of the resource.",
    command: "ha resource describe AGENT",
  },
  HA7020: {
    title: "An attribute of a node was not changed",
    meaning:
      "A program or an agent asked for a change that this node cannot make: the text says which bound, " +
      "name or node is the reason.",
    causes: [
      "the named node is not a member",
      "too many attributes, or values that are too long",
      "a name that the cluster itself writes",
    ],
    fix: "Correct the name, node or value, and repeat the change.",
  },
  HA7021: {
    title: "Attributes of a node could not be written to the CIB",
    meaning: "The node keeps the values and writes them again until the CIB has them.",
    causes: ["the coordinator changed", "the CIB is at its bound"],
    fix: "If it repeats, look for what the CIB refuses in the log of the coordinator.",
    command: "ha status",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
