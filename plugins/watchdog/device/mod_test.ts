import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/watchdog/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const timeoutMs = 800;
/** A file below /dev stands for the device: what is fed to it can be seen there. */
let device = "";
let fed = "";
let fedAt = 0;

async function sh(script: string, ...words: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "test", ...words],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

conform(clauses, {
  manifest,
  plugin,
  config: { device: "/dev/null", timeoutMs, holdS: 0 },
  given: {
    timeoutMs,
    async begin() {
      device = (await sh("mktemp -p /dev/shm")).trim();
      [fed, fedAt] = ["", performance.now()];
      return { device };
    },
    // A real device resets the node when it has not been fed for some time.
    async bitten() {
      const now = await sh('cat "$1"', device);
      if (now !== fed) [fed, fedAt] = [now, performance.now()];
      return fed !== "" && !fed.endsWith("V") && performance.now() - fedAt > timeoutMs * 2;
    },
    async end() {
      await sh('rm "$1"', device);
    },
  },
});
