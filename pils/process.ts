/**
 * Isolation level `process`: a `deno run` child with exactly the permissions of its grant, in a
 * process group of its own, with bounds on its memory. It holds authority, time, memory and
 * crashes.
 *
 * @module
 */
import { within } from "./clock.ts";
import { encodeFrame, FrameReader } from "./frame.ts";
import { filePath } from "./found.ts";
import { permissionNames } from "./grant.ts";
import type { Permissions } from "./manifest.ts";
import type { Connect, Link, LinkEvents } from "./remote.ts";
import type { Order } from "./running.ts";

/** How children are started. */
export interface ProcessOptions {
  /** Absolute path of Deno; the daemon needs `--allow-run` of it and of `/bin/sh`. */
  readonly denoPath: string;
  /** The project's `deno.json`: unstable features and the import map. */
  readonly configFile: URL;
  /** Deno's cache folder, where it is not the usual one. */
  readonly denoDir?: string | undefined;
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

/** Milliseconds that the end of a killed child is waited for. */
const goneMs = 2_000;

/** Milliseconds that the pipes of an ended child are read on; a grandchild may hold them. */
const drainMs = 100;

/** Characters of a line of standard error at most; longer ones are cut. */
const lineCharactersMax = 4_096;

/** Makes the way to start a plugin in a process. */
export function connectProcess(options: ProcessOptions): Connect {
  return (order, events) => start(order, events, options);
}

function start(order: Order, events: LinkEvents, options: ProcessOptions): Link {
  const { limits } = order;
  const dataKiB = (reservedMiB + limits.heapMiBMax + limits.memoryMiBMax) * 1024;
  const child = new Deno.Command(shell, {
    args: ["-c", launch, "sh", String(dataKiB), options.denoPath, ...denoArguments(order, options)],
    clearEnv: true,
    env: environment(order.permissions, options),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true, // a group of its own, so that what it starts ends with it
  }).spawn();

  const writer = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const errors = child.stderr.getReader();
  let unreadBytes = 0;
  let ended: Promise<void> | undefined;

  const { clock } = order;

  async function end(): Promise<void> {
    await killGroup(child);
    await quietly(within(clock, goneMs, child.status, () => new Error("it cannot be killed")));
    // A grandchild that left the group may hold the pipes: they are let go, not waited for.
    await Promise.all([writer.abort(), output.cancel(), errors.cancel()].map(quietly));
  }

  const frames = readFrames(output, events.message)
    .catch((error: Error) => events.ended(`it broke the protocol: ${error.message}`));
  const lines = readLines(
    errors,
    (line) => events.message({ type: "log", level: "warning", text: line }),
  );
  void child.status.then(async (status) => {
    const drained = Promise.all([frames, lines]); // its last words
    await quietly(within(clock, drainMs, drained, () => new Error("its pipes are held")));
    events.ended(fate(status));
  });

  return {
    post(message) {
      const frame = encodeFrame(message);
      if (unreadBytes + frame.length > limits.unreadBytesMax) {
        throw new Error(`"${order.id}" does not read: ${unreadBytes} bytes wait for it`);
      }
      unreadBytes += frame.length;
      const written = () => void (unreadBytes -= frame.length);
      writer.write(frame).then(written, written); // a closed pipe is told by the output's end
    },
    end: () => ended ??= end(),
  };
}

/** The whole command line after `deno`. No secret is in it: configuration goes over the pipe. */
function denoArguments({ id, permissions, code, limits }: Order, options: ProcessOptions) {
  const granted = { ...permissions, read: [...permissions.read ?? [], ...code] };
  const flags = permissionNames.flatMap((name) => {
    const entries = granted[name] ?? [];
    const comma = entries.find((entry) => entry.includes(","));
    if (comma !== undefined) throw new Error(`"${id}": "${comma}" would be two permissions`);
    return entries.length > 0 ? [`--allow-${name}=${entries.join(",")}`] : [];
  });
  return [
    "run",
    "--no-prompt",
    "--cached-only",
    "--no-remote",
    "--quiet",
    `--config=${filePath(options.configFile)}`,
    `--v8-flags=--max-old-space-size=${limits.heapMiBMax}`,
    ...flags,
    filePath(new URL(import.meta.resolve("./boot_process.ts"))),
  ];
}

/** Only what Deno needs to find its cache, a fixed search path for agents, and what is granted. */
function environment({ env }: Permissions, { denoDir }: ProcessOptions): Record<string, string> {
  const given: Record<string, string> = {
    PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
  };
  if (denoDir !== undefined) given["DENO_DIR"] = denoDir;
  for (const name of ["HOME", ...env ?? []]) {
    const value = environmentValue(name);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function environmentValue(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

async function readFrames(
  output: ReadableStreamDefaultReader<Uint8Array>,
  take: (message: unknown) => void,
): Promise<void> {
  const frames = new FrameReader();
  for (;;) {
    const { value, done } = await output.read();
    if (done) return;
    for (const message of frames.take(value)) take(message);
  }
}

async function readLines(
  errors: ReadableStreamDefaultReader<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let kept = "";
  try {
    for (;;) {
      const { value, done } = await errors.read();
      const lines = (kept + decoder.decode(value, { stream: !done })).split("\n");
      kept = done ? "" : lines.pop() ?? "";
      if (kept.length > lineCharactersMax) lines.push(kept), kept = "";
      for (const line of lines) if (line !== "") take(line.slice(0, lineCharactersMax));
      if (done) return;
    }
  } catch { /* the reader was cancelled: the child is gone */ }
}

/** How a child ended, in words. */
function fate({ code, signal }: Deno.CommandStatus): string {
  return signal === null
    ? `its process ended with code ${code}`
    : `its process was ended by ${signal}${code === 133 ? " (out of memory?)" : ""}`;
}

/** `Deno.kill` of a group needs a right to run anything; a shell's own `kill` does not. */
async function killGroup(child: Deno.ChildProcess): Promise<void> {
  await quietly(
    new Deno.Command(shell, {
      args: ["-c", 'kill -s KILL -- "-$1"', "sh", String(child.pid)],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output(),
  );
  try {
    child.kill("SIGKILL");
  } catch { /* gone */ }
}

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}
