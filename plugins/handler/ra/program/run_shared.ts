/**
 * Runs a recurring operation by a shell that has run others before it.
 *
 * _Options:_ a shell for each run, as for all other operations; one for each resource; some that any
 * of them may use. _Choice:_ the last. A shell for each run is a copy of this process, which costs as
 * much processor time as a simple monitor; one for each of 200 resources needs 100 MiB. _Limit:_ what a
 * monitor leaves behind in its process group is ended with the next operation in that shell that
 * exceeds its timeout, and what it writes later is read as that of another one.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../../../metadata/timer.ts";
import { Tail } from "../../program_output.ts";
import { killGroup } from "./end_program.ts";
import { Overdue } from "./overdue.ts";
import { drainMs, type Ended, notBecome, pacing, type Program, tailBytesMax } from "./program.ts";
import { SharedShell } from "./shared_shell.ts";
import { signalTextBytesMax, toldSignal, withoutText } from "./signal_text.ts";

/** Shells that are kept while they have nothing to run, and milliseconds that one is kept. */
const idleMax = 16;
const idleMs = 30_000;

/** Shells that have nothing to run; the last one was used last. */
const idle: { readonly shell: SharedShell; readonly sinceMs: number }[] = [];
/** Looks for those that were not used for long. */
let look: Timer | undefined;

/** A shell that has nothing to run. @throws {Error} if none can be started */
export function takeShell(): SharedShell {
  for (let last; (last = idle.pop()) !== undefined;) {
    if (last.shell.isUsable) return last.shell;
    void last.shell.close();
  }
  return new SharedShell();
}

function giveBack(shell: SharedShell): void {
  if (!shell.isUsable || idle.length >= idleMax) {
    void shell.close();
    return;
  }
  idle.push({ shell, sinceMs: performance.now() });
  look ??= setTimer(endUnused, idleMs);
}

function endUnused(): void {
  look = undefined;
  const untilMs = performance.now() - idleMs;
  while (idle[0] !== undefined && idle[0].sinceMs <= untilMs) void idle.shift()!.shell.close();
  if (idle.length > 0) look = setTimer(endUnused, idleMs);
}

/** Ends the shells that have nothing to run. */
export async function endIdle(): Promise<void> {
  clearTimer(look);
  look = undefined;
  await Promise.all(idle.splice(0, idle.length).map(({ shell }) => shell.close()));
}

/** What is run by a shell. */
export interface SharedProgram extends Pick<Program, "path" | "timeoutMs"> {
  readonly order: string;
  /** A variable in the environment of all that it starts. */
  readonly mark: string;
}

/** Runs a program by such a shell, and keeps the shell for the next if it goes on. */
export async function runShared(
  shell: SharedShell,
  { path, order, mark, timeoutMs }: SharedProgram,
  begun: number,
): Promise<Ended> {
  const [said, errors, both] = [
    new Tail(signalTextBytesMax),
    new Tail(tailBytesMax),
    new Tail(tailBytesMax),
  ];
  const overdue = new Overdue(shell.child, mark, timeoutMs);
  const run = shell.run(order, {
    stdout: (chunk) => (said.add(chunk), both.add(chunk)),
    stderr: (chunk) => (errors.add(chunk), both.add(chunk)),
    rest: pacing(),
  });
  const end = await Promise.race([run, overdue.givenUp]);
  const runMs = performance.now() - begun;
  overdue.stop();
  const { ending } = overdue;
  await ending;
  const goesOn = ending === undefined && end?.shellEnded === false;
  if (goesOn) giveBack(shell);
  else {
    await shell.drained(drainMs);
    if (end?.shellEnded === false) await killGroup(shell.child);
    await shell.close();
  }
  const { code, signal } = end ?? { code: 137 };
  const told = goesOn ? toldSignal(code, said.bytes()) : undefined;
  const name = signal ?? told?.name;
  const stderr = errors.bytes();
  return {
    code,
    ...(name === undefined ? {} : { signal: name }),
    ...notBecome(path, code, stderr),
    timedOut: ending !== undefined,
    tooMuch: false,
    stdout: new Uint8Array(0),
    stderr,
    tail: told === undefined ? both.bytes() : withoutText(both.bytes(), told.text),
    runMs,
  };
}
