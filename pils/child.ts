/**
 * A Deno child process: in its own process group, without the daemon's environment, with bounded
 * memory. It ends with the daemon, and can be killed with everything that it has started.
 *
 * @module
 */
import { collectFlag } from "../metadata/collect.ts";
import { filePath } from "./found.ts";
import { quietly, within } from "../metadata/within.ts";

/** How children are started. */
export interface ChildOptions {
  /** Absolute path of Deno; the daemon needs `--allow-run` of it and of `/bin/sh`. */
  readonly denoPath: string;
  /** The project's `deno.json`: unstable features and the import map. */
  readonly configFile?: URL;
  /** Deno's cache folder, if it is not the default. */
  readonly denoDir?: string;
  /** Variables of every child, such as the mark that identifies its node. */
  readonly environment?: Readonly<Record<string, string>>;
}

const shell = "/bin/sh";

/**
 * Bounds the memory, asks the kernel to end the child with the daemon if `setpriv` exists (a
 * looping child never sees the end of its input), and becomes Deno.
 */
const launch = `ulimit -S -c 0; ulimit -S -d "$1"; shift
command -v setpriv >/dev/null 2>&1 && exec setpriv --pdeathsig KILL -- "$@"
exec "$@"`;

/** MiB that Deno itself reserves, which `ulimit -d` counts though they are not used. */
const reservedMiB = 640;

/** The project's own options. */
export const projectConfig = new URL("../deno.json", import.meta.url);

/** Milliseconds to wait for the end of a killed child. */
const goneMs = 2_000;

/**
 * Starts Deno.
 * @param denoArguments after `deno`; no secret may be in them
 * @param memoryMiB maximum of data, beside the memory that Deno reserves
 * @param more additional variables
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
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin", // for agents; the plugin itself may not read it
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
    detached: true, // its own group, so that its children end with it
  }).spawn();
}

/** Flags of every child: no prompt, no download, the project's import map. */
export function denoFlags({ configFile = projectConfig }: ChildOptions, heapMiB: number): string[] {
  return [
    "--no-prompt",
    "--cached-only",
    "--no-remote",
    "--quiet",
    `--config=${filePath(configFile)}`,
    `--v8-flags=${collectFlag},--max-old-space-size=${heapMiB}`,
  ];
}

/** A variable of the daemon, if the daemon itself may read it. */
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
  // If no shell can be started this throws, and the child itself can still be killed.
  await quietly(Promise.try(() => kill.output()));
  await quietly(Promise.try(() => child.kill("SIGKILL"))); // it may have ended
  await quietly(within(goneMs, child.status, () => new Error("it cannot be killed")));
}

/** The reason of a child's end, as text. */
export function fate({ code, signal }: Deno.CommandStatus): string {
  return signal === null
    ? `its process ended with code ${code}`
    : `its process was ended by ${signal}${code === 133 ? " (out of memory?)" : ""}`;
}
