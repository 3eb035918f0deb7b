/**
 * Starts a daemon in a folder full of traps, with an environment full of traps, and checks that it
 * reads none of them. (SEC-05: a loader that searches the current folder.)
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../../", import.meta.url));
const scratch = `${project}/.test`;
const trap = 'console.error("PLANTED");\n';

/** A folder with everything that a runtime, a shell or a loader might look for. */
async function trapped(): Promise<string> {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "planted_" });
  const files: Readonly<Record<string, string>> = {
    "deno.json": '{ "imports": { "zod": "./evil.ts", "saxes": "./evil.ts" }, "unstable": ["kv"] }',
    "package.json": '{ "dependencies": { "zod": "file:./evil" }, "type": "commonjs" }',
    ".env": "NODE_OPTIONS=--require ./evil.ts",
    "evil.ts": `${trap}export const z = {}; export default {};`,
    "manifest.ts": trap,
    "mod.ts": trap,
    "boot_process.ts": trap,
    "plugins/echo/plain/manifest.ts": trap,
    "plugins/echo/plain/mod.ts": trap,
    "plugins/plugins.lock.json": "{}",
    "node_modules/zod/package.json": '{ "name": "zod", "main": "index.js" }',
    "node_modules/zod/index.js": trap,
    ...Object.fromEntries(
      ["sh", "deno", "setpriv", "kill"].map((name) => [name, "#!/bin/sh\necho PLANTED >&2\n"]),
    ),
  };
  for (const [path, text] of Object.entries(files)) {
    const file = `${folder}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text, { mode: 0o755 });
  }
  return folder;
}

/** Runs Deno in the folder until it has said one line; what it and its children printed. */
async function run(folder: string, flags: readonly string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--cached-only", ...flags],
    cwd: folder,
    // NODE_OPTIONS is not among them: who may give Deno options is its operator.
    env: {
      PATH: folder,
      NODE_PATH: `${folder}/node_modules`,
      ENV: `${folder}/evil.ts`,
      BASH_ENV: `${folder}/sh`,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  try {
    child.kill("SIGKILL");
  } catch { /* it has ended by itself */ }
  await child.status;
  await reader.cancel();
  return `${new TextDecoder().decode(value)}${await errors}`;
}

Deno.test({
  name: "what is planted in the current folder and the environment of a daemon never runs",
  permissions: { read: [project], write: [scratch], run: [Deno.execPath(), "/bin/sh"] },
  async fn() {
    const folder = await trapped();
    try {
      const printed = await run(folder, [
        `--config=${project}/deno.json`,
        `--allow-read=${project}/pils,${project}/metadata,${project}/deno.json`,
        `--allow-run=${Deno.execPath()},/bin/sh`,
        `${project}/pils/testdata/daemon.ts`,
      ]);
      assert.match(
        printed,
        /^\d+\n$/,
        `${printed}: the plugin tells its process, and nothing else is said`,
      );

      await Deno.writeTextFile(`${folder}/careless.ts`, 'import "zod";');
      const control = await run(folder, ["careless.ts"]);
      assert.match(control, /PLANTED/, "who looks into the current folder is caught");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
