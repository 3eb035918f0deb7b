/**
 * `deno task sim`: replays one seed and prints its history, or runs many and prints what they broke.
 *
 *     deno task sim --seed 7                  one history of ten minutes, five nodes
 *     deno task sim --seeds 1000 --jobs 2     seeds 1 to 1000, on two processors
 *     deno task sim --seeds 500-999 --json
 *     deno task sim --seed 3 --bug skipped-fsync
 *     deno task sim --seeds 200 --later 3     nodes come and go: three may join, some are removed
 *     deno task sim --seed 3 --administrators 900    three administrators make so many changes
 *
 * It needs no permission, but with `--jobs` to read its own modules once more for each thread.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import process from "node:process";
import { parseArgs } from "node:util";
import { administrators } from "./administrators/command.ts";
import { realMs } from "./ban.ts";
import { bugs } from "./bugs/mod.ts";
import { lineOf } from "./history.ts";
import { runOrders } from "./jobs.ts";
import { fencingPlans, type Order, quorumNames, runOrder } from "./order.ts";
import type { ScenarioResult } from "./scenario.ts";
import { TraceHash } from "./trace.ts";

const usage =
  `usage: deno task sim [--seed N | --seeds N | --seeds FROM-TO] [--jobs N] [--minutes M]
    [--nodes N] [--later N] [--daemons all|membership] [--transport heartbeat|stand-in] [--bug NAME] [--json]
    [--administrators CHANGES [--seed N | --seeds ...]]
    [--fencing PLAN] [--harmless] [--cuts] [--quorum RULE]
fencing: ${fencingPlans.join(", ")}
quorum: ${quorumNames.join(", ")}
bugs: ${Object.keys(bugs).join(" ")}`;

/** Threads at most. */
const jobsMax = 64;
/** Changes of administrators at most: the history of a node keeps 1,000, some of them unheard of. */
const changesMax = 900;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    jobs: { type: "string", default: "1" },
    minutes: { type: "string", default: "10" },
    nodes: { type: "string", default: "5" },
    later: { type: "string", default: "0" },
    administrators: { type: "string" },
    daemons: { type: "string" },
    transport: { type: "string" },
    bug: { type: "string" },
    fencing: { type: "string" },
    quorum: { type: "string" },
    harmless: { type: "boolean", default: false },
    cuts: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(usage);
  Deno.exit(0);
}
if (values.bug !== undefined && bugs[values.bug] === undefined) {
  console.error(`Cannot plant the bug "${values.bug}": there is none of that name.\n${usage}`);
  Deno.exit(2);
}
if (values.fencing !== undefined && !fencingPlans.some((one) => one === values.fencing)) {
  console.error(`Cannot fence by "${values.fencing}": there is no such plan.\n${usage}`);
  Deno.exit(2);
}
if (values.quorum !== undefined && !quorumNames.some((one) => one === values.quorum)) {
  console.error(`Cannot decide by "${values.quorum}": there is no such rule.\n${usage}`);
  Deno.exit(2);
}
const jobs = Number(values.jobs);
if (!(Number.isInteger(jobs) && jobs >= 1 && jobs <= jobsMax)) {
  console.error(`Cannot run ${values.jobs} jobs at once: write a number from 1 to ${jobsMax}.`);
  Deno.exit(2);
}
const common: Omit<Order, "seed"> = {
  minutes: Number(values.minutes),
  nodes: Number(values.nodes),
  later: Number(values.later),
  daemons: values.daemons,
  transport: values.transport,
  bug: values.bug,
  fencing: values.fencing,
  quorum: values.quorum,
  harmless: values.harmless,
  cuts: values.cuts,
};
Deno.exitCode = values.administrators !== undefined
  ? administered(values.administrators)
  : values.seeds === undefined
  ? one(Number(values.seed ?? "1"))
  : await many(values.seeds);

function one(seed: number): number {
  const took = stopwatch();
  const result = runOrder({ ...common, seed }, (observation, nowUs) => {
    if (values.json) return;
    const line = lineOf(observation, nowUs);
    if (line !== undefined) console.log(line);
  });
  if (values.json) console.log(JSON.stringify({ ...result, ...took() }, undefined, 2));
  else {
    report(result);
    console.log(`trace ${result.trace}, ${result.events} events, ${ratio([result], took())}`);
    console.log(JSON.stringify(result.counts));
  }
  return result.violations.length > 0 ? 1 : 0;
}

/** The seeds of N or FROM-TO; undefined: it is neither. */
function seedsIn(range: string): readonly number[] | undefined {
  const [first, last] = range.includes("-") ? range.split("-").map(Number) : [1, Number(range)];
  if (first !== undefined && last !== undefined && first <= last) {
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  }
  console.error(`Cannot run the seeds "${range}": write a number, or FROM-TO.\n${usage}`);
  return undefined;
}

function administered(text: string): number {
  const changes = Number(text);
  if (!(Number.isInteger(changes) && changes >= 1 && changes <= changesMax)) {
    console.error(`Cannot make ${text} changes: write a number from 1 to ${changesMax}.`);
    return 2;
  }
  const { seed = "1", seeds } = values;
  const range = seeds === undefined ? [Number(seed)] : seedsIn(seeds);
  return range === undefined ? 2 : administrators(changes, range);
}

async function many(range: string): Promise<number> {
  const seeds = seedsIn(range);
  if (seeds === undefined) return 2;
  const took = stopwatch();
  const results: ScenarioResult[] = [];
  const orders = seeds.map((seed) => ({ ...common, seed }));
  try {
    await runOrders(orders, jobs, (result) => {
      results.push(result);
      if (!values.json) report(result);
    });
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
  results.sort((one, other) => one.seed - other.seed);
  const broken = results.filter((result) => result.violations.length > 0);
  const violations = broken.reduce((sum, { violations }) => sum + violations.length, 0);
  const sums: Record<string, number> = {};
  for (const { counts } of results) {
    for (const [name, count] of Object.entries(counts)) {
      const before = sums[name] ?? 0;
      // What is called "most" is a peak, not a number of times.
      sums[name] = name.endsWith("Most") ? Math.max(before, count) : before + count;
    }
  }
  if (values.json) {
    const { realMs, cpuMs } = took();
    const simulatedMs = simulated(results);
    console.log(JSON.stringify({
      seeds: results.length,
      broken: broken.length,
      traces: tracesOf(results),
      violations: broken.map(({ seed, violations, trace }) => ({ seed, trace, violations })),
      simulated_ms: simulatedMs,
      real_ms: Math.round(realMs),
      cpu_ms: Math.round(cpuMs),
      ratio: Math.round(simulatedMs / realMs),
      cpu_ratio: Math.round(simulatedMs / cpuMs),
      counts: sums,
    }));
  } else {
    console.log(
      `${results.length} seeds, ${broken.length} with a violation, ${violations} violations; ` +
        ratio(results, took()),
    );
    console.log(`traces ${tracesOf(results)}`);
    console.log(JSON.stringify(sums));
  }
  return broken.length > 0 ? 1 : 0;
}

interface Took {
  readonly realMs: number;
  /** What this process had of all processors meanwhile: the same on a busy machine. */
  readonly cpuMs: number;
}

function stopwatch(): () => Took {
  const startMs = realMs();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { realMs: realMs() - startMs, cpuMs: (user + system) / 1000 };
  };
}

function report({ seed, violations }: ScenarioResult): void {
  for (const { atUs, invariant, text } of violations) {
    console.log(`seed ${seed}, ${(atUs / 1_000_000).toFixed(6)} s: ${invariant}: ${text}`);
  }
}

/** One hash of all their histories: if it is the same after a change, so is every event of them. */
function tracesOf(results: readonly ScenarioResult[]): string {
  const hash = new TraceHash();
  for (const { seed, trace } of results) {
    hash.number(seed);
    hash.text(trace);
  }
  return hash.toString();
}

function simulated(results: readonly ScenarioResult[]): number {
  return results.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0);
}

function ratio(results: readonly ScenarioResult[], { realMs, cpuMs }: Took): string {
  const simulatedMs = simulated(results);
  const minutes = Math.round(simulatedMs / 60_000);
  return `${minutes} simulated minutes in ${(realMs / 1000).toFixed(1)} s: ` +
    `${Math.round(simulatedMs / realMs)} to 1, ` +
    `${Math.round(simulatedMs / cpuMs)} to 1 by processor time`;
}
