/**
 * Clears up after a demo, however it ended: when its standard input ends, which happens when the
 * demo ends or is killed, every process of the demo's nodes is killed and its folder removed.
 *
 * @module
 */
import { end } from "../../../pils/marked.ts";
import { demoCluster, demoFolder, demoNodes } from "./files.ts";

/** Milliseconds that killed processes may take to be gone. */
const goneMs = 5_000;

const [project = ""] = Deno.args;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => {});
}
for await (const _ of Deno.stdin.readable);
for (const node of demoNodes) await end(`HA_NODE=${demoCluster}/${node}`, "KILL", goneMs);
await Deno.remove(demoFolder(project), { recursive: true }).catch((error) => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
});
// Signals that are listened to keep a process alive.
Deno.exit(0);
