/**
 * Runs the tests that need nothing but Deno, on two processors: two lanes beside each other, with a
 * check of all types, and then what measures time. `lanes.ts` says what runs where; the long tests of
 * whole nodes are `deno task interop nodes`.
 *
 *     deno task test [OPTIONS OF DENO TEST]
 *
 * Each lane runs to its end, also when another one has failed; the exit code is 0 if all passed.
 *
 * @module
 */
import { lanesOf, pathsOf, timed } from "./lanes.ts";

const test = ["test", "--no-prompt", "--no-check", ...Deno.args];
const types = ["check", "--quiet", "mod.ts", "metadata", "pils", "plugins", "daemons", "tests"];
const running = new Set<Deno.ChildProcess>();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    for (const child of running) child.kill(signal);
  });
}
const lane = (paths: readonly string[]) => [
  ...test,
  ...paths.flatMap((path) => pathsOf(path, Deno.readDirSync)),
];
const [shown = [], ...others] = lanesOf(Deno.readDirSync("daemons")).map(lane);
const beside = [...others, types].map((words) => start("piped", words))
  .map((child) => child.output());
let { success: all } = await start("inherit", shown).status;
for (const { success, stdout, stderr } of await Promise.all(beside)) {
  all &&= success;
  for (const output of [stdout, stderr]) await show(output);
}
const { success } = await start("inherit", [...test, ...timed]).status;
Deno.exit(all && success ? 0 : 1);

function start(output: "inherit" | "piped", args: string[]): Deno.ChildProcess {
  const options = { args, stdin: "null", stdout: output, stderr: output } as const;
  const child = new Deno.Command(Deno.execPath(), options).spawn();
  running.add(child);
  void child.status.then(() => running.delete(child));
  return child;
}

async function show(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
