/**
 * Which tests run when. Each file of tests is in exactly one lane, or among the long ones.
 *
 * @module
 */

/** Machines in made-up worlds. */
const machines = [
  "alerts",
  "attrd",
  "ccm",
  "cib",
  "crmd",
  "events",
  "history",
  "logd",
  "lrmd",
  "pengine",
  "stonithd",
  "tengine",
];

/** Whole nodes and clusters that take long to come to a state: `deno task interop nodes`. */
export const long = [
  "daemons/mgmtd/commands/cluster_test.ts",
  "daemons/mgmtd/commands/grants_test.ts",
  "daemons/mgmtd/commands/plugin_author_test.ts",
  "daemons/mgmtd/commands/steer_test.ts",
  "daemons/mgmtd/doctor/real_test.ts",
  "daemons/mgmtd/status/real_test.ts",
  "daemons/mgmtd/status/two_clusters_test.ts",
  "tests/hostile/node/node_test.ts",
  "tests/adding_a_kind_test.ts",
  "tests/liveness_test.ts",
  "tests/one_node_test.ts",
  "tests/sim/slow_bugs_test.ts",
];

/** Whole clusters for minutes each: `deno task interop changes`, which no other run includes. */
export const lasting = [
  "daemons/mgmtd/commands/cluster_leave_test.ts",
  "daemons/mgmtd/commands/cluster_restart_test.ts",
  "daemons/mgmtd/commands/cluster_recover_test.ts",
];

/** Tests of time, which run when all others are over: nothing else runs beside these. */
export const alone = [
  "tests/hostile/exhaustion_test.ts",
  "tests/hostile/further_test.ts",
  "tests/logd_test.ts",
  "tests/tick_test.ts",
  "tests/watchdog_test.ts",
];

/** Real nodes, which mostly wait: these lists run beside each other, and nothing that computes. */
export const waiting = [
  ["tests/demo_test.ts"],
  ["tests/applications_test.ts", "tests/compat_test.ts", "tests/parameters_test.ts"],
  ["tests/adding_a_daemon_test.ts", "tests/lrmd_restart_test.ts"],
] as const;

/** All of them, which no lane runs. */
export const timed = [...alone, ...waiting.flat()];

/** What has its own task, or needs the originals. */
export const elsewhere = ["tests/interop", "tests/fuzz"];

/** What no lane runs. */
export const ignored = [...long, ...lasting, ...timed, ...elsewhere];

/** Simulated clusters, and the project as a whole: the longest lane, which computes all the time. */
const whole = ["tests"];
/** Mostly no clock, no process, no socket. */
const computing = ["metadata", ...machines.map((machine) => `daemons/${machine}`)];
/** Processes, sockets and files of Deno alone: what the daemons and commands are built on. */
const floors = [
  "pils",
  ...[
    "auth",
    "compression",
    "encoding",
    "handler",
    "medium",
    "notifier",
    "quorum",
    "ra",
    "watchdog",
  ]
    .map((kind) => `plugins/${kind}`),
];
/** What people call: mostly `ha` as a process of its own. */
const commands = ["daemons/mgmtd"];
/** Fencing devices, which mostly wait for their partners. */
const devices = ["plugins/stonith"];

/**
 * Lanes that run beside each other; no test of one uses files or sockets of another. Three of them
 * mostly wait for processes. No lane is so long that it computes alone at the end.
 */
export function lanesOf(daemons: Iterable<Deno.DirEntry>): readonly (readonly string[])[] {
  const others = [...daemons]
    .filter(({ name, isDirectory }) =>
      isDirectory ? !machines.includes(name) : name.endsWith("_test.ts")
    )
    .map(({ name }) => `daemons/${name}`)
    .filter((path) => !commands.includes(path));
  return [whole, commands, computing, others.sort(), floors, devices];
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
