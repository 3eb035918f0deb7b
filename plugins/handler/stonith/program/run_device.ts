/**
 * Runs the program of a device to its end, or to the end of its time.
 *
 * The plugin may start exactly this program, and `/bin/kill`: no shell stands between. The program
 * leads a process group of its own. When its time is over, SIGTERM and then SIGKILL go to the whole
 * group, so that no helper switches anything after the answer was given.
 *
 * @module
 */
import { messageOf } from "../../../../metadata/message_of.ts";
import { ByteReader } from "../../../../metadata/byte_reader.ts";
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";
import { Head, Tail, textOf } from "../../program_output.ts";

/** What is run, and with what. */
export interface DeviceProgram {
  /** Absolute path. */
  readonly path: string;
  /** Words that every user of the machine may read: never a parameter of the device. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; nothing if left out. */
  readonly input?: string;
  readonly timeoutMs: number;
  /** Programs that run at once at most. Default 8. */
  readonly atOnceMax?: number;
}

/** How it ended. */
export interface DeviceEnded {
  readonly code: number;
  /** Its time was over. */
  readonly timedOut: boolean;
  /** The begin of what it printed, at most `outputBytesMax`. */
  readonly stdout: string;
  /** The end of what it complained of. */
  readonly stderr: string;
}

/** Bytes of standard output that are kept. */
export const outputBytesMax = 256 * 1024;
/** Bytes of the end of standard error that are kept. */
const errorBytesMax = 4_096;
/** Milliseconds between SIGTERM and SIGKILL. */
const politeMs = 500;
/** Milliseconds that the pipes of an ended program are read on: what it started may hold them. */
const drainMs = 100;
/** Programs of one device that run at once. */
const programsMax = 8;

/** The program that sends a signal to a group: Deno itself would need the right to run anything. */
export const kill = "/bin/kill";

/** Nothing of the daemon's own. */
const path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

/** Programs under way in this process, which serves one device. */
const underway = new Set<Deno.ChildProcess>();

/** Runs it. @throws {Error} if it cannot be started. */
export async function runDevice(program: DeviceProgram): Promise<DeviceEnded> {
  const { atOnceMax = programsMax } = program;
  if (underway.size >= atOnceMax) {
    throw new Error(`${atOnceMax} runs of ${program.path} are under way already`);
  }
  const child = spawn(program);
  underway.add(child);
  try {
    return await follow(child, program);
  } finally {
    underway.delete(child);
  }
}

/** Ends all that is under way. */
export async function endDevices(): Promise<void> {
  await Promise.all([...underway].map((child) => signal(child, "KILL")));
}

function spawn({ path: program, args, env = {} }: DeviceProgram): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: { PATH: path, LC_ALL: "C", ...env },
      cwd: "/",
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (error) {
    throw new Error(`Cannot start ${program}: ${messageOf(error)}`);
  }
}

async function follow(
  child: Deno.ChildProcess,
  { input = "", timeoutMs }: DeviceProgram,
): Promise<DeviceEnded> {
  const [head, tail] = [new Head(outputBytesMax), new Tail(errorBytesMax)];
  let ending: Promise<void> | undefined;
  const timer = setTimer(() => void (ending = end(child)), Math.max(1, timeoutMs));
  const readers = [child.stdout, child.stderr].map((stream) => new ByteReader(stream));
  const reading = Promise.all(
    readers.map((reader, at) =>
      gather(reader, (chunk) => at === 0 ? head.add(chunk) : tail.add(chunk))
    ),
  );
  const writing = write(child, input);
  const { code } = await child.status;
  clearTimer(timer);
  await ending;
  const drained = Promise.withResolvers<void>();
  const drain = setTimer(drained.resolve, drainMs);
  await Promise.race([reading, drained.promise]);
  clearTimer(drain);
  await Promise.all(readers.map((reader) => reader.cancel().catch(() => {})));
  await Promise.all([reading, writing]);
  return {
    code,
    timedOut: ending !== undefined,
    stdout: textOf(head.bytes()),
    stderr: textOf(tail.bytes()).trim(),
  };
}

async function write(child: Deno.ChildProcess, input: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // It has not read all: how it ends says more.
    await writer.abort().catch(() => {});
  }
}

async function gather(
  reader: ByteReader,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  try {
    for (let chunk; (chunk = await reader.read()) !== undefined;) take(chunk);
  } catch {
    // Cancelled: what the program started holds the pipe.
  }
}

async function end(child: Deno.ChildProcess): Promise<void> {
  await signal(child, "TERM");
  const over = Promise.withResolvers<void>();
  const timer = setTimer(over.resolve, politeMs);
  await Promise.race([child.status, over.promise]);
  clearTimer(timer);
  await signal(child, "KILL"); // a helper may have stayed when its leader went
}

/** To the whole group; one that is gone is left alone. */
async function signal(child: Deno.ChildProcess, name: "TERM" | "KILL"): Promise<void> {
  try {
    await new Deno.Command(kill, {
      args: ["-s", name, "--", `-${child.pid}`],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
  } catch {
    // Where there is no such program, the program itself can still be ended.
  }
  try {
    child.kill(`SIG${name}`);
  } catch {
    // It has ended.
  }
}
