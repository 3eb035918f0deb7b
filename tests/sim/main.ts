/**
 * `deno task sim`: replays one seed and prints its history, or runs many and prints what they broke.
 *
 *     deno task sim --seed 7                  one history of ten minutes, five nodes
 *     deno task sim --seeds 1000              seeds 1 to 1000
 *     deno task sim --seeds 500-999 --json
 *     deno task sim --seed 3 --bug skipped-fsync
 *
 * It needs no permission at all.
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { banRealWorld, realMs } from "./ban.ts";
import { bugs } from "./bugs/mod.ts";
import { lineOf } from "./history.ts";
import { runScenario, type ScenarioOptions, type ScenarioResult } from "./scenario.ts";

const usage = `usage: deno task sim [--seed N | --seeds N | --seeds FROM-TO] [--minutes M]
    [--nodes N] [--daemons all|membership] [--transport heartbeat|stand-in] [--bug NAME] [--json]
bugs: ${Object.keys(bugs).join(" ")}`;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    minutes: { type: "string", default: "10" },
    nodes: { type: "string", default: "5" },
    daemons: { type: "string" },
    transport: { type: "string" },
    bug: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(usage);
  Deno.exit(0);
}
const bug = values.bug === undefined ? undefined : bugs[values.bug];
if (values.bug !== undefined && bug === undefined) {
  console.error(`Cannot plant the bug "${values.bug}": there is none of that name.\n${usage}`);
  Deno.exit(2);
}
const common: Omit<ScenarioOptions, "seed"> = {
  minutes: Number(values.minutes),
  nodes: Number(values.nodes),
  daemons: (values.daemons ?? bug?.daemons) === "membership" ? "membership" : "all",
  transport: (values.transport ?? bug?.transport) === "stand-in" ? "stand-in" : "heartbeat",
  ...(bug ? { bug, faults: bug.faults } : {}),
};
Deno.exitCode = values.seeds === undefined ? one(Number(values.seed ?? "1")) : many(values.seeds);

function one(seed: number): number {
  const result = timed(() =>
    runScenario({
      ...common,
      seed,
      onObservation: (observation, nowUs) => {
        if (values.json) return;
        const line = lineOf(observation, nowUs);
        if (line !== undefined) console.log(line);
      },
    })
  );
  if (values.json) console.log(JSON.stringify(result, undefined, 2));
  else {
    report(result);
    console.log(`trace ${result.trace}, ${result.events} events, ${ratio([result])}`);
    console.log(JSON.stringify(result.counts));
  }
  return result.violations.length > 0 ? 1 : 0;
}

function many(range: string): number {
  const [first, last] = range.includes("-") ? range.split("-").map(Number) : [1, Number(range)];
  if (!(first !== undefined && last !== undefined && first <= last)) {
    console.error(`Cannot run the seeds "${range}": write a number, or FROM-TO.\n${usage}`);
    return 2;
  }
  const results: Timed[] = [];
  let broken = 0;
  for (let seed = first; seed <= last; seed++) {
    const result = timed(() => runScenario({ ...common, seed }));
    results.push(result);
    if (result.violations.length === 0) continue;
    broken++;
    if (!values.json) report(result);
  }
  const sums: Record<string, number> = {};
  for (const { counts } of results) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  if (values.json) {
    const violations = results.filter((result) => result.violations.length > 0)
      .map(({ seed, violations, trace }) => ({ seed, trace, violations }));
    const simulatedMs = results.reduce((sum, result) => sum + result.simulatedMs, 0);
    const tookMs = results.reduce((sum, result) => sum + result.tookMs, 0);
    console.log(JSON.stringify({
      seeds: results.length,
      broken,
      violations,
      simulated_ms: simulatedMs,
      real_ms: Math.round(tookMs),
      ratio: Math.round(simulatedMs / tookMs),
      cpu_ratio: Math.round(simulatedMs / results.reduce((sum, { cpuMs }) => sum + cpuMs, 0)),
      counts: sums,
    }));
  } else {
    console.log(`${results.length} seeds, ${broken} with a violation; ${ratio(results)}`);
    console.log(JSON.stringify(sums));
  }
  return broken > 0 ? 1 : 0;
}

interface Timed extends ScenarioResult {
  readonly tookMs: number;
  /** What this process had of a processor meanwhile: the same on a busy machine. */
  readonly cpuMs: number;
}

function timed(run: () => ScenarioResult): Timed {
  const restore = banRealWorld();
  const startMs = realMs();
  const cpu = process.cpuUsage();
  try {
    const result = run();
    const { user, system } = process.cpuUsage(cpu);
    return { ...result, tookMs: realMs() - startMs, cpuMs: (user + system) / 1000 };
  } finally {
    restore();
  }
}

function report({ seed, violations }: ScenarioResult): void {
  for (const { atUs, invariant, text } of violations) {
    console.log(`seed ${seed}, ${(atUs / 1_000_000).toFixed(6)} s: ${invariant}: ${text}`);
  }
}

function ratio(results: readonly Timed[]): string {
  const sum = (of: (result: Timed) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const simulatedMs = sum((result) => result.simulatedMs);
  const tookMs = sum((result) => result.tookMs);
  const cpuMs = sum((result) => result.cpuMs);
  const minutes = Math.round(simulatedMs / 60_000);
  return `${minutes} simulated minutes in ${(tookMs / 1000).toFixed(1)} s: ` +
    `${Math.round(simulatedMs / tookMs)} to 1, ` +
    `${Math.round(simulatedMs / cpuMs)} to 1 by processor time`;
}
