/**
 * How a process stands with the one that started it.
 *
 * The parent keeps the standard input of its child open, and says so with an argument; the end of
 * that input is then the end of the child, however the parent died. Over the same input the parent
 * asks whether the child is alive: a line `ping WORD`, answered on the standard output by
 * `alive WORD`, or by `starting WORD` until the child's machines run. A child that is stopped or in
 * an endless loop answers nothing. Without the argument the input is not looked at: a service
 * supervisor such as systemd gives a daemon an empty one.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";

/** The argument. */
export const untilStdinEnds = "--until-stdin-ends";

/** Characters of a line between parent and child at most; what is more is no such line. */
export const lineMax = 1_024;

/** Milliseconds after which a parent that has stopped asking is reported. */
export const parentSilentMs = 60_000;

/** What the child does for its parent. */
export interface Child {
  /** Whether its machines run; does not resolve while a part of it hangs. */
  alive(): Promise<boolean>;
  /** The parent has said something else, in one line. */
  told?(line: string): void;
  /** The parent has not asked for {@linkcode parentSilentMs}; `false`: it asks again. */
  parentSilent(silent: boolean): void;
}

/** Answers the parent's questions; resolves when the parent is gone. */
export async function attend(child: Child): Promise<void> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(256);
  let timer: Timer | undefined;
  let silent = false;
  let line = "";
  const heard = () => {
    clearTimer(timer);
    if (silent) child.parentSilent(silent = false);
    timer = setTimer(() => child.parentSilent(silent = true), parentSilentMs);
  };
  try {
    for (let count; (count = await Deno.stdin.read(buffer)) !== null;) {
      const lines = (line + decoder.decode(buffer.subarray(0, count), { stream: true }))
        .split("\n");
      line = (lines.pop() ?? "").slice(0, lineMax);
      for (const one of lines) {
        const word = /^ping ([a-z0-9]{1,32})$/.exec(one)?.[1];
        if (word === undefined) {
          child.told?.(one);
          continue;
        }
        heard();
        void child.alive().then((running) => say(`${running ? "alive" : "starting"} ${word}\n`));
      }
    }
  } catch {
    // Closed is closed.
  }
  clearTimer(timer);
}

async function say(text: string): Promise<void> {
  try {
    await Deno.stdout.write(new TextEncoder().encode(text));
  } catch {
    // Nobody listens any more: then the input ends too.
  }
}
