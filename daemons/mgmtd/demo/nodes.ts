/**
 * The nodes of a demo as processes: started, killed without warning, started again.
 *
 * @module
 */
import { flagsOf } from "../../flags.ts";
import { untilStdinEnds } from "../../parent.ts";
import { end, look } from "../../../pils/marked.ts";
import { demoCluster, demoFolder, nodeFile } from "./files.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 5_000;

/** The nodes that run. */
export interface Nodes {
  start(node: string): void;
  /** SIGKILL to every process of the node, its services too. */
  kill(node: string): Promise<void>;
  /** Stops every process of the node where it stands: it is silent, and holds what it has. */
  hang(node: string): Promise<void>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

/**
 * Makes the nodes; none runs yet. A guard is started that clears up even if this process is killed.
 *
 * @param log path of the file that takes what the daemons log, by node.
 */
export function demoNodesOf(project: string, log: (node: string) => string): Nodes {
  const guard = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      'exec "$@"',
      "sh",
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--cached-only",
      "--quiet",
      `--config=${project}/deno.json`,
      ...flagsOf({
        read: [demoFolder(project)],
        write: [demoFolder(project)],
        run: ["/bin/sh"],
      }),
      `${project}/daemons/mgmtd/demo/guard.ts`,
      project,
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
    detached: true,
  }).spawn();
  const running = new Map<string, Deno.ChildProcess>();

  return {
    start(node) {
      const config = nodeFile(project, node);
      const folder = `${demoFolder(project)}/${node}`;
      const child = new Deno.Command("/bin/sh", {
        args: [
          "-c",
          'umask 077; log=$1; shift; exec "$@" 2>>"$log"',
          "sh",
          log(node),
          Deno.execPath(),
          "run",
          "--no-prompt",
          "--cached-only",
          "--quiet",
          `--config=${project}/deno.json`,
          // The recovery manager's flags, as its README lists them.
          ...flagsOf({
            read: [config, folder],
            write: [folder],
            run: ["/bin/sh"],
          }),
          `${project}/daemons/recoverymgrd/mod.ts`,
          config,
          untilStdinEnds,
        ],
        env: { HA_NODE: `${demoCluster}/${node}`, NO_COLOR: "1" },
        stdin: "piped",
        stdout: "null",
        stderr: "null",
        // Ctrl-C on the terminal is for the demo alone.
        detached: true,
      }).spawn();
      running.set(node, child);
      void child.status.then(() => child.stdin.abort().catch(() => {}));
    },
    async kill(node) {
      const left = await end(`HA_NODE=${demoCluster}/${node}`, "KILL", goneMs);
      if (left.length > 0) throw new Error(`${left.length} processes of ${node} cannot be killed`);
      await running.get(node)?.status;
      running.delete(node);
    },
    async hang(node) {
      const ids = await look(`HA_NODE=${demoCluster}/${node}`);
      const { success } = await new Deno.Command("/bin/sh", {
        args: ["-c", 'kill -s STOP "$@"', "sh", ...ids.map(String)],
        stdin: "null",
      }).output();
      if (!success) throw new Error(`The processes of ${node} cannot be stopped`);
    },
    async close() {
      await guard.stdin.close();
      await guard.status;
      await Promise.all([...running.values()].map((child) => child.status));
    },
  };
}
