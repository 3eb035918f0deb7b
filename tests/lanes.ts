/**
 * Which tests run when. Each file of tests is in exactly one lane, or among the long ones.
 *
 * @module
 */

/** Machines in made-up worlds. */
const machines = ["attrd", "ccm", "cib", "crmd", "lrmd", "pengine", "stonithd", "tengine"];

/** Whole nodes and clusters that take long to come to a state: `deno task interop nodes`. */
export const long = [
  "daemons/mgmtd/commands/grants_test.ts",
  "daemons/mgmtd/commands/plugin_author_test.ts",
  "daemons/mgmtd/status/real_test.ts",
  "daemons/mgmtd/status/two_clusters_test.ts",
  "tests/hostile/node/node_test.ts",
  "tests/adding_a_kind_test.ts",
  "tests/liveness_test.ts",
  "tests/one_node_test.ts",
];

/** Tests of time: nothing else runs beside them. */
export const timed = [
  "tests/hostile/exhaustion_test.ts",
  "tests/hostile/further_test.ts",
  "tests/demo_test.ts",
  "tests/tick_test.ts",
  "tests/watchdog_test.ts",
];

/** What has its own task, or needs the originals. */
export const elsewhere = ["tests/interop", "tests/fuzz"];

/** What no lane runs. */
export const ignored = [...long, ...timed, ...elsewhere];

/** Mostly no clock, no process, no socket. */
const computing = ["metadata", ...machines.map((machine) => `daemons/${machine}`), "tests"];
/** Processes, sockets and files of Deno alone: what the daemons and commands are built on. */
const floors = ["pils", "plugins"];

/** Two lanes that run beside each other; no test of one uses files or sockets of the other. */
export function lanesOf(daemons: Iterable<Deno.DirEntry>): readonly (readonly string[])[] {
  const others = [...daemons]
    .filter(({ name, isDirectory }) =>
      isDirectory ? !machines.includes(name) : name.endsWith("_test.ts")
    )
    .map(({ name }) => `daemons/${name}`);
  return [computing, [...floors, ...others].sort()];
}

/**
 * The paths to run for a path of a lane: itself, or what is in it but the ignored. `deno test --ignore`
 * forgets what it should ignore where one of several folders is below another (Deno 2.9.6).
 *
 * @param list what is in a folder
 */
export function pathsOf(
  path: string,
  list: (folder: string) => Iterable<Deno.DirEntry>,
): readonly string[] {
  if (ignored.includes(path)) return [];
  if (!ignored.some((one) => one.startsWith(`${path}/`))) return [path];
  return [...list(path)]
    .filter(({ name, isDirectory }) => isDirectory || name.endsWith("_test.ts"))
    .flatMap(({ name }) => pathsOf(`${path}/${name}`, list))
    .sort();
}
