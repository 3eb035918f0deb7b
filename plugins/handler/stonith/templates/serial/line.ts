/**
 * One question on a serial line and its answer. `stty` sets the line up, one `dd` reads it and one
 * writes it.
 *
 * @module
 */
import { clearTimer, pause, setTimer } from "../../../../../metadata/timer.ts";

/** What a line is set to. */
export interface Line {
  readonly device: string;
  readonly baud: number;
}

/** Asks, and gives the line of the answer that matches; throws if none comes in time. */
export type Ask = (question: string, answer: RegExp, timeoutMs: number) => Promise<string>;

/** Characters of what comes that are kept: the last ones. */
const keptCharactersMax = 4_096;
/** Milliseconds in which the reader has opened the line. */
const openMs = 100;

/** Asks on this line, one question at a time. */
export function lineOf(line: Line): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return (question, answer, timeoutMs) => {
    const next = last.then(() => exchange(line, question, answer, timeoutMs));
    last = next.catch(() => {});
    return next;
  };
}

async function exchange(
  { device, baud }: Line,
  question: string,
  answer: RegExp,
  timeoutMs: number,
): Promise<string> {
  const until = performance.now() + timeoutMs;
  const words = ["-F", device, String(baud), "raw", "-echo", "cs8", "-parenb", "-cstopb", "clocal"];
  const { success, stderr } = await program("/bin/stty", words, "piped").output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  const reader = program("/bin/dd", [`if=${device}`, "bs=256"], "null").spawn();
  const timer = setTimer(() => kill(reader), Math.max(1, until - performance.now()));
  try {
    const found = find(reader.stdout, answer);
    found.catch(() => {}); // it is awaited below
    await pause(openMs);
    const writer = new Deno.Command("/bin/dd", {
      args: [`of=${device}`, "conv=nocreat,notrunc"],
      clearEnv: true,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const input = writer.stdin.getWriter();
    const stuck = setTimer(() => kill(writer), Math.max(1, until - performance.now()));
    await input.write(new TextEncoder().encode(question)).then(() => input.close()).catch(() => {});
    await writer.status;
    clearTimer(stuck);
    return await found;
  } finally {
    clearTimer(timer);
    kill(reader);
    await reader.status;
  }
}

async function find(stream: ReadableStream<Uint8Array>, answer: RegExp): Promise<string> {
  let kept = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    kept = (kept + chunk).slice(-keptCharactersMax);
    const line = kept.split(/[\r\n]+/).find((one) => answer.test(one));
    if (line !== undefined) return line;
  }
  throw new Error(`the switch does not answer; it said ${JSON.stringify(kept.slice(-80))}`);
}

const program = (name: string, args: string[], stderr: "null" | "piped") =>
  new Deno.Command(name, { args, clearEnv: true, stdin: "null", stdout: "piped", stderr });

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}
