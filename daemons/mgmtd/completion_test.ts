/**
 * Completion scripts, in the shells that are installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { allCommands } from "./commands/mod.ts";
import { scriptFor } from "./completion.ts";

/** What bash would offer for these words. */
async function offered(script: string, ...words: readonly string[]): Promise<readonly string[]> {
  const line = words.map((word) => `'${word}'`).join(" ");
  const program = `ha() { [ "$1 $2" = "completion names" ] && printf 'web\\nbob\\n'; }
${script}
COMP_WORDS=(ha ${line}); COMP_CWORD=${words.length}
compopt() { :; }; _ha; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", 'command -v bash >/dev/null || exit 9; exec bash --norc -c "$0"', program],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
  }).output();
  if (code === 9) return [];
  assert.equal(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trim().split("\n");
}

Deno.test("bash completes commands, options and names", {
  permissions: { run: ["/bin/sh"] },
}, async () => {
  const script = scriptFor("bash", await allCommands());
  const first = await offered(script, "sta");
  if (first.length === 0) return console.log("Skipped: there is no bash");
  assert.deepEqual(first, ["status"]);
  assert.deepEqual(await offered(script, "resource", "cl"), [
    "classes",
    "cleanup",
    "clear",
    "clone",
  ]);
  assert.deepEqual(await offered(script, "resource", "move", "w"), ["web"]);
  assert.deepEqual(await offered(script, "resource", "move", "web", "b"), ["bob"]);
  assert.deepEqual(await offered(script, "resource", "move", "web", "--ke"), ["--keep"]);
  assert.deepEqual(await offered(script, "resource", "create", "--gr"), ["--group="]);
});

Deno.test("the scripts name every command", async () => {
  const commands = await allCommands();
  for (const shell of ["bash", "zsh", "fish"] as const) {
    const script = scriptFor(shell, commands);
    for (const { path } of commands) {
      for (const word of path) assert.ok(script.includes(word), `${shell}: ${path.join(" ")}`);
    }
  }
});
