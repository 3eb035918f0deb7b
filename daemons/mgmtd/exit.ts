/**
 * Exit codes of `ha`: those of Pacemaker's tools, which are those of sysexits.h and some more.
 *
 * @module
 */
export const exit = {
  ok: 0,
  error: 1,
  invalidParameter: 2,
  notInstalled: 5,
  usage: 64,
  badData: 65,
  noHost: 68,
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
