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
  ok: "it is done, and what is shown is current",
  error: "it failed for the reason that is printed",
  invalidParameter: "a value is not what the fields demand",
  usage: "the arguments are wrong",
  badData:
    "what was given cannot be read: no XML, no CIB, no packet, or a change that makes no sense",
  unavailable: "a daemon of the node does not answer",
  tryAgain: "the node does not have the coordinator's CIB yet",
  permission: "the command may not do that",
  config:
    "a configuration is refused: that of a node, or a CIB that breaks the language; or nodes disagree",
  disconnected: "no node answers at the socket",
  noSuch: "there is no resource, node, agent, plugin or action of that name",
  noQuorum: "the node has no quorum",
  unsafe: "a plugin was changed after the consent, or breaks a rule: it is not taken",
  exists: "what is to be made is there already",
  timeout: "it did not end in time",
};
