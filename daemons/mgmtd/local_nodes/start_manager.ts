/**
 * Starts a node on this machine: its recovery manager, which starts the others.
 *
 * @module
 */
import { cleanly, systemPath } from "../../site/clean_environment.ts";
import { untilStdinEnds } from "../../runtime/parent.ts";
import { managerWords } from "../../recoverymgrd/doors/manager_words.ts";

/** A node that is to be started. */
export interface ManagerOptions {
  /** The project's folder, absolute, without a slash at its end. */
  readonly project: string;
  /** What stands behind `HA_NODE=` in the environment of all its processes. */
  readonly mark: string;
  /** Path of the node's configuration. */
  readonly config: string;
  /** Folders of its state and its sockets, or one that holds both. */
  readonly folders: readonly string[];
  /** Path of the file that takes what its daemons log. */
  readonly log: string;
  /** Words before its command: a program that enters the namespaces of its machine. */
  readonly enter?: readonly string[];
}

/** Starts it, with the flags of its README. It ends when its standard input ends. */
export function startManager(
  { project, mark, config, folders, log, enter = [] }: ManagerOptions,
): Deno.ChildProcess {
  const child = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `umask 077; ${systemPath}; log=$1; shift; exec ${cleanly} "$@" 2>>"$log"`,
      "sh",
      log,
      ...enter,
      Deno.execPath(),
      ...managerWords(project, config, folders),
      untilStdinEnds,
    ],
    env: { HA_NODE: mark, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    // Ctrl-C on the terminal is only for the node's parent.
    detached: true,
  }).spawn();
  void child.status.then(() => child.stdin.abort().catch(() => {}));
  return child;
}
