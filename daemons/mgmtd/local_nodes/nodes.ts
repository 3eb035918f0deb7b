/**
 * The nodes of a local cluster as processes: started, stopped cleanly, killed without warning,
 * started again.
 *
 * @module
 */
import type { ProcessName } from "../../processes.ts";
import { end, look } from "../../../metadata/marked.ts";
import type { Guard } from "./guarded.ts";
import { type LocalCluster, markOf, nodeFile } from "./local_cluster.ts";
import { startManager } from "./start_manager.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 5_000;

/** Milliseconds between two looks whether a daemon is gone. */
const roundMs = 25;

/**
 * `$1`: what the command line of the daemon holds. `$2`: after so many looks it is killed. The others
 * are the processes of its node. A number is looked at again before it is killed.
 */
const endDaemon = `
mine() { tr '\\0' ' ' 2>/dev/null </proc/$1/cmdline | grep -qF -- "$want"; }
want=$1; rounds=$2; shift 2
found=
for id in "$@"; do mine $id && found="$found $id" && kill -s TERM $id; done
while [ -n "$found" ]; do
  left=
  for id in $found; do mine $id && left="$left $id"; done
  found=$left
  rounds=$((rounds - 1))
  [ -n "$found" ] && [ "$rounds" -le 0 ] && kill -s KILL $found
  [ -n "$found" ] && sleep 0.025
  [ "$rounds" -le -80 ] && break
done
exit 0
`;

/** The nodes that run. */
export interface Nodes {
  start(node: string): void;
  /**
   * Ends a node cleanly: its services are stopped first. What is left after `withinMs` is
   * killed.
   */
  stop(node: string, withinMs: number): Promise<void>;
  /**
   * Ends one daemon of a node cleanly, `withinMs` at most; the recovery manager starts it again.
   * Resolves when it is gone.
   */
  restart(node: string, daemon: ProcessName, withinMs: number): Promise<void>;
  /** Whether the recovery manager of a node runs: it ends when it gives the node up. */
  isUp(node: string): boolean;
  /** SIGKILL to every process of the node, its services too. */
  kill(node: string): Promise<void>;
  /** Stops every process of the node where it stands: it is silent, and holds what it has. */
  hang(node: string): Promise<void>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

/** Runs a script; says whether it succeeded. */
async function shell(script: string, words: readonly (string | number)[]): Promise<boolean> {
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...words.map(String)],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    stderr: "null",
  }).output();
  return success;
}

/** Asks a recovery manager to end, and waits for it, `withinMs` at most. */
async function ended(child: Deno.ChildProcess, withinMs: number): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => timer = setTimer(resolve, withinMs));
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended by itself.
  }
  await Promise.race([child.status, late]);
  clearTimer(timer);
}

/**
 * Makes the nodes; none runs yet.
 *
 * @param project the project's folder, absolute, without a slash at its end.
 * @param log path of the file that takes what the daemons log, by node.
 * @param guard of their folder, which closes with them.
 */
export function localNodes(
  project: string,
  local: LocalCluster,
  log: (node: string) => string,
  guard: Guard,
): Nodes {
  const { folder } = local;
  const running = new Map<string, Deno.ChildProcess>();

  return {
    start(node) {
      const child = startManager({
        project,
        mark: `${local.cluster}/${node}`,
        config: nodeFile(local, node),
        folders: [`${folder}/${node}`],
        log: log(node),
      });
      running.set(node, child);
      void child.status.then(() => {
        if (running.get(node) === child) running.delete(node);
      });
    },
    async stop(node, withinMs) {
      const child = running.get(node);
      if (child === undefined) return;
      await ended(child, withinMs);
      await this.kill(node);
    },
    async restart(node, daemon, withinMs) {
      const ids = await look(markOf(local, node));
      const rounds = Math.ceil(withinMs / roundMs);
      await shell(endDaemon, [`/daemons/${daemon}/mod.ts`, rounds, ...ids]);
    },
    isUp: (node) => running.has(node),
    async kill(node) {
      const left = await end(markOf(local, node), "KILL", goneMs);
      if (left.length > 0) throw new Error(`${left.length} processes of ${node} cannot be killed`);
      await running.get(node)?.status;
    },
    async hang(node) {
      const ids = await look(markOf(local, node));
      if (!await shell('kill -s STOP "$@"', ids)) {
        throw new Error(`The processes of ${node} cannot be stopped`);
      }
    },
    async close() {
      await guard.close();
      await Promise.all([...running.values()].map((child) => child.status));
    },
  };
}
