/**
 * The measurement, in namespaces of its own: `monitors_bench.ts` starts it there.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { lackingPacemaker } from "../../lab/pacemaker.ts";
import { now } from "../../lab/observer.ts";
import { scratch } from "../../lab/spaces.ts";
import { forget, lateness, makeAgent, removeAgent, running } from "./agent.ts";
import { ours } from "./ours.ts";
import { pacemaker } from "./pacemaker.ts";
import { type Processor, used } from "./processor.ts";
import type { Side } from "./side.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "5" },
    resources: { type: "string", default: "200" },
    side: { type: "string", multiple: true },
    json: { type: "boolean" },
  },
});
const count = Number(values.resources);
const seconds = Number(values.minutes) * 60;
/** Milliseconds until all resources run, and until their monitors have found their phases. */
const startMs = 300_000;
const settleMs = 10_000;

interface Found extends Processor {
  readonly runs: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly lateHeartbeats: readonly number[];
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function measured(side: Side): Promise<Found> {
  for (const end = now() + startMs; await running() < count;) {
    if (now() > end) {
      throw new Error(`${await running()} of ${count} run.\n${await side.trouble()}`);
    }
    await pause(1_000);
  }
  await pause(settleMs);
  await forget();
  const lateBefore = (await side.lateHeartbeats()).length;
  const before = await used(await side.space(), side.isExecutor);
  await pause(seconds * 1_000);
  const after = await used(await side.space(), side.isExecutor);
  const late = await lateness();
  const at = (part: number) => late[Math.floor((late.length - 1) * part)] ?? Number.NaN;
  return {
    runs: late.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    executor: after.executor - before.executor,
    agents: after.agents - before.agents,
    daemons: after.daemons - before.daemons,
    lateHeartbeats: (await side.lateHeartbeats()).slice(lateBefore),
  };
}

const lacks = lackingPacemaker();
if (lacks.length > 0) console.log(`Without Pacemaker: there is no ${lacks.join(", ")}`);
const sides: Readonly<Record<string, () => Promise<Side>>> = {
  ours: () => ours(count),
  pacemaker: () => pacemaker(`${scratch}/monitors_pcmk`, count),
};
const found: Record<string, Found> = {};
await makeAgent();
try {
  for (const [name, make] of Object.entries(sides)) {
    if (name === "pacemaker" && lacks.length > 0) continue;
    if (!(values.side?.includes(name) ?? true)) continue;
    await forget();
    await using side = await make();
    found[name] = await measured(side);
  }
} finally {
  await removeAgent();
}
const { ours: mine, pacemaker: theirs } = found;
const shown = (value: number | undefined, digits: number) =>
  (value === undefined ? "-" : value.toFixed(digits)).padStart(12);
const line = (what: string, name: keyof Omit<Found, "lateHeartbeats">, digits: number) => {
  const [own, peer] = [mine?.[name], theirs?.[name]];
  const ratio = own === undefined || peer === undefined ? "-" : (own / peer).toFixed(2);
  console.log(`${what.padEnd(52)}${shown(own, digits)}${shown(peer, digits)}${ratio.padStart(8)}`);
};
console.log(`${count} resources, monitors every second, ${seconds} s`);
console.log(
  `${"".padEnd(52)}${"ours".padStart(12)}${"Pacemaker".padStart(12)}${"ratio".padStart(8)}`,
);
line("runs", "runs", 0);
line("late, p50, ms", "p50", 1);
line("late, p99, ms", "p99", 1);
line("late, max, ms", "max", 1);
line("processor: what runs the agents, s", "executor", 1);
line("processor: the agents, s", "agents", 1);
line("processor: all daemons of the node, s", "daemons", 1);
const both = (one: Found | undefined) => one === undefined ? undefined : one.executor + one.agents;
console.log(
  `${"processor: agents and what runs them, s".padEnd(52)}${shown(both(mine), 1)}` +
    `${shown(both(theirs), 1)}${
      ((both(mine) ?? NaN) / (both(theirs) ?? NaN)).toFixed(2).padStart(8)
    }`,
);
// One that cannot keep up has run fewer.
const each = (one: Found | undefined) =>
  one === undefined ? undefined : 1_000 * (one.executor + one.agents) / one.runs;
console.log(
  `${"processor: the same for each run, ms".padEnd(52)}${shown(each(mine), 2)}` +
    `${shown(each(theirs), 2)}${
      ((each(mine) ?? NaN) / (each(theirs) ?? NaN)).toFixed(2).padStart(8)
    }`,
);
if (mine !== undefined) {
  const late = mine.lateHeartbeats;
  console.log(
    `heartbeats late by more than a keepalive: ${late.length}` +
      (late.length === 0 ? "" : `, at most ${Math.max(...late)} ms`),
  );
}
if (values.json === true) console.log(JSON.stringify(found));
Deno.exit(0);
