/**
 * Error codes of writes to the CIB, its copies, and the configuration language.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

const verify = "ha configure verify FILE";

/** HA3xxx. */
export const cibCodes = {
  HA3001: {
    title: "An element or attribute is not part of the configuration language",
    meaning:
      "The CIB contains a name that the language does not have at this place. The document is " +
      "rejected, because a misspelt constraint would otherwise be lost.",
    causes: ["a typing error", "an element in the wrong place"],
    fix: "Correct the name, move the element, or remove it.",
    command: verify,
  },
  HA3002: {
    title: "A required attribute or element is missing",
    meaning: "An element lacks something that the language demands. The document is rejected.",
    causes: ["an incomplete copy", "an attribute with a misspelt name"],
    fix: "Add what the message names.",
    command: verify,
  },
  HA3003: {
    title: "An attribute has an invalid value",
    meaning: "The value is none of those that the language allows for this attribute.",
    causes: ["a typing error", "a number or duration with a wrong unit"],
    fix: "Write one of the expected values.",
    command: verify,
  },
  HA3004: {
    title: "An id is invalid or used twice",
    meaning: "Each element needs an id of its own: it is the name by which others refer to it.",
    causes: ["a copied element", "an id that begins with a digit or contains a blank"],
    fix: "Give each element its own id of letters, digits, dots, hyphens and underscores.",
    command: verify,
  },
  HA3005: {
    title: "A reference leads nowhere",
    meaning: "An attribute names an element that the CIB does not contain.",
    causes: ["the element was renamed or removed", "a typing error"],
    fix: "Correct the reference, or remove the element that contains it.",
    command: verify,
  },
  HA3006: {
    title: "Pacemaker 3.0 removed or renamed this",
    meaning:
      "The configuration uses something that Pacemaker 3.0 no longer has. It is an error if the CIB " +
      "names a schema of 3.0, else a warning without effect.",
    causes: ["a configuration of an older cluster"],
    fix: "Use the replacement that the message names.",
    command: verify,
  },
  HA3007: {
    title: "Elements are combined wrongly",
    meaning:
      "An element contains too many or too few others, or attributes that exclude each other. The " +
      "document is rejected.",
    causes: ["an empty group or set", "two choices where one is allowed"],
    fix: "Leave exactly what the message expects.",
    command: verify,
  },
  HA3008: {
    title: "The schema is unknown or switched off",
    meaning:
      "validate-with is missing, names no known schema, or is none. With none, errors of the language " +
      "become warnings.",
    causes: ["a CIB without validate-with", "a schema of a newer version"],
    fix: 'Write validate-with="pacemaker-4.0".',
    command: verify,
  },
  HA3009: {
    title: "A part of the CIB has no effect",
    meaning: "The cluster reads this part, but does nothing with it. The document is accepted.",
    causes: ["an unknown cluster option", "text between elements"],
    fix: "Remove it, or correct its name.",
    command: verify,
  },
  HA3010: {
    title: "Another write changed the CIB meanwhile",
    meaning: "The write is based on an older version of the CIB. It was not applied.",
    causes: ["two people or programs changed the configuration at the same time"],
    fix: "Read the CIB again and repeat the change.",
  },
  HA3011: {
    title: "The CIB takes no more writes at the moment",
    meaning: "As many writes wait as the bound allows. This one was not accepted.",
    causes: ["a program that writes in a loop", "an overloaded coordinator"],
    fix: "Try again later. Find the program that writes so often.",
  },
  HA3012: {
    title: "The change is too large",
    meaning: "The CIB, or one write to it, would exceed a bound of size. It was not applied.",
    causes: ["a very large configuration", "many changes in one write"],
    fix: "Split the write into parts, or remove what is not needed.",
  },
  HA3013: {
    title: "A parameter of an agent is wrong",
    meaning:
      "The metadata of an agent or fencing device does not allow the parameters in the CIB. The " +
      "resource would fail at its first start, so the write is rejected.",
    causes: ["a misspelt parameter", "a missing required parameter", "a value out of its range"],
    fix: "Compare the parameters with those of the agent.",
    command: "ha resource describe CLASS:[PROVIDER:]TYPE",
  },
  HA3014: {
    title: "The copy of the CIB on this disk is damaged",
    meaning:
      "The file of this node cannot be read. The node takes part with the copy that the other members " +
      "send.",
    causes: ["a failing disk", "a file that was edited or only partly restored"],
    fix: "Check the disk. If no member has a good copy, restore a backup.",
  },
  HA3015: {
    title: "No member has a CIB that can be trusted",
    meaning:
      "All copies are damaged, or a damaged one may be newer than the others. The cluster waits without " +
      "a CIB, so that no change is lost.",
    causes: ["failing disks", "a node with the newest copy is not started"],
    fix:
      "Start more nodes, restore a backup, or remove the folder cib of the damaged node to accept the " +
      "copy of the others.",
  },
  HA3016: {
    title: "The XML contains a forbidden character",
    meaning: "XML cannot contain this character, not even escaped.",
    causes: ["a control character that was copied from a terminal"],
    fix: "Remove the character.",
  },
  HA3017: {
    title: "Configured first nodes do not fit",
    meaning: "The nodes that begin the cluster must be the same on every node.",
    causes: ["a node was added or renamed on only some nodes"],
    fix: "Use the same list on every node.",
  },
  HA3018: {
    title: "Only the coordinator may write this part of the CIB",
    meaning:
      "The status and the description of nodes are facts that the cluster writes. A client may not.",
    causes: ["a whole CIB was replaced", "a tool writes the status section"],
    fix: "Change /cib/configuration only.",
  },
  HA3019: {
    title: "This cluster cannot run a resource",
    meaning:
      "Bundles and Pacemaker Remote need daemons that this cluster does not have. The resource, and " +
      "what depends on it, does not run. All other resources do.",
    causes: ["a configuration of another cluster manager"],
    fix: "Remove the resource, or run what it holds as an ordinary resource.",
    command: verify,
  },
  HA3020: {
    title: "A copy of the CIB does not count",
    meaning:
      "A member reports a copy that no quorate view can have acknowledged: members that would have it " +
      "too have something else. It gets the copy of the others.",
    causes: [
      "the node was cut off in the middle of a write",
      "its disk holds a copy of another time or cluster",
      "someone who controls the node",
    ],
    fix: "Nothing, if the node was down or apart. Otherwise check the node.",
  },
  HA3021: {
    title: "The coordinator's copy of the CIB is refused",
    meaning:
      "The coordinator has sent a CIB that cannot be read, or that lacks changes which were " +
      "acknowledged. The member keeps its own; the view ends, and another coordinator follows.",
    causes: ["a failing disk or memory of the coordinator", "someone who controls that node"],
    fix:
      "Stop the node that coordinated and check it. Remove its folder cib before it starts again.",
    command: "ha status",
  },
  HA3022: {
    title: "The user may not write all of it",
    meaning:
      "The access rules of the CIB give the user no right to write an element of the change. " +
      "Nothing of it is written. The nearest rule counts, and deny wins over write.",
    causes: [
      "no role of the user has a rule for the element",
      "a rule with kind deny is about the element or one around it",
      "a rule has a path that is not understood",
    ],
    fix: "Ask an administrator for a rule, or use the account of one.",
    command: "ha acl check USER",
  },
  HA3023: {
    title: "The user may not know why",
    meaning:
      "The change conflicts with something in the CIB that the access rules hide from the user: " +
      "the reason would show it.",
    causes: [
      "an id is used by an element that the user may not see",
      "a hidden element refers to what is changed",
    ],
    fix: "Ask an administrator to make the change.",
  },
  HA3024: {
    title: "The user may see nothing of the CIB",
    meaning:
      "Access rules are in force (enable-acl), and none of them lets the user read anything.",
    causes: ["the user and the user's groups have no role with a rule for read or write"],
    fix: "Ask an administrator for a role.",
    command: "ha acl check USER",
  },
  HA3025: {
    title: "This node's later changes of the CIB do not count",
    meaning:
      "The copy on the disk of this node has a later configuration than the one that the members of its " +
      "view agree on. It gets theirs.",
    causes: [
      "the node was cut off in the middle of a write, which was then not acknowledged",
      "most nodes were put back to an older state, as from images or snapshots of their disks",
    ],
    fix:
      "Nothing, if no change is missing. Otherwise make again what the history of this node shows.",
    command: "ha configure history",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
