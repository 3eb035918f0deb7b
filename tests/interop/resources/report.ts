/**
 * Lines for `deno task interop`, which counts those that begin with `ok` and `FAILED`.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";

/** One try, reported in one line. */
export async function attempt(what: string, run: () => Promise<string | void>): Promise<boolean> {
  const from = performance.now();
  try {
    const more = await run();
    const took = `${Math.round(performance.now() - from)} ms`;
    console.log(`ok ${what} (${more === undefined ? "" : `${more}, `}${took})`);
    return true;
  } catch (error) {
    console.log(`FAILED ${what}: ${messageOf(error)}`);
    Deno.exitCode = 1;
    return false;
  }
}

/** Runs a script. @throws {Error} if it fails. */
export async function shell(script: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-ec", script],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${script}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout) + decoder.decode(stderr);
}
