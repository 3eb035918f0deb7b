/**
 * Ends a program whose time is over, with all that it has started.
 *
 * @module
 */
import { end } from "../../../../metadata/marked.ts";

/** Milliseconds that the process group has between SIGTERM and SIGKILL. */
export const politeMs = 1_500;
/** Milliseconds after which what left the group, and was killed, counts as impossible to end. */
const strayMs = 1_000;
/** Milliseconds that ending a program takes at most. */
export const endMs = politeMs + strayMs;
/** Milliseconds between two looks whether the group is gone. */
const lookMs = 50;

/** `$1`: the group. `$2`: looks until SIGKILL. A group that is gone is left alone: its number is free. */
const script = `
kill -s TERM -- "-$1" 2>/dev/null || exit 0
round=0
while [ "$round" -lt "$2" ]; do
  sleep ${lookMs / 1000}
  kill -s 0 -- "-$1" 2>/dev/null || exit 0
  round=$((round + 1))
done
kill -s KILL -- "-$1" 2>/dev/null
exit 0
`;

/**
 * SIGTERM to the group, SIGKILL to what is left of it, and to everything else that carries the mark:
 * a child that made a session of its own has left the group, and its environment still shows where it
 * is from.
 */
export async function endOverdue(child: Deno.ChildProcess, mark: string): Promise<void> {
  await shell(script, String(child.pid), String(Math.ceil(politeMs / lookMs)));
  killed(child);
  try {
    await end(mark, "KILL", strayMs);
  } catch {
    // Where /proc shows no environments, the group alone can be found.
  }
}

/** SIGKILL to the group of a program that is under way. */
export async function killGroup(child: Deno.ChildProcess): Promise<void> {
  await shell('kill -s KILL -- "-$1" 2>/dev/null; exit 0', String(child.pid));
  killed(child);
}

/** If no shell can be started, the program itself can still be ended. */
function killed(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

async function shell(text: string, ...args: readonly string[]): Promise<void> {
  try {
    await new Deno.Command("/bin/sh", {
      args: ["-c", text, "sh", ...args],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
  } catch {
    // Out of processes or descriptors.
  }
}
