import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { ownChildEnvironment, ownChildFlags } from "./own_children.ts";

const project = filePath(new URL("../../..", import.meta.url));
const scratch = `${project}/.test`;

Deno.test({
  name: "a child of a plugin obeys no options beside its script, nor above it",
  permissions: { read: [project], write: [scratch], run: [Deno.execPath()] },
  async fn() {
    await Deno.mkdir(scratch, { recursive: true });
    const above = await Deno.makeTempDir({ dir: scratch, prefix: "options_" });
    const folder = `${above}/stonith/mine`;
    const said = async (flags: readonly string[], env: Readonly<Record<string, string>>) => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--cached-only", "--quiet", ...flags, `${folder}/run.ts`],
        clearEnv: true,
        env,
        stdin: "null",
      }).output();
      return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    };
    try {
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(`${above}/evil.ts`, 'export const word = "SMUGGLED";');
      // A name that only options beside it or above it know.
      await Deno.writeTextFile(
        `${folder}/run.ts`,
        `const { word } = await import("@other/name").catch(() => ({ word: "honest" }));
console.log(word);`,
      );
      const options = JSON.stringify({ imports: { "@other/name": `file://${above}/evil.ts` } });
      for (const place of [`${folder}/deno.json`, `${above}/deno.jsonc`]) {
        await Deno.writeTextFile(place, options);
        assert.match(await said([], {}), /SMUGGLED/, "the control shows nothing");
        assert.equal(await said(ownChildFlags, ownChildEnvironment), "honest\n");
        await Deno.remove(place);
      }
    } finally {
      await Deno.remove(above, { recursive: true });
    }
  },
});
