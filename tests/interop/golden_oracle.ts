/**
 * Asks `crm_simulate` of Pacemaker 3.0 what it decides for each golden text of the policy engine, and
 * holds its transition against the recorded one, line by line. `PACEMAKER_ROOT` names the folder of a
 * system that has it.
 *
 *     PACEMAKER_ROOT=FOLDER deno task interop golden [NAME...]
 *
 * Where the recorded decision differs on purpose, `differs` says why.
 *
 * @module
 */
import { readGraph } from "../../daemons/pengine/graph/graph_xml.ts";
import { cibOfGolden, givenOf, linesOf, nowS } from "../../daemons/pengine/testing_golden.ts";
import { Random } from "../../daemons/runtime/random.ts";
import { wideCib } from "../fuzz/engine/cluster.ts";
import { judge } from "../fuzz/engine/difference.ts";
import { goldenSeeds } from "../fuzz/engine/golden_seeds.ts";
import { findOracle } from "../fuzz/oracle3.ts";
import { project } from "../imports.ts";

/** Golden texts that differ from the original on purpose. */
const differs: Readonly<Record<string, string>> = {
  blocked_by_colocation:
    "the original's graph has the start of the last, which never ends its wait",
  migration_behind_restart: "the original's transition waits for itself and never ends",
  migration_into_starting_guest: "the original asks a guest that is not there yet",
  migration_into_missing_guest: "the original moves it alive into a guest that is not there",
  waiting_in_a_circle: "the original's graph has the circle, and its transition never ends",
};

/** Golden texts of which the original decides the same, and shows something else. */
const shows: Readonly<Record<string, string>> = {
  capacity_no_circle: "in the original's status after it the resource is stopped on both nodes",
  clone_max:
    "on the node that is out the original has -INFINITY for an instance, ours the location",
  exit_codes_of_probe: "the original does not show why a probe of a stopped resource failed",
  migration_failed: "in the original's status after it the resource has failed on both nodes",
  moved_by_location: "in the original's status after the migration the resource runs nowhere",
};

const root = Deno.env.get("PACEMAKER_ROOT");
if (root === undefined) {
  console.log("Skipped: PACEMAKER_ROOT names no system with crm_simulate 3.0");
  Deno.exit(0);
}
/** What the original shows of the case at hand. */
const shown = { report: "", scores: "" };
const golden = `${project}/tests/golden/pengine`;
/** Those that are asked for; all if none is named. */
const asked = Deno.args.filter((word) => /^\w+$/.test(word));
const folder = await Deno.makeTempDir({ dir: `${root}/tmp` });
try {
  const names = [...Deno.readDirSync(golden)].map(({ name }) => name)
    .filter((name) => name.endsWith(".txt"))
    .filter((name) => asked.length === 0 || asked.includes(name.replace(/\.txt$/, "")))
    .sort();
  for (const name of names) await compare(name.replace(/\.txt$/, ""));
  if (asked.length === 0) await compareSeeds();
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** The clusters that are made at random, and of which only digests are recorded. */
async function compareSeeds(): Promise<void> {
  const seeds = [...goldenSeeds(Deno.readTextFileSync(`${project}/tests/golden/engine/seeds.txt`))]
    .map(([seed]) => seed);
  const oracle = await findOracle();
  const found = await judge(seeds.map((seed) => wideCib(new Random(seed))), oracle);
  oracle?.close();
  for (const [at, { kind, text }] of found.entries()) {
    console.log(
      kind === "equal" ? `ok seed ${seeds[at]}` : `FAILED seed ${seeds[at]}: ${kind} ${text}`,
    );
  }
}

async function compare(name: string): Promise<void> {
  const text = Deno.readTextFileSync(`${golden}/${name}.txt`);
  const recorded = text.split("\n\n").at(-1)!.split("\n").filter((line) =>
    line !== "" && !line.includes("\n----") && !/^(?:error|warning|info|----|\*)/.test(line)
  );
  const said = await decided(textOfCib(name, text));
  if (typeof said === "string") {
    console.log(`FAILED ${name}: ${said}`);
    return;
  }
  const missing = said.filter((line) => !recorded.includes(line));
  const more = recorded.filter((line) => !said.includes(line));
  const isKnown = (differs[name] ?? shows[name]) !== undefined;
  const others = isKnown ? [] : reportDiffers(name);
  if (others.length > 0) {
    console.log(`FAILED ${name}: what people are shown differs`);
    for (const line of others) console.log(`    ${line}`);
    return;
  }
  const isSame = said.join("\n") === recorded.join("\n");
  const why = differs[name];
  if (isSame === (why === undefined)) {
    console.log(`ok ${name}${why === undefined ? "" : `: differs, since ${why}`}`);
    return;
  }
  console.log(`FAILED ${name}${isSame ? ": it no longer differs" : ""}`);
  for (const line of missing) console.log(`    the original has: ${line}`);
  for (const line of more) console.log(`    only ours has: ${line}`);
}

/** The cluster of a text: beside it, or in it. */
function textOfCib(name: string, text: string): string {
  try {
    return Deno.readTextFileSync(`${golden}/${name}.xml`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return cibOfGolden(givenOf(text));
  }
}

/** Lines of the report and the scores that differ; those of one section may stand in another order. */
function reportDiffers(name: string): readonly string[] {
  const ours = Deno.readTextFileSync(`${golden}/${name}.report`);
  const [text = "", scores = ""] = ours.split("\nScores:\n");
  const sections = (report: string) =>
    report.split(/\n(?=\S)/).map((section) => section.trim().split("\n").sort().join("\n"));
  const original = shown.report.split("\n").filter((line) => !line.startsWith("Setting effective"));
  const [one, other] = [sections(original.join("\n")), sections(text)];
  const lines = (list: readonly string[]) => list.flatMap((section) => section.split("\n"));
  if (one.join("\n\n") !== other.join("\n\n")) {
    return [
      ...lines(one).filter((line) => !lines(other).includes(line)).map((line) => `- ${line}`),
      ...lines(other).filter((line) => !lines(one).includes(line)).map((line) => `+ ${line}`),
      "(or their sections differ)",
    ];
  }
  const theirs = shown.scores.trim().split("\n").sort().join("\n");
  return theirs === scores.trim().split("\n").sort().join("\n") ? [] : ["the scores differ"];
}

/** The lines of the original's transition, or why there are none. */
async function decided(cib: string): Promise<readonly string[] | string> {
  const path = `${folder}/case.xml`;
  const graph = `${folder}/case.exp`;
  await Deno.writeTextFile(path, cib);
  await Deno.writeTextFile(graph, "");
  const inside = (file: string) => file.slice(root!.length);
  const time = new Date(nowS * 1_000).toISOString().replace("T", " ").replace(/\.\d+/, "");
  const run = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await new Deno.Command("chroot", {
      args: [root!, "crm_simulate", "-x", inside(path), "-t", time, ...args],
      env: { LC_ALL: "C", TZ: "UTC" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return decoder.decode(stdout) || decoder.decode(stderr);
  };
  shown.report = await run("-S", "-G", inside(graph));
  shown.scores = await run("-sRQ");
  const text = Deno.readTextFileSync(graph);
  if (text === "") return `crm_simulate gave no transition: ${shown.report}`;
  return linesOf(readGraph(text));
}
