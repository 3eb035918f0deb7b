/**
 * Makes the folder of a local cluster, and clears up after it, however it ended: when the standard
 * input of this process ends, which happens when the process that started it ends or is killed, every
 * process that carries one of the marks is killed and the folder removed. So there is no moment at
 * which the folder is there and nobody would remove it.
 *
 *     guard.ts FOLDER MARK...
 *
 * Prints a line once the folder is made; ends with `exit.exists` if it is there already.
 *
 * @module
 */
import { end } from "../../../pils/marked.ts";
import { exit } from "../exit.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 5_000;

const [folder = "", ...marks] = Deno.args;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => {});
}
try {
  await Deno.mkdir(folder, { mode: 0o700 });
} catch (error) {
  if (error instanceof Deno.errors.AlreadyExists) Deno.exit(exit.exists);
  throw error;
}
try {
  await Deno.stdout.write(new TextEncoder().encode("made\n"));
} catch {
  // Nobody is there any more: the input has ended too.
}
for await (const _ of Deno.stdin.readable);
for (const mark of marks) await end(mark, "KILL", goneMs);
await Deno.remove(folder, { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
// Signals that are listened to keep a process alive.
Deno.exit(0);
