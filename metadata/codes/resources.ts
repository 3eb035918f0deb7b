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
  HA7009: {
    title: "A secret of a resource cannot be used",
    meaning:
      "A parameter of the resource is a secret in a file of each node. On this node the file is missing, " +
      "has another value, or could be read or changed by others, so the resource is not started here.",
    causes: [
      "the secret was set on another node only",
      "the folder was copied without its digests, owner or modes",
      "the secret was changed by hand",
    ],
    fix:
      "Set the secret on this node, or copy the folder of the secrets; then clean up the resource.",
    command: "ha resource secret check RESOURCE",
  },
  HA7010: {
    title: "A secret of a resource stands in the CIB",
    meaning:
      "Everyone who may read the CIB, a saved copy of it or a report can read this parameter, which is a " +
      "secret by its name or by the agent's meta-data.",
    causes: ["the value was written into the configuration"],
    fix: "Move it to a file of each node.",
    command: "ha resource secret set RESOURCE NAME --cib",
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
    causes: [
      "the coordinator changed",
      "the CIB is at its bound",
      "another element of the CIB has the id that the attribute would have",
    ],
    fix: "If it repeats, look for what the CIB refuses in the log of the coordinator.",
    command: "ha status",
  },
  HA7030: {
    title: "An alert of the CIB cannot be used as it is",
    meaning: "The rest of the section is in effect; the text says what of it is not.",
    causes: [
      "a path that names neither a program nor a plugin",
      "a timeout that is no duration up to 10 minutes",
      "more alerts or recipients than a node takes",
    ],
    fix: "Correct the alert.",
    command: "ha alert ls",
  },
  HA7031: {
    title: "A notifier cannot be used",
    meaning:
      "Alerts for its recipients wait, up to a bound, and it is tried again every 30 seconds. Recovery " +
      "does not wait for alerts.",
    causes: [
      "the program was not approved on this node",
      "the program or plugin is missing",
      "a parameter that the plugin does not take",
    ],
    fix: "Approve the program, or correct the parameters; then send a test.",
    command: "ha alert test ALERT",
  },
  HA7032: {
    title: "An alert did not reach its recipient",
    meaning: "The notifier was called, and failed or was not done in time. It is not sent again.",
    causes: ["the recipient does not answer", "the program failed", "a wrong address or password"],
    fix: "Read the reason in ha events, and send a test.",
    command: "ha alert test ALERT",
  },
  HA7040: {
    title: "A move or a ban has no end",
    meaning:
      "A constraint of ha resource move or ban has no end, so it holds until somebody removes it. It " +
      "keeps the resource from a node long after its reason is forgotten.",
    causes: ["--keep was given", "a move of Pacemaker's tools without a lifetime"],
    fix: "Remove it if its reason is gone.",
    command: "ha resource clear RESOURCE",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
