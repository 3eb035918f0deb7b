/**
 * Runs every test that needs nothing but Deno, on two processors: what is made of computing alone
 * beside what waits for real processes, sockets and files, and a check of all types beside both;
 * what measures time comes last.
 *
 *     deno task test [OPTIONS OF DENO TEST]
 *
 * All go on to their end whatever the others come to; the exit code is 0 if all went well.
 *
 * @module
 */

/** Machines in made-up worlds. */
const machines = ["ccm", "cib", "crmd", "lrmd", "pengine", "stonithd", "tengine"];
/** No clock, no process, no socket. */
const computing = [
  "metadata",
  ...machines.map((machine) => `daemons/${machine}`),
  ...["doors", "floors", "functions", "imports", "light", "prose", "verify"].map((name) =>
    `tests/${name}_test.ts`
  ),
  "tests/mutants",
  "tests/prose_test.ts",
  "tests/sim",
  "tests/std",
];
/** Whether something is in time: they have the machine for themselves. */
const timed = [
  "tests/hostile",
  "tests/demo_test.ts",
  "tests/liveness_test.ts",
  "tests/tick_test.ts",
  "tests/watchdog_test.ts",
];

/** The rest of the floors, and every test beside this file that is in no list above. */
const waiting = [
  "pils",
  "plugins",
  ...[...Deno.readDirSync("daemons")]
    .filter(({ name, isDirectory }) =>
      isDirectory ? !machines.includes(name) : name.endsWith("_test.ts")
    )
    .map(({ name }) => `daemons/${name}`),
  ...[...Deno.readDirSync("tests")]
    .filter(({ name, isFile }) => isFile && name.endsWith("_test.ts"))
    .map(({ name }) => `tests/${name}`)
    .filter((path) => ![...computing, ...timed].includes(path)),
].sort();

const test = ["test", "--no-prompt", "--no-check", ...Deno.args];
const types = ["check", "--quiet", "mod.ts", "metadata", "pils", "plugins", "daemons", "tests"];
const running = new Set<Deno.ChildProcess>();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    for (const child of running) child.kill(signal);
  });
}
const beside = [types, [...test, ...computing]].map((words) => start("piped", words))
  .map((child) => child.output());
let all = true;
for (const paths of [waiting, timed]) {
  const { success } = await start("inherit", [...test, ...paths]).status;
  all &&= success;
}
for (const { success, stdout, stderr } of await Promise.all(beside)) {
  all &&= success;
  for (const output of [stdout, stderr]) await show(output);
}
Deno.exit(all ? 0 : 1);

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
