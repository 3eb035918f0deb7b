/**
 * The policy engine beside `crm_simulate` on the same inputs, in one run: times and ratios.
 *
 *     deno task bench pengine
 *
 * Both read a CIB from a file, decide and write the graph to a file; each run is a process of its
 * own, start included. A growth is the time of a size through that of the size before. With
 * `--quick` only sizes that take the original a second or two. Without `crm_simulate` only our
 * times are shown; without `../shared` the regression cases are left out.
 *
 * @module
 */
import { filePath } from "../../pils/found.ts";
import { casesAreThere, unpackCases } from "../interop/scheduler_packs.ts";
import { clusterCib, type ClusterSize } from "./cluster_cib.ts";

/** Longest time one run may take. */
const runMaxMs = 300_000;

const quick: readonly ClusterSize[] = [
  { nodes: 4, resources: 100, mode: "cold" },
  { nodes: 8, resources: 250, mode: "cold" },
  { nodes: 16, resources: 500, mode: "cold" },
  { nodes: 16, resources: 1000, mode: "noprobe" },
  { nodes: 16, resources: 1000, mode: "fail" },
];
const full: readonly ClusterSize[] = [
  { nodes: 16, resources: 1000, mode: "cold" },
  { nodes: 32, resources: 1000, mode: "cold" },
  { nodes: 64, resources: 1000, mode: "cold" },
  { nodes: 64, resources: 5000, mode: "noprobe" },
  { nodes: 64, resources: 1000, mode: "fail" },
];

const project = filePath(new URL("../..", import.meta.url));
const folder = Deno.makeTempDirSync({ prefix: "pengine_bench_" });
try {
  await cases();
  await generated(Deno.args.includes("--quick") ? quick : full);
} finally {
  Deno.removeSync(folder, { recursive: true });
}

/** All regression cases, in one process each. */
async function cases(): Promise<void> {
  if (!casesAreThere()) {
    console.log("regression cases: skipped, ../shared/scheduler/shown.tar.xz is not there");
    return;
  }
  await unpackCases(folder);
  const count = [...Deno.readDirSync(`${folder}/xml`)].length;
  const ours = await ourRun("-P", `${folder}/xml`);
  const theirs = await timed("crm_simulate", ["-P", `${folder}/xml`]);
  console.log(
    `${count} regression cases, read and scheduled, one process: ours ${shown(ours)}, ` +
      `crm_simulate ${shown(theirs)}${ratio(ours, theirs)}`,
  );
}

/** Invented clusters, by size. */
async function generated(sizes: readonly ClusterSize[]): Promise<void> {
  console.log("nodes  resources  mode      actions      ours  growth  crm_simulate  growth  ratio");
  let before: { mode: string; ours: number | undefined; theirs: number | undefined } | undefined;
  for (const size of sizes) {
    const input = `${folder}/cib.xml`;
    Deno.writeTextFileSync(input, clusterCib(size));
    const ours = await ourRun("-x", input, "-R", "-Q", "-G", `${folder}/ours.exp`);
    const theirs = await timed("crm_simulate", ["-x", input, "-RQ", "-G", `${folder}/theirs.exp`]);
    const same = before?.mode === size.mode ? before : undefined;
    console.log([
      String(size.nodes).padStart(5),
      String(size.resources).padStart(11),
      `  ${size.mode.padEnd(7)}`,
      String(actionsIn(`${folder}/ours.exp`)).padStart(10),
      shown(ours).padStart(10),
      growth(same?.ours, ours).padStart(8),
      shown(theirs).padStart(14),
      growth(same?.theirs, theirs).padStart(8),
      ratio(ours, theirs),
    ].join(""));
    before = { mode: size.mode, ours, theirs };
  }
}

/** Runs `ha simulate` as `ha` would: in a child that may touch only the folder of this run. */
function ourRun(...words: readonly string[]): Promise<number | undefined> {
  return timed("deno", [
    "run",
    "--no-prompt",
    "--cached-only",
    "--quiet",
    `--config=${project}/deno.json`,
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
    `${project}/daemons/mgmtd/commands/groups/simulate.ts`,
    JSON.stringify({ project, here: folder, deno: "deno" }),
    "simulate",
    ...words,
  ]);
}

/** @returns milliseconds; undefined if the program is not installed or did not end well in time. */
async function timed(program: string, args: readonly string[]): Promise<number | undefined> {
  const started = performance.now();
  try {
    const { success, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: { LC_ALL: "C" },
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(runMaxMs),
    }).output();
    if (success) return performance.now() - started;
    console.error(new TextDecoder().decode(stderr).split("\n").slice(0, 3).join("\n"));
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function actionsIn(graph: string): number {
  try {
    return Deno.readTextFileSync(graph).split("<action_set>").length - 1;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function shown(ms: number | undefined): string {
  return ms === undefined ? "-" : `${(ms / 1000).toFixed(2)} s`;
}

function growth(before: number | undefined, ms: number | undefined): string {
  return before === undefined || ms === undefined ? "" : `×${(ms / before).toFixed(1)}`;
}

function ratio(ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined || theirs === undefined) return "";
  return theirs >= ours
    ? `  ${(theirs / ours).toFixed(1)} times faster`
    : `  ${(ours / theirs).toFixed(1)} times slower`;
}
