/**
 * Makes small mistakes in the sources, one at a time, in a copy, and looks whether a test notices.
 *
 *     deno task mutants [AREA...] [--seed N] [--count N] [--json]
 *
 * Prints each mistake that nothing noticed, and for each area how many were. Those that change
 * nothing anybody can see are among them: each is to be read.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Random } from "../../daemons/runtime/random.ts";
import { filePath } from "../../pils/found.ts";
import { type Area, areas } from "./areas.ts";
import { type Mutant, mutantsOf, mutated, wordsOf } from "./mutate.ts";
import { type Outcome, Workbench } from "./workbench.ts";

const usage = `Usage: deno task mutants [AREA...] [--seed N] [--count N] [--json]
  AREA     ${areas.map(({ name }) => name).join(" ")}; all if left out
  --seed   which mistakes are drawn; 1 if left out
  --count  how many in all, spread over the areas; 50 if left out
  --json   one line of JSON for each mistake`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "50" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !areas.some((area) => area.name === name));
const [seed, count] = [Number(values.seed), Number(values.count)];
if (
  values.help || unknown.length > 0 || ![seed, count].every((n) => Number.isInteger(n) && n > 0)
) {
  for (const name of unknown) console.error(`There is no area "${name}".`);
  console.error(usage);
  Deno.exit(values.help ? 0 : 2);
}

/** A mistake and where it is made. */
interface Candidate {
  readonly path: string;
  readonly mutant: Mutant;
}

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const chosen = positionals.length === 0
  ? areas
  : areas.filter(({ name }) => positionals.includes(name));
const random = new Random(seed, 1);
const workbench = await Workbench.make(project);
let survived = 0;
try {
  for (const [at, area] of chosen.entries()) {
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
  if (candidates.length === 0) return 0;
  const healthy = await workbench.judge(area, candidates[0]!.path);
  if (healthy.by !== "nothing") {
    throw new Error(`${area.name}: ${healthy.by} fails without a mistake: ${healthy.words}`);
  }
  let noticed = 0;
  for (const { path, mutant } of candidates) {
    const text = await Deno.readTextFile(`${project}/${path}`);
    await workbench.write(path, mutated(text, mutant));
    const outcome = await workbench.judge(area, path);
    await workbench.write(path, text);
    if (outcome.by !== "nothing") noticed++;
    tell(area, path, mutant, outcome);
  }
  console.log(`${area.name}: ${noticed} of ${candidates.length} noticed`);
  return candidates.length - noticed;
}

function tell(area: Area, path: string, mutant: Mutant, outcome: Outcome): void {
  if (values.json) {
    console.log(JSON.stringify({ area: area.name, path, ...mutant, noticedBy: outcome.by }));
  } else if (outcome.by === "nothing") console.log(`  survived: ${path} ${wordsOf(mutant)}`);
}

/** Draws mistakes: each source as often as it has places. */
function drawn({ sources }: Area, share: number): Candidate[] {
  const all = sources.flatMap(sourcesIn).flatMap((path) =>
    mutantsOf(Deno.readTextFileSync(`${project}/${path}`)).map((mutant) => ({ path, mutant }))
  );
  const found: Candidate[] = [];
  while (found.length < share && all.length > 0) {
    found.push(...all.splice(random.between(0, all.length - 1), 1));
  }
  return found;
}

/** The sources below a folder, without tests and what stands for the world in them. */
function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(`${project}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return /^(?:testing|testdata|\..*)$/.test(name) ? [] : sourcesIn(path);
    return name.endsWith(".ts") && !/(?:_test|conformance|testing)\w*\.ts$/.test(name)
      ? [path]
      : [];
  }).sort();
}
