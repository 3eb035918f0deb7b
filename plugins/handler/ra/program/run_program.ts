/**
 * Runs a program that nobody here has written, to its end or to the end of its time.
 *
 * It is the leader of a session and a process group of its own, so that a signal reaches all that it
 * has started, and the end of this plugin reaches none of it. `Deno.Command` needs the right to run
 * the program itself; a shell does not, and the shell becomes the program.
 *
 * @module
 */
import { ByteReader } from "../../../../metadata/byte_reader.ts";
import { clearTimer, pause, setTimer } from "../../../../metadata/timer.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import type { RaRunning } from "../contract.ts";
import { endMs, endOverdue, killGroup } from "./end_program.ts";
import { Head, Tail } from "../../program_output.ts";

/** What is run, and with what. */
export interface Program {
  /** Absolute path. */
  readonly path: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The operation that it is run for: with this name it can be ended. */
  readonly operation?: RaRunning;
  /** Bytes of standard output that are kept from its begin; more ends it. Absent: only the end is kept. */
  readonly stdoutBytesMax?: number;
}

/** How it ended. */
export interface Ended {
  /** Its exit code; of a signal, 128 and its number. */
  readonly code: number;
  /** The signal that ended it. */
  readonly signal?: string;
  /** It could not be started, with the reason. */
  readonly notStarted?: string;
  /** Its time was over. */
  readonly timedOut: boolean;
  /** It wrote more than `stdoutBytesMax`. */
  readonly tooMuch: boolean;
  /** The begin of standard output, if `stdoutBytesMax` was given. */
  readonly stdout: Uint8Array;
  /** The end of standard error. */
  readonly stderr: Uint8Array;
  /** The end of both, in the order in which they were read. */
  readonly tail: Uint8Array;
  /** Milliseconds that it ran. */
  readonly runMs: number;
}

const shell = "/bin/sh";

/** The name under which the shell complains, if it cannot become the program. */
const launcher = "ha-launch";

/**
 * The loader bounds the memory of a plugin's process, softly, and children inherit it: a database that
 * an agent starts would have that bound. The folder for files of agents is gone after each boot.
 */
const launch = `ulimit -S -d unlimited 2>/dev/null
if [ -n "$HA_RSCTMP" ] && [ ! -d "$HA_RSCTMP" ]; then mkdir -p -m 755 "$HA_RSCTMP" 2>/dev/null; fi
exec "$@"`;

/** Bytes of the end of each stream that are kept. */
export const tailBytesMax = 16_384;
/** Milliseconds that the pipes of an ended program are read on: what it started may hold them. */
const drainMs = 100;
/** Bytes that are read without a pause, and milliseconds between two reads after that. */
const eagerBytes = 8 * 1024 * 1024;
const restMs = 1;
/** Milliseconds after SIGKILL until a program counts as one that cannot be ended. */
const goneMs = 500;

/** Programs under way, each with the name of its operation, so that they can be ended. */
const underway = new Map<Deno.ChildProcess, string | undefined>();
/** Programs that run at once at most. */
export const programsMax = 512;

/** Runs a program. Never rejects: whatever happens is a result. */
export async function runProgram(program: Program): Promise<Ended> {
  const begun = performance.now();
  const nothing = new Uint8Array(0);
  const not = (notStarted: string): Ended => ({
    code: 1,
    notStarted,
    timedOut: false,
    tooMuch: false,
    stdout: nothing,
    stderr: nothing,
    tail: nothing,
    runMs: performance.now() - begun,
  });
  if (underway.size >= programsMax) return not(`${programsMax} programs run already`);
  const mark = `HA_OPERATION=${crypto.randomUUID()}`;
  let child: Deno.ChildProcess;
  try {
    child = spawn(program, mark);
  } catch (error) {
    return not(messageOf(error));
  }
  underway.set(child, program.operation === undefined ? undefined : nameOf(program.operation));
  try {
    return await follow(child, program, mark, begun);
  } catch (error) {
    // A look at the processes can fail; the program itself is not left running for it.
    await killGroup(child);
    return not(messageOf(error));
  } finally {
    underway.delete(child);
  }
}

function spawn({ path, args, env }: Program, mark: string): Deno.ChildProcess {
  return new Deno.Command(shell, {
    args: ["-c", launch, launcher, path, ...args],
    clearEnv: true,
    env: { ...env, HA_OPERATION: mark.slice(mark.indexOf("=") + 1) },
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

async function follow(
  child: Deno.ChildProcess,
  { path, timeoutMs, stdoutBytesMax }: Program,
  mark: string,
  begun: number,
): Promise<Ended> {
  const [head, errors, both] = [
    new Head(stdoutBytesMax ?? 0),
    new Tail(tailBytesMax),
    new Tail(tailBytesMax),
  ];
  let tooMuch = false;
  let ending: Promise<void> | undefined;
  const end = () => ending ??= endOverdue(child, mark);
  const timer = setTimer(() => void end(), Math.max(1, timeoutMs));
  const readers = [child.stdout, child.stderr].map((stream) => new ByteReader(stream));
  const reading = Promise.all(readers.map((reader, at) =>
    gather(reader, (chunk) => {
      both.add(chunk);
      if (at === 1) errors.add(chunk);
      else if (stdoutBytesMax !== undefined && !head.add(chunk)) {
        tooMuch = true;
        void end();
      }
    })
  ));
  const status = await statusOf(child, timeoutMs);
  clearTimer(timer);
  const runMs = performance.now() - begun;
  const overdue = ending !== undefined;
  await ending;
  await withinMs(drainMs, reading);
  await Promise.all(readers.map((reader) => reader.cancel().catch(() => {})));
  await reading;
  const stderr = errors.bytes();
  const { code, signal } = status ?? { code: 137, signal: null };
  return {
    code,
    ...(signal === null ? {} : { signal }),
    ...notBecome(path, code, stderr),
    timedOut: overdue && !tooMuch,
    tooMuch,
    stdout: head.bytes(),
    stderr,
    tail: both.bytes(),
    runMs,
  };
}

/** How it ended; undefined if even SIGKILL does not end it, as in an operation of a dead disk. */
async function statusOf(
  { status }: Deno.ChildProcess,
  timeoutMs: number,
): Promise<Deno.CommandStatus | undefined> {
  const given = Promise.withResolvers<undefined>();
  const timer = setTimer(() => given.resolve(undefined), timeoutMs + endMs + goneMs);
  const ended = await Promise.race([status, given.promise]);
  clearTimer(timer);
  return ended;
}

/** The shell could not become the program: its interpreter is missing, or it went meanwhile. */
function notBecome(path: string, code: number, stderr: Uint8Array): { notStarted?: string } {
  if (code !== 126 && code !== 127) return {};
  const text = new TextDecoder().decode(stderr);
  return text.startsWith(`${launcher}: `) && text.includes(path) ? { notStarted: text.trim() } : {};
}

async function gather(
  reader: ByteReader,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  let bytes = 0;
  try {
    for (;;) {
      const value = await reader.read();
      if (value === undefined) return;
      take(value);
      // A program that never stops writing must not keep this process from all others.
      if ((bytes += value.length) > eagerBytes) await pause(restMs);
    }
  } catch {
    // Cancelled: somebody else holds the pipe.
  }
}

async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  const done = Promise.withResolvers<void>();
  const timer = setTimer(done.resolve, ms);
  await Promise.race([work, done.promise]);
  clearTimer(timer);
}

/** Ends the programs of an operation that is under way: another one has made it void. */
export async function endRunning(operation: RaRunning): Promise<void> {
  const name = nameOf(operation);
  await Promise.all([...underway].flatMap(([child, of]) => of === name ? [killGroup(child)] : []));
}

const nameOf = ({ resource, action, intervalMs }: RaRunning): string =>
  JSON.stringify([resource, action, intervalMs]);

/** Ends all that is under way. Services that detached themselves continue. */
export async function endAll(): Promise<void> {
  await Promise.all([...underway.keys()].map(killGroup));
}
