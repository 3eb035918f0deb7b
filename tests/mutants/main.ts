/**
 * Makes small mistakes in the sources, one at a time, in a copy, and looks whether a test notices.
 *
 *     deno task mutants [AREA...] [--seed N] [--count N] [--minutes N] [--json] [--all] [--nearest]
 *
 * Prints each mistake that nothing noticed, and for each area how many were noticed. Read each that
 * survived: write a test, or enter it with its reason in `harmless.ts`. With `--all` every mistake
 * is printed with the test that noticed it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Random } from "../../daemons/runtime/random.ts";
import { floors, importsOf, project, sources } from "../imports.ts";
import { alone, long } from "../lanes.ts";
import { type Area, areas } from "./areas.ts";
import { harmless, isHarmless } from "./harmless.ts";
import { type Mutant, mutantsOf, mutated, wordsOf } from "./mutate.ts";
import { namedFiles, namedPrograms, startsPrograms } from "./named_files.ts";
import { nearestTests } from "./nearest.ts";
import { type Run, Workbench } from "./workbench.ts";

const usage =
  `Usage: deno task mutants [AREA...] [--seed N] [--count N] [--minutes N] [--json] [--all] [--nearest]
  AREA       ${areas.map(({ name }) => name).join(" ")}; all if left out
  --seed     which mistakes are drawn; 1 if left out
  --count    how many in all, spread over the areas; 50 if left out
  --minutes  after so many minutes no further mistake is made; no limit if left out
  --json     one line of JSON for each mistake
  --all      prints the mistakes that were noticed too, with the test that did
  --nearest  runs the tests in the folders of the area alone: faster, and stricter`;

/** More than any run takes. */
const minutesMax = 1_000_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "50" },
    minutes: { type: "string", default: String(minutesMax) },
    json: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    nearest: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !areas.some((area) => area.name === name));
const [seed, count, minutes] = [values.seed, values.count, values.minutes].map(Number) as [
  number,
  number,
  number,
];
if (
  values.help || unknown.length > 0 || minutes <= 0 || Number.isNaN(minutes) ||
  ![seed, count].every((n) => Number.isInteger(n) && n > 0)
) {
  for (const name of unknown) console.error(`There is no area "${name}".`);
  console.error(usage);
  Deno.exit(values.help ? 0 : 2);
}

/** A mistake and where it is made. */
interface Candidate {
  readonly path: string;
  /** The whole text without it, as it was when it was drawn. */
  readonly text: string;
  readonly mutant: Mutant;
}

/** What lies one step from a file. */
interface Reached {
  readonly modules: readonly string[];
  readonly programs: readonly string[];
  readonly starts: boolean;
}

/** Times that a run may take what it takes without a mistake, and milliseconds beside. */
const slower = 5;
const moreMs = 20_000;
/** What plugins load is in the lock: tests that verify it would notice any change, and prove nothing. */
const pinned = /^(?:metadata|pils|plugins)\//;
const verifier = "daemons/site/consent/verify.ts";
/** Tests outside of an area that are tried for each mistake that its own did not notice. */
const elsewhereMax = 8;

const endMs = performance.now() + minutes * 60_000;
const chosen = positionals.length === 0
  ? areas
  : areas.filter(({ name }) => positionals.includes(name));
const sized = values.nearest
  ? chosen.map(({ name, sources }): Area => ({ name, sources, tests: [] }))
  : chosen;
const random = new Random(seed, 1);
/** Tests of other areas, and whether they pass without a mistake. */
const passes = new Map<string, boolean>();
const reached = new Map<string, Reached>();
/** Every source of the project. */
const existing = new Set(floors.flatMap(sources));
const workbench = await Workbench.make(project);
let survived = 0;
try {
  for (const [at, area] of sized.entries()) {
    const share = Math.floor(count * (at + 1) / chosen.length) -
      Math.floor(count * at / chosen.length);
    survived += await tryArea(area, share);
  }
} finally {
  await workbench.remove();
}
Deno.exitCode = survived > 0 ? 1 : 0;

/** Tries so many mistakes in an area; gives how many were not noticed. */
async function tryArea(area: Area, share: number): Promise<number> {
  const candidates = drawn(area, share);
  if (candidates.length === 0 || performance.now() > endMs) return 0;
  const testsOfArea = testsOf(area);
  const testsMs = (await healthy(area, "tests", workbench.test(testsOfArea))).tookMs;
  const simMs = area.sim === undefined
    ? 0
    : (await healthy(area, "simulator", workbench.simulate(area.sim))).tookMs;
  const others = values.nearest ? [] : elsewhere(testsOfArea);
  const verifying = new Set(nearestTests(verifier, others, importsFrom));
  let noticed = 0;
  let tried = 0;
  for (const { path, text, mutant } of candidates) {
    if (performance.now() > endMs) break;
    await workbench.write(path, mutated(text, mutant));
    let run = await workbench.test(nearestTests(path, testsOfArea, importsFrom), later(testsMs));
    if (run.end === "passed" && area.sim !== undefined) {
      run = await workbench.simulate(area.sim, later(simMs));
    }
    if (run.end === "passed") {
      const tests = nearestTests(path, others, importsFrom)
        .filter((test) => !pinned.test(path) || !verifying.has(test)).slice(0, elsewhereMax);
      const passes = await passing(tests, path, text);
      if (passes.length > 0) {
        await workbench.write(path, mutated(text, mutant));
        run = await workbench.test(passes);
      }
    }
    await workbench.write(path, text);
    tried++;
    if (run.end !== "passed") noticed++;
    show(area, path, mutant, run);
  }
  const percent = tried === 0 ? 0 : Math.round(noticed * 100 / tried);
  console.log(`${area.name}: ${noticed} of ${tried} noticed (${percent} %), seed ${seed}`);
  if (tried < candidates.length) {
    console.log(`  ${candidates.length - tried} were not tried: ${minutes} minutes are over`);
  }
  return tried - noticed;
}

/** Without a mistake everything passes, or nothing is proved by a failure. */
async function healthy(area: Area, what: string, running: Promise<Run>): Promise<Run> {
  const run = await running;
  if (run.end === "passed") return run;
  throw new Error(`${area.name}: the ${what} ${run.end} without a mistake: ${run.by}`);
}

/** Those of other areas' tests that pass without a mistake. */
async function passing(
  tests: readonly string[],
  path: string,
  text: string,
): Promise<readonly string[]> {
  for (const test of tests) {
    if (passes.has(test)) continue;
    await workbench.write(path, text);
    passes.set(test, (await workbench.test([test])).end === "passed");
  }
  return tests.filter((test) => passes.get(test));
}

function later(tookMs: number): number {
  return tookMs * slower + moreMs;
}

function show(area: Area, path: string, mutant: Mutant, { end, by }: Run): void {
  if (values.json) {
    const noticedBy = end === "passed" ? null : end === "late" ? "time" : by;
    console.log(JSON.stringify({ area: area.name, path, ...mutant, noticedBy }));
  } else if (end === "passed") console.log(`  survived: ${path} ${wordsOf(mutant)}`);
  else if (values.all) {
    console.log(`  noticed: ${path} ${wordsOf(mutant)}\n    by ${end === "late" ? "time" : by}`);
  }
}

/** Draws mistakes: each source as often as it has places. Those of one file follow each other. */
function drawn({ sources: folders }: Area, share: number): Candidate[] {
  const all = folders.flatMap(sources).filter(isProduct).flatMap((path) => {
    const text = Deno.readTextFileSync(`${project}/${path}`);
    if (text.includes("Deno.dlopen(")) return [];
    return mutantsOf(text)
      .filter((mutant) => !harmless.some((one) => isHarmless(one, path, text, mutant)))
      .map((mutant) => ({ path, text, mutant }));
  });
  const found: Candidate[] = [];
  while (found.length < share && all.length > 0) {
    found.push(...all.splice(random.between(0, all.length - 1), 1));
  }
  // With a limit of time, what is tried must still be drawn from everywhere.
  if (minutes < minutesMax) return found;
  return found.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

/** Neither a test, nor what stands for the world in one. */
function isProduct(path: string): boolean {
  return !/(?:^|\/)(?:testing|testdata|templates)\//.test(path) &&
    !/(?:_test|conform|testing|small_\w+|arbitrary_fields|pty_pair)\w*\.ts$/.test(
      path,
    );
}

function testsOf({ sources: folders, tests }: Area): readonly string[] {
  return [...new Set([...folders, ...tests])]
    .flatMap((path) => path.endsWith(".ts") ? [path] : sources(path))
    .filter((path) => path.endsWith("_test.ts") && !isLeftOut(path));
}

/** Whole nodes that take minutes for each mistake, and what is no test of the project itself. */
function isLeftOut(path: string): boolean {
  return long.includes(path) || alone.includes(path) || /\/(?:templates|testdata)\//.test(path);
}

/** Tests of other areas: what needs more than Deno, or the machine for itself, is left out. */
function elsewhere(testsOfArea: readonly string[]): readonly string[] {
  return [...existing].filter((path) =>
    path.endsWith("_test.ts") && !testsOfArea.includes(path) && !isLeftOut(path) &&
    !/^tests\/(?:bench|fuzz|hostile|interop)\//.test(path)
  );
}

function importsFrom(path: string, test: string): readonly string[] {
  const { modules, programs } = reachedFrom(path);
  return reachedFrom(test).starts ? [...modules, ...programs] : modules;
}

function reachedFrom(path: string): Reached {
  let known = reached.get(path);
  if (known === undefined) {
    const text = existing.has(path) ? Deno.readTextFileSync(`${project}/${path}`) : "";
    const imported = existing.has(path) ? importsOf(path) : [];
    known = {
      modules: [
        ...imported.filter(({ typeOnly }) => !typeOnly).map(({ to }) => named(to)),
        ...namedFiles(path, text, existing),
      ],
      programs: namedPrograms(text, existing),
      starts: startsPrograms(text),
    };
    reached.set(path, known);
  }
  return known;
}

/** The file behind a name of the import map. */
function named(to: string): string {
  if (to === "@std/xml") return "metadata/std/xml.ts";
  if (to === "@std/cli/parse-args") return "metadata/std/parse_args.ts";
  return to.replace(/^@pils\/cluster\//, "");
}
