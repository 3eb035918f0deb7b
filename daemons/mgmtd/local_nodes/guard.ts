/**
 * Makes the folder of a local cluster, and clears up after it, however it ended: when the standard
 * input of this process ends, which happens when the process that started it ends or is killed, every
 * process that carries one of the marks is killed and the folder removed. So there is no moment at
 * which the folder is there and nobody would remove it, unless the guard itself is killed: then the
 * next one does it first.
 *
 *     guard.ts FOLDER GUARD_MARK MARK...
 *
 * Prints a line once the folder is made; ends with `exit.exists` if another guard, which carries the
 * same guard's mark, has it.
 *
 * @module
 */
import { end, look } from "../../../metadata/marked.ts";
import { exit } from "../exit.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 5_000;

const [folder = "", guardMark = "", ...marks] = Deno.args;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => {});
}
if (!await make()) {
  // Who guards it carries the guard's mark too; else it was killed together with its guard.
  if ((await look(guardMark)).some((id) => id !== Deno.pid)) Deno.exit(exit.exists);
  await clear();
  if (!await make()) Deno.exit(exit.exists);
}
// Somebody may have removed the folder alone.
await endAll();
try {
  await Deno.stdout.write(new TextEncoder().encode("made\n"));
} catch {
  // Nobody is there any more: the input has ended too.
}
for await (const _ of Deno.stdin.readable);
await clear();
// Signals that are listened to keep a process alive.
Deno.exit(0);

/** Makes the folder; false if it is there already. */
async function make(): Promise<boolean> {
  try {
    await Deno.mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

async function endAll(): Promise<void> {
  for (const mark of marks) await end(mark, "KILL", goneMs);
}

/** Kills what carries a mark, then removes the folder. */
async function clear(): Promise<void> {
  await endAll();
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
