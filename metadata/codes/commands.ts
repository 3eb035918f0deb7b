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
  HA0015: {
    title: "The id is taken",
    meaning:
      "An element of the configuration has the id that the new one should get. Nothing was done.",
    causes: ["the same command was run before", "a resource and a constraint of one name"],
    fix: "Choose another id, or delete what has it.",
    command: "ha configure show",
  },
  HA0016: {
    title: "The configuration does not allow this change",
    meaning:
      "What the command names is there, and the change makes no sense for it: a clone of a clone, a " +
      "parameter of a group, a move of a member. Nothing was done.",
    causes: [
      "the name of a member was given instead of its group or clone, or the other way round",
    ],
    fix: "Name the element that the message names.",
    command: "ha resource show RESOURCE",
  },
  HA0017: {
    title: "The change would stop other resources",
    meaning:
      "Resources that the command does not name would stop and not run elsewhere. Nothing was done, " +
      "because nobody agreed.",
    causes: ["other resources depend on the one that is to stop", "a group stops from a member on"],
    fix: "Look at what would happen with --dry-run, and repeat the command with --yes.",
  },
  HA0018: {
    title: "It is not known whether the change was made",
    meaning:
      "The cluster did not acknowledge the change in time, and afterwards no CIB could be read that " +
      "tells whether it took effect. It took effect once or not at all.",
    causes: ["the coordinator died during the change", "the node lost its quorum"],
    fix: "Wait until ha status shows a quorum, and see whether the configuration has the change.",
    command: "ha configure history",
  },
  HA0019: {
    title: "The cluster did not settle in time",
    meaning:
      "The change was made, and the cluster still had something to do when the time of --wait was over.",
    causes: ["an agent takes long", "a node is to be fenced and no device answers"],
    fix: "See what it waits for, or wait again with a longer time.",
    command: "ha why RESOURCE",
  },
  HA0020: {
    title: "A program that the command needs is not installed",
    meaning: "The command starts a program of another package, and this machine does not have it.",
    causes: ["the package is not installed", "the program is in a folder that is not searched"],
    fix: "Install the package that the message names.",
  },
  HA0025: {
    title: "This user may not connect to the node",
    meaning:
      "The sockets of a node belong to its user. Other users are let in over heartbeat.sock, and only " +
      'those that "apiauth" of the node configuration names for the client "ha".',
    causes: [
      'the user, and its groups, are not in the rule for the client "ha"',
      "there is no such rule",
      "the node was not restarted since the rule was added",
    ],
    fix: "Call the command as the user of the node, or add this user to the rule.",
  },
  HA0026: {
    title: "A daemon did not take a request",
    meaning:
      "A daemon of this node refused a request before it was carried out, or could not send its answer. " +
      "The message says why.",
    causes: [
      "the request, or the answer to it, is too large",
      "a value of the request is not what its type asks for",
      "the program is of another version than the node",
      "this user, or this program, may not ask for that",
      "the daemon is not running",
    ],
    fix: "Correct what the message names; if the daemon is not running, wait for its restart.",
    command: "ha status",
  },
  HA0027: {
    title: "The command exceeds its limit of time or memory",
    meaning:
      "A command that computes on a CIB has a limit of time and of memory. It was stopped and wrote " +
      "no result. The cluster is not concerned.",
    causes: [
      "the CIB has very many elements, or a dense net of colocations or orders",
      "the machine is overloaded",
    ],
    fix: "Simplify the CIB, or repeat the command with --time-limit or --memory-limit.",
  },
  HA0040: {
    title: "There is something of a node on this machine already",
    meaning:
      "ha cluster init and ha cluster join make a new node. They found a node configuration, a file of " +
      "keys, or state, and changed nothing.",
    causes: [
      "this machine is a node already",
      "it was a node before, and its state was not moved away",
    ],
    fix:
      "Use the node that is there, or move its files away. State of a former node must not be used again.",
    command: "ha status",
  },
  HA0041: {
    title: "This is no token",
    meaning: "The word after ha cluster join has not the form of a token. Nothing was sent.",
    causes: ["a character is missing or wrong", "only a part of the line was copied"],
    fix: "Copy the whole token from the output of ha cluster token.",
    command: "ha cluster token",
  },
  HA0042: {
    title: "The token is not open",
    meaning:
      "Nobody listens for this token, or it is no longer good: a token is good for one machine and ten " +
      "minutes. Nothing was made on this machine.",
    causes: [
      "the token was used",
      "it is older than ten minutes",
      "it was closed, or is void after five wrong secrets",
      "a firewall is between the machines: the token's port is TCP",
    ],
    fix: "Open another token on a node of the cluster, and use it on this machine.",
    command: "ha cluster token",
  },
  HA0043: {
    title: "The cluster refuses this machine",
    meaning:
      "The node of the token has checked what this machine says of itself, and does not let it join. " +
      "Nothing was made on this machine. The token stays open.",
    causes: [
      "a node of the cluster has that name",
      "the clocks of the two machines differ",
      "the versions of the project differ too much",
      "the address is not among the peers of the cluster's links",
      "the cluster has no quorum",
    ],
    fix: "Correct what the message names, and use the same token again.",
  },
  HA0044: {
    title: "This is not the node of the token",
    meaning:
      "What answers at the address of the token has another certificate, or does not know its secret. " +
      "Nothing secret was sent, and nothing was made on this machine.",
    causes: [
      "another program listens at that port",
      "somebody between the two machines answers in the node's place",
    ],
    fix: "Check the address of the token, and open another one on the node.",
    command: "ha cluster token",
  },
  HA0045: {
    title: "The node did not start, or did not stop, in time",
    meaning:
      "The recovery manager was asked, and the daemons of the node were not all running, or not all " +
      "gone, within the time of the command.",
    causes: [
      "the node configuration cannot be used",
      "a service takes long to stop",
      "a port is in use",
    ],
    fix: "Read the log of the node.",
    command: "ha log",
  },
  HA0046: {
    title: "The node cannot leave the cluster now",
    meaning:
      "ha cluster leave removes a node for good. That is refused where those that stay would have no " +
      "quorum, or where a node would not hear of it. Nothing was changed.",
    causes: [
      "another node is down",
      "the cluster has no quorum",
      "it is the last node, and --yes is not given",
      "the node does not run",
    ],
    fix: "Start the other nodes, or remove those that are down for good with ha node forget.",
    command: "ha cluster status",
  },
  HA0047: {
    title: "The node has not left the cluster completely",
    meaning:
      "The node was stopped, or was about to be, and something is left to do on this machine. The command " +
      "keeps a file beside the node configuration that says how far it came.",
    causes: [
      "the command was interrupted",
      "a file cannot be moved: the disk is full, or something is mounted there",
    ],
    fix: "Run ha cluster leave again: it goes on.",
    command: "ha cluster leave",
  },
  HA0048: {
    title: "The rolling restart has stopped",
    meaning:
      "ha cluster restart --rolling restarts one node after another, and stops at the first problem. The " +
      "nodes that it has not come to run as before. What is left to do is in the CIB.",
    causes: [
      "a node is down, or does not come back",
      "a service does not run again after the restart of a node",
      "a service does not move off a node in time",
      "the cluster has no quorum, or would have none without the node",
    ],
    fix:
      "Correct what the message names, and run the command again: it goes on. Or give it up with " +
      "ha cluster restart --rolling --cancel.",
    command: "ha cluster status",
  },
  HA0030: {
    title: "A check of ha doctor could not be carried out",
    meaning:
      "ha doctor could not learn what the check needs. It says nothing about the part that the check " +
      "looks at, neither that it is well nor that it is not.",
    causes: [
      "the node is stopped",
      "the command runs as another user than the node",
      "a program is missing",
    ],
    fix: "Start the node, and run the command as its user or as root.",
    command: "ha doctor --check NAME",
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
