/**
 * Clears up after a local cluster, however it ended: when the standard input of this process ends,
 * which happens when the process that started it ends or is killed, every process that carries one of
 * the marks is killed and the folder removed.
 *
 *     guard.ts FOLDER MARK...
 *
 * @module
 */
import { end } from "../../../pils/marked.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 5_000;

const [folder = "", ...marks] = Deno.args;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => {});
}
for await (const _ of Deno.stdin.readable);
for (const mark of marks) await end(mark, "KILL", goneMs);
await Deno.remove(folder, { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
// Signals that are listened to keep a process alive.
Deno.exit(0);
