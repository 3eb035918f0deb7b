/**
 * Scripts of the shell, for what a lab does with the machine.
 *
 * @module
 */

/** Runs a script with words as `$1`...; gives what it wrote. @throws {Error} if it fails. */
export async function sh(script: string, ...words: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-ec", script, "sh", ...words],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout).trim();
  throw new Error(`${script}: ${decoder.decode(stderr).trim()}`);
}
