/**
 * A program asked for what it prints: bounded in time and in bytes, and nothing of it is left after,
 * however it ended.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";
import { end } from "../../../../metadata/marked.ts";

/** Milliseconds that a program may take. */
export const sayMs = 20_000;
/** Bytes that it may print. */
const saidBytesMax = 1024 * 1024;
/** Bytes of its errors that are kept, the last ones. */
const errorBytesMax = 4096;
/** Milliseconds that what it started may take to be gone. */
const goneMs = 5_000;

/** What it printed, and how it ended. */
export interface Said {
  readonly bytes: Uint8Array;
  /** The end of what it wrote to standard error. */
  readonly errors: string;
  readonly code: number;
}

let count = 0;

/**
 * Runs a program to its end.
 *
 * @throws {Error} if it does not exist, prints too much, or takes longer than `withinMs`.
 */
export async function askProgram(
  program: string,
  args: readonly string[],
  withinMs = sayMs,
): Promise<Said> {
  // Its children carry the mark too, whatever group or session they have made for themselves.
  const mark = `${Deno.pid}-${++count}`;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", OCF_ROOT: "/usr/lib/ocf", HA_ASKED: mark },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`There is no agent ${program} on this machine`);
  }
  let problem: string | undefined;
  let stopping: Promise<unknown> | undefined;
  const stop = (why: string) => {
    problem ??= why;
    stopping ??= end(`HA_ASKED=${mark}`, "KILL", goneMs);
  };
  const timer = setTimer(
    () => stop(`${program} did not say what it is within ${withinMs} ms`),
    withinMs,
  );
  try {
    const [bytes, errors] = await Promise.all([
      collect(
        child.stdout,
        saidBytesMax,
        () => stop(`${program} says more than ${saidBytesMax} bytes of itself`),
      ),
      tail(child.stderr),
    ]);
    const { code } = await child.status;
    if (problem !== undefined) throw new Error(problem);
    return { bytes, errors, code };
  } finally {
    clearTimer(timer);
    await stopping;
    await end(`HA_ASKED=${mark}`, "KILL", goneMs);
  }
}

/** All that comes, `max` bytes at most; the rest is read and dropped. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  max: number,
  tooMuch: () => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > max) tooMuch();
    else chunks.push(chunk);
  }
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function tail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text = (text + decoder.decode(chunk, { stream: true })).slice(-errorBytesMax);
  }
  return text.trim();
}
