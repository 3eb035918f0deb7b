import assert from "node:assert/strict";
import type { WatchdogEvent } from "../../handler/watchdog/contract.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/watchdog/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const timeoutMs = 800;
/** A pipe below /dev stands for the device: what is fed to it can be seen in a file. */
let device = "";
let reader: Deno.ChildProcess | undefined;
let fed = "";
let fedAt = 0;

async function sh(script: string, ...words: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "test", ...words],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

conform(clauses, {
  manifest,
  plugin,
  config: { device: "/dev/null", timeoutMs, holdS: 0 },
  given: {
    timeoutMs,
    async begin() {
      const folder = await sh('d=$(mktemp -d -p /dev/shm); mkfifo "$d/pipe"; echo "$d"');
      device = `${folder}/pipe`;
      reader = new Deno.Command("/bin/sh", {
        // Holds both ends, so that it goes on when the guard has closed the pipe.
        args: ["-c", 'exec 4<>"$1"; exec cat <&4 >"$1.fed"', "test", device],
        stdin: "null",
        stdout: "null",
      }).spawn();
      [fed, fedAt] = ["", performance.now()];
      return { device };
    },
    // A real device resets the node when it has not been fed for some time.
    async bitten() {
      const now = await sh('cat "$1.fed"', device);
      if (now !== fed) [fed, fedAt] = [now, performance.now()];
      return fed !== "" && !fed.endsWith("V") && performance.now() - fedAt > timeoutMs * 2;
    },
    async end() {
      reader?.kill("SIGKILL");
      await reader?.status;
      await sh('rm -r "${1%/pipe}"', device);
    },
  },
});

for (const what of ["where nothing is", "where a plain file is"]) {
  Deno.test(`a device ${what} is told as trouble, and no file is made`, async () => {
    const folder = await sh("mktemp -d -p /dev/shm");
    const path = `${folder}/watchdog`;
    if (what === "where a plain file is") await sh(': > "$1"', path);
    const told = Promise.withResolvers<string>();
    const timer = setTimeout(() => told.resolve("nothing"), 5_000);
    const host = {
      emit: (event: WatchdogEvent) => told.resolve(event.why),
      log: () => {},
    };
    const watchdog = await plugin({ device: path, timeoutMs, holdS: 0 }, host);
    try {
      await watchdog.arm();
      assert.equal(
        await told.promise,
        `${path} is not a device: load the watchdog's driver, or correct the name`,
      );
      assert.equal(
        await sh('cat "$1" && echo empty || echo none', path),
        what.endsWith("plain file is") ? "empty" : "none",
      );
    } finally {
      clearTimeout(timer);
      await watchdog.disarm();
      await sh('rm -r "$1"', folder);
    }
  });
}
