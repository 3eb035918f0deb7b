/**
 * Asks `crm_simulate` of Pacemaker 3.0 what it decides for each golden text of the policy engine, and
 * holds its transition against the recorded one, line by line. `PACEMAKER_ROOT` names the folder of a
 * system that has it.
 *
 *     PACEMAKER_ROOT=FOLDER deno task interop golden
 *
 * Where the recorded decision differs on purpose, `differs` says why.
 *
 * @module
 */
import { readGraph } from "../../daemons/pengine/graph/graph_xml.ts";
import { cibOfGolden, givenOf, linesOf, nowS } from "../../daemons/pengine/testing_golden.ts";
import { project } from "../imports.ts";

/** Golden texts that differ from the original on purpose. */
const differs: Readonly<Record<string, string>> = {
  migration_behind_restart: "the original's transition waits for itself and never ends",
};

const root = Deno.env.get("PACEMAKER_ROOT");
if (root === undefined) {
  console.log("Skipped: PACEMAKER_ROOT names no system with crm_simulate 3.0");
  Deno.exit(0);
}
const golden = `${project}/tests/golden/pengine`;
const folder = await Deno.makeTempDir({ dir: `${root}/tmp` });
try {
  const names = [...Deno.readDirSync(golden)].map(({ name }) => name)
    .filter((name) => name.endsWith(".txt")).sort();
  for (const name of names) await compare(name.replace(/\.txt$/, ""));
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function compare(name: string): Promise<void> {
  const text = Deno.readTextFileSync(`${golden}/${name}.txt`);
  const recorded = text.split("\n\n").at(-1)!.split("\n").filter((line) =>
    line !== "" && !line.includes("\n----") && !/^(?:error|warning|----|\*)/.test(line)
  );
  const said = await decided(textOfCib(name, text));
  if (typeof said === "string") {
    console.log(`FAILED ${name}: ${said}`);
    return;
  }
  const missing = said.filter((line) => !recorded.includes(line));
  const more = recorded.filter((line) => !said.includes(line));
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

/** The lines of the original's transition, or why there are none. */
async function decided(cib: string): Promise<readonly string[] | string> {
  const path = `${folder}/case.xml`;
  const graph = `${folder}/case.exp`;
  await Deno.writeTextFile(path, cib);
  await Deno.writeTextFile(graph, "");
  const inside = (file: string) => file.slice(root!.length);
  const time = new Date(nowS * 1_000).toISOString().replace("T", " ").replace(/\.\d+/, "");
  const { code, stdout, stderr } = await new Deno.Command("chroot", {
    args: [
      root!,
      "crm_simulate",
      ...["-S", "-x", inside(path), "-G", inside(graph), "-t", time],
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = Deno.readTextFileSync(graph);
  if (text === "") {
    const decoder = new TextDecoder();
    return `crm_simulate ended with ${code}: ${decoder.decode(stderr)}${decoder.decode(stdout)}`;
  }
  return linesOf(readGraph(text));
}
