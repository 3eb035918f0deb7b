/**
 * Runs a program of the tests in namespaces of its own (network, mounts, processes), with a bridge to
 * which nodes are connected and an empty `/run`. Whatever it starts ends with it, however it ends.
 *
 * @module
 */
import { flagsOf, type Grant } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";

/** The project's folder, without a slash at its end. */
export const project = filePath(new URL("../..", import.meta.url));
/** Files of the tests; they remove what they made. */
export const scratch = `${project}/.test`;

/** The network of the lab: its nodes have the addresses 1, 2, ...; the client is outside of them. */
export const network = "10.9.0";
/** Address of the client. */
export const clientAddress = `${network}.254`;
/** The bridge between nodes and client. */
export const bridge = "br0";

const spaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

const enter = `set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock
ip link set lo up
ip link add ${bridge} type bridge forward_delay 0
ip link set ${bridge} up
ip address add ${clientAddress}/24 dev ${bridge}
# Not exec: as the first process, the shell takes leave of orphans, which an agent would else take for
# running services.
"$@" && exit 0
exit 1`;

/** Which of these files are missing on this machine. */
export const missing = (files: readonly string[]): readonly string[] =>
  files.filter((path) => {
    try {
      return !Deno.statSync(path).isFile;
    } catch {
      return true;
    }
  });

/** Whether this user can make namespaces. Needs `run: unshare`. */
export async function canMakeSpaces(): Promise<boolean> {
  const { success } = await new Deno.Command("unshare", { args: [...spaces, "true"] }).output()
    .catch(() => ({ success: false }));
  return success;
}

/** A program for {@linkcode inSpaces}. */
export interface Inside {
  /** Path of its module within `tests/`. */
  readonly module: string;
  readonly grant: Grant;
  readonly args?: readonly string[];
}

/**
 * Runs it, with its output on this one's; whether it ended well. Needs `run: unshare`, and to read and
 * write `.test/`.
 *
 * @throws {Error} if it runs already: its files would be those of the other.
 */
export async function inSpaces({ module, grant, args = [] }: Inside): Promise<boolean> {
  await Deno.mkdir(scratch, { recursive: true });
  const path = `${scratch}/${module.replaceAll("/", "_")}.lock`;
  using lock = await Deno.open(path, { write: true, create: true });
  if (!await lock.tryLock(true)) throw new Error(`${module} runs already: "${path}" is locked`);
  const { success } = await new Deno.Command("unshare", {
    args: [
      ...spaces,
      ...["/bin/sh", "-c", enter, "sh", Deno.execPath(), "run", "--no-prompt", "--cached-only"],
      ...["--quiet", `--config=${project}/deno.json`, ...flagsOf(grant)],
      `${project}/tests/${module}`,
      ...args,
    ],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return success;
}
