/**
 * Writes `plugins/packages.lock`: a hash of each package of `deno.lock` as Deno has fetched it.
 *
 * @module
 */
import { listScript } from "./script.ts";
import { listName } from "./verify.ts";

/** The list for the packages that a `deno.lock` names. */
export async function listOf(denoLock: string): Promise<string> {
  const { npm = {} }: { readonly npm?: Readonly<Record<string, unknown>> } = JSON.parse(denoLock);
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", listScript, "sh", ...Object.keys(npm).sort()],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const list = await listOf(await Deno.readTextFile("deno.lock"));
  await Deno.writeTextFile(`plugins/${listName}`, list);
}
