/**
 * The folder of a local cluster, made by a guard that will clear up even if this process is killed.
 *
 * @module
 */
import { cleanly, systemPath } from "../../site/clean_environment.ts";
import { runWords } from "../../site/flags.ts";
import { exit } from "../exit.ts";
import { guardMarkOf, type LocalCluster, markOf } from "./local_cluster.ts";

/** The guard of a folder. */
export interface Guard {
  /** Kills every process of the cluster and removes the folder. */
  close(): Promise<void>;
}

/**
 * Makes the folder, readable by its owner alone. What is left of such a cluster that was killed
 * together with its guard is cleared away.
 *
 * @throws {Deno.errors.AlreadyExists} if such a cluster is there already, and guarded.
 */
export async function guarded(
  project: string,
  local: LocalCluster,
): Promise<Guard> {
  const { folder, nodes } = local;
  const guard = new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `${systemPath}; exec ${cleanly} "HA_GUARD=$HA_GUARD" "$@"`,
      "sh",
      Deno.execPath(),
      ...runWords({
        project,
        module: "daemons/mgmtd/local_nodes/guard.ts",
        grant: { read: [folder], write: [folder], run: ["/bin/sh"] },
      }),
      folder,
      guardMarkOf(local),
      ...nodes.map((node) => markOf(local, node)),
    ],
    env: { HA_GUARD: local.cluster },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    // Ctrl-C on the terminal is only for the cluster's parent.
    detached: true,
  }).spawn();
  const reader = guard.stdout.getReader();
  const { done } = await reader.read();
  await reader.cancel();
  const close = async () => {
    await guard.stdin.close().catch(() => {}); // it has ended by itself
    await guard.status;
  };
  if (!done) return { close };
  await close();
  const { code } = await guard.status;
  if (code === exit.exists) {
    throw new Deno.errors.AlreadyExists(`${folder} is there already, and guarded`);
  }
  throw new Error(`Cannot make ${folder}: its guard ended with code ${code}`);
}
