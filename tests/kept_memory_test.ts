/**
 * A client that writes much to the CIB and deletes most of it, an agent with a long output, and a
 * device with a long answer must not fill the memory of a daemon.
 *
 * @module
 */
import assert from "node:assert/strict";

const project = decodeURIComponent(new URL("..", import.meta.url).pathname);

Deno.test({
  name: "what daemons keep of long texts of others does not keep the whole texts",
  permissions: { run: [Deno.execPath()] },
  async fn() {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--cached-only",
        "--no-check",
        "--quiet",
        "--v8-flags=--expose-gc",
        `--config=${project}deno.json`,
        `${project}tests/kept_memory.ts`,
      ],
      stdin: "null",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const said = new TextDecoder().decode(stdout);
    const lines = said.trim().split("\n").map((line) => line.split(" "));
    assert.equal(lines.length, 4, said);
    // `readCib` itself remembers texts of 8 MB.
    for (const [name, grown] of lines) assert.ok(Number(grown) < 25, `${name}: ${said}`);
  },
});
