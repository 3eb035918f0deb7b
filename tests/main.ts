/**
 * Runs the tests that need nothing but Deno, on two processors: lanes beside each other, with a
 * check of all types; then real nodes, which mostly wait; and then what measures time. `lanes.ts`
 * says what runs where; the long tests of whole nodes are `deno task interop nodes`.
 *
 *     deno task test [OPTIONS OF DENO TEST]
 *
 * Each lane runs to its end, also when another one has failed; the exit code is 0 if all passed.
 *
 * @module
 */
import { alone, lanesOf, pathsOf, waiting } from "./lanes.ts";

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
const passed = [
  await timed("what computes", () => besides([...others, types], shown)),
  await timed(
    "real nodes",
    () => besides(waiting.slice(1).map((paths) => [...test, ...paths]), [...test, ...waiting[0]]),
  ),
  await timed("what measures time", () => besides([], [...test, ...alone])),
];
Deno.exit(passed.every(Boolean) ? 0 : 1);

/** Says how long a stage took: it shows which one to make shorter. */
async function timed(stage: string, run: () => Promise<boolean>): Promise<boolean> {
  const from = performance.now();
  const passed = await run();
  console.log(`${stage}: ${((performance.now() - from) / 1_000).toFixed(0)} s`);
  return passed;
}

/** Runs one that is shown as it goes, beside others that are shown when it is over. */
async function besides(others: readonly string[][], shown: string[]): Promise<boolean> {
  const outputs = others.map((words) => start("piped", words).output());
  let { success: all } = await start("inherit", shown).status;
  for (const { success, stdout, stderr } of await Promise.all(outputs)) {
    all &&= success;
    for (const output of [stdout, stderr]) await show(output);
  }
  return all;
}

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
