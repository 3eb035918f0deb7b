/**
 * A daemon for a test: loads a plugin in a process, says which it is, lets it loop if it is told so,
 * and waits to be killed.
 *
 * @module
 */
import { createLoader } from "../loader.ts";
import { inFolder } from "./in_folder.ts";

const loader = createLoader({
  find: inFolder(new URL("plugins/", import.meta.url)),
  denoPath: Deno.execPath(),
});
interface Remote {
  misbehave(how: string): Promise<unknown>;
}
const { api } = await loader.load<Remote>("echo/plain", { isolation: "process" });
console.log(await api.misbehave("tell its process"));
if (Deno.args[0] === "loop") await api.misbehave("loop").catch(() => {});
await new Promise((resolve) => setTimeout(resolve, 60_000));
