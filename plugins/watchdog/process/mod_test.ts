import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/watchdog/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

let victim: Deno.ChildProcess | undefined;
let dead = false;

conform(clauses, {
  manifest,
  plugin,
  config: { pid: 2, timeoutMs: 800 },
  given: {
    timeoutMs: 800,
    begin() {
      const child = new Deno.Command("/bin/sh", {
        // Ends by itself when its input does, so that no test leaves it behind.
        args: ["-c", "read line"],
        stdin: "piped",
        stdout: "null",
      }).spawn();
      [victim, dead] = [child, false];
      void child.status.then(() => dead = true);
      return Promise.resolve({ pid: child.pid });
    },
    bitten: () => Promise.resolve(dead),
    async end() {
      await victim?.stdin.close().catch(() => {});
      await victim?.status;
    },
  },
});
