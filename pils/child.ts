/**
 * A Deno child: in a process group of its own, without the daemon's environment, with bounds on its
 * memory, ended with the daemon, and killable with all that it has started.
 *
 * @module
 */
import { filePath } from "./found.ts";
import { quietly, within } from "./within.ts";

/** How children are started. */
export interface ChildOptions {
  /** Absolute path of Deno; the daemon needs `--allow-run` of it and of `/bin/sh`. */
  readonly denoPath: string;
  /** The project's `deno.json`: unstable features and the import map. */
  readonly configFile?: URL;
  /** Deno's cache folder, where it is not the usual one. */
  readonly denoDir?: string;
  /** Variables that every child has, such as a mark by which its node is found. */
  readonly environment?: Readonly<Record<string, string>>;
}

const shell = "/bin/sh";

/**
 * Bounds the memory, asks the kernel to end the child with the daemon where `setpriv` is there (a
 * child that loops never sees its input end), and becomes Deno.
 */
const launch = `ulimit -c 0; ulimit -d "$1"; shift
command -v setpriv >/dev/null 2>&1 && exec setpriv --pdeathsig KILL -- "$@"
exec "$@"`;

/** MiB that Deno itself reserves, which `ulimit -d` counts though they are not used. */
const reservedMiB = 640;

/** The project's own options. */
export const projectConfig = new URL("../deno.json", import.meta.url);

/** Milliseconds that the end of a killed child is waited for. */
const goneMs = 2_000;

/**
 * Starts Deno.
 * @param denoArguments after `deno`; no secret may be in them
 * @param memoryMiB of data at most, beside what Deno reserves
 * @param more variables that it gets beside
 */
export function spawnDeno(
  denoArguments: readonly string[],
  { denoPath, denoDir, environment }: ChildOptions,
  memoryMiB: number,
  more: Readonly<Record<string, string>> = {},
): Deno.ChildProcess {
  return new Deno.Command(shell, {
    args: ["-c", launch, "sh", `${(reservedMiB + memoryMiB) * 1024}`, denoPath, ...denoArguments],
    clearEnv: true,
    env: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin", // for agents; the plugin itself is granted no look at it
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      ...variable("HOME"),
      ...variable("XDG_CACHE_HOME"),
      ...(denoDir === undefined ? variable("DENO_DIR") : { DENO_DIR: denoDir }),
      ...environment,
      ...more,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true, // a group of its own, so that what it starts ends with it
  }).spawn();
}

/** Flags that every child has: no question, no download, the project's import map. */
export function denoFlags({ configFile = projectConfig }: ChildOptions, heapMiB: number): string[] {
  return [
    "--no-prompt",
    "--cached-only",
    "--no-remote",
    "--quiet",
    `--config=${filePath(configFile)}`,
    `--v8-flags=--max-old-space-size=${heapMiB}`,
  ];
}

/** A variable of the daemon, if the daemon itself may see it. */
export function variable(name: string): Record<string, string> {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  const value = state === "granted" ? Deno.env.get(name) : undefined;
  return value === undefined ? {} : { [name]: value };
}

/**
 * Kills the whole group and waits until the child is gone. `Deno.kill` of a group needs a right to
 * run anything; a shell's own `kill` does not.
 */
export async function killGroup(child: Deno.ChildProcess): Promise<void> {
  const args = ["-c", 'kill -s KILL -- "-$1" 2>/dev/null', "sh", `${child.pid}`];
  const kill = new Deno.Command(shell, { args, clearEnv: true, stdin: "null" });
  // Where there can be no shell it says so by a throw, and the child itself can still be killed.
  await quietly(Promise.try(() => kill.output()));
  await quietly(Promise.try(() => child.kill("SIGKILL"))); // it may be gone
  await quietly(within(goneMs, child.status, () => new Error("it cannot be killed")));
}

/** How a child ended, in words. */
export function fate({ code, signal }: Deno.CommandStatus): string {
  return signal === null
    ? `its process ended with code ${code}`
    : `its process was ended by ${signal}${code === 133 ? " (out of memory?)" : ""}`;
}
