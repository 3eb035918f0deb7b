/**
 * Error codes of the command `ha` itself.
 *
 * @module
 */
import type { CodeEntry } from "./entry.ts";

/** HA0xxx. */
export const commandCodes = {
  HA0001: {
    title: "There is no such command",
    meaning: "The first words of the call name no command of ha. Nothing was done.",
    causes: ["a typing error", "a command of another version"],
    fix: "Choose a command from the list.",
    command: "ha --help",
  },
  HA0002: {
    title: "The arguments of the command are wrong",
    meaning:
      "An option or argument is unknown, missing, or has a value that the command does not accept. " +
      "Nothing was done.",
    causes: ["a typing error", "an option without its value", "one argument too many"],
    fix: "Compare the call with the usage line of the command.",
    command: "ha COMMAND --help",
  },
  HA0003: {
    title: "No node answers at the socket",
    meaning:
      "The command needs a running node on this machine, and no daemon listens on the socket in the " +
      "run folder.",
    causes: ["the node is not running", "the node uses another run folder than /run/ha"],
    fix: "Start the node, or name its run folder with --run FOLDER.",
    command: "ha status --run FOLDER",
  },
  HA0004: {
    title: "A daemon of the node does not answer",
    meaning:
      "A node is running, but one of its daemons did not answer in time. What the command shows may " +
      "be incomplete.",
    causes: ["the daemon has just ended and is being restarted", "the machine is overloaded"],
    fix: "Look for the daemon in the status and in the log of the node.",
    command: "ha status",
  },
  HA0005: {
    title: "The node does not have the current CIB yet",
    meaning:
      "The coordinator has not yet sent its copy of the CIB to this node, so what is known here may " +
      "be old.",
    causes: ["the node has just started", "the cluster is electing a coordinator"],
    fix: "Wait a few seconds and run the command again. If that persists, read the log of cib.",
    command: "ha status",
  },
  HA0006: {
    title: "Nothing has this name",
    meaning: "There is no resource, node, agent or action with the given name.",
    causes: ["a typing error", "the name is that of another cluster"],
    fix: "Use a name that the status shows.",
    command: "ha status",
  },
  HA0007: {
    title: "The command lacks a permission",
    meaning:
      "Each command may touch only the files and sockets that follow from its arguments. It tried " +
      "something else, or the operating system refused it.",
    causes: [
      "a symbolic link leads to another place",
      "the file belongs to another user",
    ],
    fix: "Name the real path, and run the command as the user who owns the node's files.",
  },
  HA0008: {
    title: "A file cannot be read",
    meaning: "The input file is missing, is not a regular file, or is too large.",
    causes: ["a typing error in the path", "missing read permission", "a pipe or a device"],
    fix: "Name a regular file that can be read.",
  },
  HA0009: {
    title: "The input is not a CIB",
    meaning: "The document is not well-formed XML, or its outermost element is not <cib>.",
    causes: ["only a part of a CIB was saved", "another XML file was named"],
    fix: "Use the output of cibadmin --query, or a file like it.",
    command: "ha configure verify FILE",
  },
  HA0010: {
    title: "There is no terminal to ask",
    meaning: "The command needs an answer from a person, and its input is not a terminal.",
    causes: ["the command runs in a script or a service"],
    fix: "Use the option that gives the answer, such as --yes.",
  },
  HA0011: {
    title: "The item exists already",
    meaning:
      "The command creates something whose place is taken. The existing item was not changed.",
    causes: ["the command was run twice", "the name is in use"],
    fix: "Choose another name, or remove the existing item first.",
  },
  HA0012: {
    title: "An unexpected error ended the program",
    meaning: "The program met a situation that it was not written for. This is a bug.",
    causes: ["a bug in the project or in a plugin"],
    fix: "Report the message, the call and the version.",
  },
  HA0013: {
    title: "A file cannot be written",
    meaning:
      "The file is a symbolic link, a device, a pipe or a folder, its folder takes no new file, or the " +
      "disk is full. What stood there before is unchanged.",
    causes: ["the path leads through a symbolic link", "a full disk", "missing write permission"],
    fix: "Name the file itself, in a folder with room that may be written.",
  },
  HA0014: {
    title: "The nodes of the cluster cannot change in this way",
    meaning:
      "heartbeat rejected the change of a node that ha heartbeat asked for. Nothing was changed, on no " +
      "node.",
    causes: ["the node is not known", "the node runs", "another node would miss the change"],
    fix: "Do what the message names, and repeat the command.",
    command: "ha status",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
