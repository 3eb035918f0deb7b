/**
 * A daemon for a test: loads a plugin that fails where nobody catches it, with its secret in the
 * error, and prints all that it is told of it.
 *
 *     deno run ... uncaught.ts worker|process throw|reject|report
 *
 * @module
 */
import type { Found } from "../found.ts";
import { createLoader } from "../loader.ts";
import type { Isolation } from "../manifest.ts";
import { inFolder } from "./in_folder.ts";

const [isolation, how] = Deno.args as [Isolation, string];
const root = new URL("plugins/", import.meta.url);
const source = `export default ({ password }) => {
  const failure = new RangeError("not with " + password);
  const fails = {
    throw: () => setTimeout(() => { throw failure; }),
    reject: () => void Promise.reject(failure),
    report: () => reportError(failure),
  };
  const none = () => {};
  return { say: (how) => fails[how]() && "", bytes: none, fail: none, tell: none, misbehave: none };
};`;

/** The plugin `echo/plain`, with a secret and other code. */
async function find(id: string): Promise<Found> {
  const found = await inFolder(root)(id);
  if (id !== "echo/plain") return found;
  const config = [{ fieldname: "password", basictype: "string", secret: true }] as const;
  const entry = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  return { ...found, manifest: { ...found.manifest, config }, entry };
}

const over = Promise.withResolvers<void>();
await using loader = createLoader({
  find,
  denoPath: Deno.execPath(),
  log: (level, text, plugin) => console.log(`${plugin} ${level} ${text}`),
});
const { api } = await loader.load<{ say(how: string): Promise<void> }>("echo/plain", {
  isolation,
  config: { password: "sesame" },
  onFault({ what, why }) {
    console.log(`${what}: ${why}`);
    if (what === "restarted") over.resolve();
  },
});
await api.say(how).catch((error) => console.log(`the call: ${error.message}`));
await over.promise;
