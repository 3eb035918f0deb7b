/**
 * The sockets of the node on this machine, what it takes to use them, and what to say when nobody
 * answers there.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { resolve } from "node:path";
import { defaultFolders } from "../site/default_folders.ts";
import type { Grant } from "../site/flags.ts";
import type { Call, Option, Where } from "./command.ts";

/** The option that names another run folder. */
export const runOption: Option = {
  type: "string",
  value: "FOLDER",
  summary: `Run folder of the node to ask; ${defaultFolders.run} if left out`,
};

/** The run folder that a call means, absolute. `name` is the option that holds it. */
export function runFolderOf({ options }: Call, { here }: Where, name = "run"): string {
  const folder = options[name];
  return typeof folder === "string" ? resolve(here, folder) : defaultFolders.run;
}

/** The socket of the process that has membership, CIB and decisions. */
export const clusterSocket = (call: Call, where: Where, name = "run"): string =>
  `${runFolderOf(call, where, name)}/cluster.sock`;

/** The socket of the process that has the network. */
export const heartbeatSocket = (call: Call, where: Where, name = "run"): string =>
  `${runFolderOf(call, where, name)}/heartbeat.sock`;

/** What it takes to use these sockets. */
export function socketGrant(
  ...paths: readonly string[]
): Required<Pick<Grant, "net" | "read" | "write">> {
  return { net: paths.map((path) => `unix:${path}`), read: paths, write: paths };
}

/** The same for a command that other users than the node's may call: `node_client.ts` chooses. */
export const usersGrant = (call: Call, where: Where) =>
  socketGrant(clusterSocket(call, where), heartbeatSocket(call, where));

/** The socket at which other users are let in, beside the one of the node's own user. */
export const socketForUsers = (path: string): string =>
  path.replace(/cluster\.sock$/, "heartbeat.sock");

/** What to say when nobody answers at a socket. */
export function nobodyAnswers(path: string, why?: string): string {
  return withCode(
    "HA0003",
    `No node answers at ${path}${why === undefined ? "" : `: ${why}`}.\n` +
      "Fix: start the node, or name its run folder with --run FOLDER (.demo/alice/run for the demo)\n",
  );
}
