/**
 * Starts a program for each alert, which is on its standard input as one line of JSON: nothing of an
 * alert is ever a word of a command line.
 *
 * @module
 */
import type { Plugin } from "../../../../../pils/plugin.ts";
import type { Notifier } from "../../contract.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that the program may take. */
const runMs = 10_000;

const command: Plugin<typeof manifest, Notifier> = ({ program }) => ({
  async notify(alert) {
    const child = new Deno.Command(program, {
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(runMs),
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode(`${JSON.stringify(alert)}\n`))
      .then(() => input.close())
      .catch(() => {}); // it may have ended without reading: its code says more
    const { success, code } = await child.status;
    if (!success) throw new Error(`${program} ended with code ${code}`);
  },
});

export default command;
