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
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import type { RaRunning } from "../contract.ts";
import { killGroup } from "./end_program.ts";
import { Head, Tail } from "../../program_output.ts";
import { Overdue } from "./overdue.ts";
import {
  drainMs,
  type Ended,
  launcher,
  neverStarted,
  notBecome,
  pacing,
  type Program,
  shell,
  tailBytesMax,
} from "./program.ts";
import { endIdle, runShared, takeShell } from "./run_shared.ts";
import { sharedOrder } from "./shared_order.ts";

/**
 * The loader bounds the memory of a plugin's process, softly, and children inherit it: a database that
 * an agent starts would have that bound. The folder for files of agents is gone after each boot.
 */
const launch = `ulimit -S -d unlimited 2>/dev/null
if [ -n "$HA_RSCTMP" ] && [ ! -d "$HA_RSCTMP" ]; then mkdir -p -m 755 "$HA_RSCTMP" 2>/dev/null; fi
exec "$@"`;

/** Programs under way, each with the name of its operation, so that they can be ended. */
const underway = new Map<Deno.ChildProcess, string | undefined>();
/** Programs that run at once at most. */
export const programsMax = 512;

/** Runs a program. Never rejects: whatever happens is a result. */
export async function runProgram(program: Program): Promise<Ended> {
  const begun = performance.now();
  if (underway.size >= programsMax) {
    return neverStarted(`${programsMax} programs run already`, begun);
  }
  const mark = `HA_OPERATION=${crypto.randomUUID()}`;
  let begin: Begun;
  try {
    begin = start(program, mark, begun);
  } catch (error) {
    return neverStarted(messageOf(error), begun);
  }
  const { child, ended } = begin;
  underway.set(child, program.operation === undefined ? undefined : nameOf(program.operation));
  try {
    return await ended();
  } catch (error) {
    // A look at the processes can fail; the program itself is not left running for it.
    await killGroup(child);
    return neverStarted(messageOf(error), begun);
  } finally {
    underway.delete(child);
  }
}

/** A program under way. */
interface Begun {
  /** The leader of its process group. */
  readonly child: Deno.ChildProcess;
  /** Follows it to its end. */
  readonly ended: () => Promise<Ended>;
}

function start(program: Program, mark: string, begun: number): Begun {
  const order = sharedOrder(program, mark);
  if (order === undefined) {
    const child = spawn(program, mark);
    return { child, ended: () => follow(child, program, mark, begun) };
  }
  const shell = takeShell();
  const { path, timeoutMs } = program;
  const shared = { path, order, mark, timeoutMs };
  return { child: shell.child, ended: () => runShared(shell, shared, begun) };
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
  const overdue = new Overdue(child, mark, timeoutMs);
  const readers = [child.stdout, child.stderr].map((stream) => new ByteReader(stream));
  const reading = Promise.all(readers.map((reader, at) =>
    gather(reader, (chunk) => {
      both.add(chunk);
      if (at === 1) errors.add(chunk);
      else if (stdoutBytesMax !== undefined && !head.add(chunk)) {
        tooMuch = true;
        overdue.end();
      }
    })
  ));
  const status = await Promise.race([child.status, overdue.givenUp]);
  const runMs = performance.now() - begun;
  overdue.stop();
  const { ending } = overdue;
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
    timedOut: ending !== undefined && !tooMuch,
    tooMuch,
    stdout: head.bytes(),
    stderr,
    tail: both.bytes(),
    runMs,
  };
}

async function gather(
  reader: ByteReader,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const rest = pacing();
  try {
    for (;;) {
      const value = await reader.read();
      if (value === undefined) return;
      take(value);
      await rest(value.length);
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
  await endIdle();
}
