/**
 * The policy engine against the regression cases of Pacemaker 3.0.2, and of 2.1.5 where that
 * decides alike: numbers by pack and gate.
 *
 *     deno task interop scheduler [--version=3.0.2] [--failing]
 *
 * Gate A: dot equal, and graph equal with its order. Gate B: the graph in full. Gate C: the
 * sections of the summary, what was executed as a multiset. `exact`: the summary line by line.
 * `again`: the transition applied and scheduled again leaves nothing to do, counted over the cases
 * where it leaves nothing for `crm_simulate` (if it is installed).
 *
 * With `--failing` each case that misses a gate is named with its first differences. A case that
 * misses gate A or C and is not in `scheduler_misses.ts` fails the run, and so does one that is there
 * and passes. Without the cases
 * (`../shared`) it says so and ends well.
 *
 * @module
 */
import { simulateBatch } from "../../daemons/mgmtd/simulate/batch.ts";
import { readCib } from "../../daemons/mgmtd/simulate/read_cib.ts";
import { requestOf, timeOf } from "../../daemons/mgmtd/simulate/request.ts";
import { simulate } from "../../daemons/pengine/simulate/simulation.ts";
import { compare, type Comparison } from "./scheduler_compare.ts";
import { settledForOracle } from "./scheduler_oracle.ts";
import { missesOf } from "./scheduler_misses.ts";
import {
  casesAreThere,
  type CaseVersion,
  packsOf,
  shared,
  timeOfCase,
  unpackCases,
} from "./scheduler_packs.ts";

/** How a case fared, and how often it could have. */
interface Count {
  readonly of: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly exact: number;
  readonly again: number;
  readonly againOf: number;
}

const failing = Deno.args.includes("--failing");
const wanted = new Set(Deno.args.filter((arg) => !arg.startsWith("--")));
const versions: readonly CaseVersion[] = ["3.0.2", "2.1.5"];
const asked = Deno.args.find((arg) => arg.startsWith("--version="))?.slice("--version=".length);
let folder = "";
let ok = true;
for (const version of versions) {
  if (asked !== undefined && asked !== version) continue;
  if (!casesAreThere(version)) {
    console.log(`Skipped: the cases of ${version} are not there (../shared/scheduler)`);
    continue;
  }
  folder = Deno.makeTempDirSync({ prefix: "scheduler_cases_" });
  try {
    console.log(`Cases of Pacemaker ${version}`);
    ok = await run(version) && ok;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
Deno.exitCode = ok ? 0 : 1;

/** @returns whether every case passes that is not known to miss. */
async function run(version: CaseVersion): Promise<boolean> {
  await unpackCases(folder, version);
  const all = packsOf(folder)
    .map(({ name, cases }) => ({
      name,
      cases: cases.filter((one) => wanted.size === 0 || wanted.has(one)),
    }))
    .filter(({ cases }) => cases.length > 0);
  const names = all.flatMap(({ cases }) => cases);
  const started = performance.now();
  scheduleAll(names, version);
  const tookMs = performance.now() - started;
  const results = await compare(`${shared}/scheduler`, folder, `${folder}/ours`, names);
  const settled = version === "2.1.5" ? await settledForOracle(folder, names) : undefined;
  const settledForUs = new Set([...settled ?? []].filter(isSettled));

  const counts = all.map(({ name, cases }) => ({
    name,
    ...total(cases.map((one) => countOf(results.get(one), settled, settledForUs, one))),
  }));
  const sum = { name: "all", ...total(counts) };
  console.log("pack            cases     A     B     C  exact  again");
  for (const { name, of, a, b, c, exact, again, againOf } of [...counts, sum]) {
    const columns = [of, a, b, c].map((count) => String(count).padStart(6)).join("");
    const last = settled === undefined ? "-" : `${again}/${againOf}`;
    console.log(`${name.padEnd(15)}${columns}${String(exact).padStart(7)}  ${last}`);
  }
  console.log(`scheduled, applied and written in ${Math.round(tookMs)} ms, one process`);
  if (settled === undefined) {
    console.log("again: skipped, no crm_simulate of this version is asked");
  }
  if (failing) showFailing(names, results, settled, settledForUs);

  const misses = missesOf(version);
  const missed = names.filter((name) => !passesA(results.get(name)) || !passesC(results.get(name)));
  for (const name of missed) {
    console.log(`${name}: ${misses.get(name) ?? "FAILED: it is not among the known misses"}`);
  }
  // A case that passes again must not be allowed to be missed once more.
  const passing = [...misses.keys()].filter((name) =>
    names.includes(name) && !missed.includes(name)
  );
  for (const name of passing) {
    console.log(`${name}: FAILED: it passes; remove it from scheduler_misses.ts`);
  }
  return passing.length === 0 && missed.every((name) => misses.has(name));
}

/** Our results, in the layout of the expected ones. */
function scheduleAll(names: readonly string[], version: CaseVersion): void {
  const io = {
    out: () => {},
    err: (text: string | readonly string[]) => console.error([text].flat().join("\n").trimEnd()),
    ask: () => undefined,
  };
  const batch = (list: readonly string[], out: string, time: string | undefined): void => {
    const call = requestOf({
      options: time === undefined ? {} : { "set-datetime": time },
      positionals: [],
    });
    if (typeof call === "string") throw new Error(call);
    Deno.writeTextFileSync(`${folder}/names`, list.join("\n"));
    simulateBatch(`${folder}/xml`, out, `${folder}/names`, call, io);
  };
  batch(names, `${folder}/ours`, undefined);
  // The summaries of 2.1.5 were made without the time that the graphs were made with.
  const kinds = version === "2.1.5"
    ? ["dot", "exp", "scores"]
    : ["dot", "exp", "scores", "summary"];
  for (const [name, time] of timeOfCase) {
    if (!names.includes(name)) continue;
    batch([name], `${folder}/timed`, time);
    for (const kind of kinds) {
      Deno.copyFileSync(
        `${folder}/timed/${kind}/${name}.${kind}`,
        `${folder}/ours/${kind}/${name}.${kind}`,
      );
    }
  }
}

/** Whether our own transition, applied and scheduled again, leaves nothing to do. */
function isSettled(name: string): boolean {
  try {
    const cib = readCib(Deno.readTextFileSync(`${folder}/xml/${name}.xml`));
    if (typeof cib === "string") return false;
    const time = timeOf(cib, {}, Math.floor(Date.now() / 1000));
    const { output } = simulate({ cib, ...time, depth: "simulate" });
    if (output === undefined) return false;
    const { scheduled } = simulate({ cib: output, ...time, depth: "run" });
    return scheduled?.graph.synapses.length === 0;
  } catch {
    return false;
  }
}

function countOf(
  result: Comparison | undefined,
  settled: ReadonlySet<string> | undefined,
  settledForUs: ReadonlySet<string>,
  name: string,
): Count {
  return {
    of: 1,
    a: Number(passesA(result)),
    b: Number(result?.full === true),
    c: Number(passesC(result)),
    exact: Number(result?.exact === true),
    again: Number(settledForUs.has(name)),
    againOf: Number(settled?.has(name) === true),
  };
}

function passesA(result: Comparison | undefined): boolean {
  return result !== undefined && result.dot && result.graph;
}

function passesC(result: Comparison | undefined): boolean {
  return result !== undefined && result.current && result.actions && result.executing &&
    result.revised;
}

function total(counts: readonly Count[]): Count {
  const sum = (of: (count: Count) => number): number =>
    counts.reduce((before, count) => before + of(count), 0);
  return {
    of: sum((count) => count.of),
    a: sum((count) => count.a),
    b: sum((count) => count.b),
    c: sum((count) => count.c),
    exact: sum((count) => count.exact),
    again: sum((count) => count.again),
    againOf: sum((count) => count.againOf),
  };
}

function showFailing(
  names: readonly string[],
  results: ReadonlyMap<string, Comparison>,
  settled: ReadonlySet<string> | undefined,
  settledForUs: ReadonlySet<string>,
): void {
  for (const name of names) {
    const result = results.get(name);
    const missed = [
      ...(passesA(result) ? [] : ["A"]),
      ...(result?.full ? [] : ["B"]),
      ...(passesC(result) ? [] : ["C"]),
      ...(settled?.has(name) && !settledForUs.has(name) ? ["again"] : []),
    ];
    if (missed.length === 0) continue;
    console.log(`${name} misses ${missed.join(" ")}`);
    for (const difference of result?.differences ?? []) console.log(`    ${difference}`);
  }
}
