/**
 * Exit codes of `ha`: those of Pacemaker's tools, which are those of sysexits.h and some more.
 *
 * One table for all commands; the README shows it, and a test compares the two.
 *
 * @module
 */
export const exit = {
  ok: 0,
  error: 1,
  invalidParameter: 2,
  usage: 64,
  badData: 65,
  unavailable: 69,
  tryAgain: 75,
  permission: 77,
  config: 78,
  disconnected: 102,
  noSuch: 105,
  noQuorum: 106,
  unsafe: 107,
  exists: 108,
  timeout: 124,
} as const;

/** What each means, for every command that ends with it. */
export const exitMeanings: Readonly<Record<keyof typeof exit, string>> = {
  ok: "success, and the output is current",
  error: "failure, for the printed reason",
  invalidParameter: "a value does not match its field",
  usage: "the arguments are wrong",
  badData: "the input cannot be read: no XML, no CIB, no packet, or an impossible change",
  unavailable: "a daemon of the node does not answer",
  tryAgain: "not now: the coordinator decides nothing yet, or another command writes the lock",
  permission: "the command, or its user, lacks a permission",
  config: "a configuration is rejected: that of a node, a CIB, or one that contradicts other nodes",
  disconnected: "no node answers at the socket",
  noSuch: "there is no resource, node, agent, plugin or action with that name",
  noQuorum: "the node has no quorum",
  unsafe: "a plugin was changed after the approval or breaks a rule; or a change needs --yes",
  exists: "the item to create exists already",
  timeout:
    "a time is over: the cluster did not settle within that of --wait, or a command met its limit",
};
