/**
 * Simulates every CIB of a folder in one process, for comparisons of many results.
 *
 * For each `NAME.xml` there will be `dot/NAME.dot`, `exp/NAME.exp`, `scores/NAME.scores` and
 * `summary/NAME.summary`. One that fails never stops the others.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { checkDialect, isRefused } from "../../pengine/doors/dialect.ts";
import { findingLine, simulate, writeDot, writeGraph } from "../../pengine/doors/simulate.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { writeNew } from "../whole_file.ts";
import { readCib } from "./read_cib.ts";
import { readInputSync, sourceName } from "./read_input.ts";
import { type SimulateCall, timeOf } from "./request.ts";

/** The message for a rejected case. */
const refusal = "it breaks the configuration language";

/** @returns the exit code: that of the worst case. Folders are absolute. */
export function simulateBatch(
  folder: string,
  out: string,
  namesFile: string | undefined,
  call: SimulateCall,
  io: Io,
): number {
  const names = namesFile === undefined
    ? [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".xml"))
      .map(({ name }) => name.slice(0, -".xml".length)).sort()
    : readInputSync(namesFile).split(/\s+/).filter((name) => name !== "")
      .map((name) => name.replace(/\.xml$/, ""));
  for (const kind of ["dot", "exp", "scores", "summary"]) {
    Deno.mkdirSync(`${out}/${kind}`, { recursive: true });
  }
  let failed = 0;
  let refused = 0;
  for (const name of names) {
    try {
      const problem = simulateCase(`${folder}/${name}.xml`, out, name, call, io);
      if (problem === undefined) continue;
      failed++;
      if (problem === refusal) refused++;
      io.err([`${name}: ${problem}`]);
    } catch (error) {
      failed++;
      io.err([`${clip(name)}: ${messageOf(error)}`]);
    }
  }
  if (!call.quiet) io.out(`${names.length - failed} of ${names.length} scheduled\n`);
  return failed === 0 ? exit.ok : refused === failed ? exit.config : exit.error;
}

/** @returns what is wrong with the input. */
function simulateCase(
  path: string,
  out: string,
  name: string,
  call: SimulateCall,
  io: Io,
): string | undefined {
  const cib = readCib(readInputSync(path), sourceName(path));
  if (typeof cib === "string") return cib;
  const language = checkDialect(cib);
  io.err(language.map((diagnostic) => `${name}: ${findingLine(diagnostic)}`));
  if (isRefused(language)) return refusal;
  const done = simulate({
    cib,
    ...timeOf(cib, call, Math.floor(Date.now() / 1000)),
    injections: call.injections,
    failures: call.failures,
    depth: "simulate",
  });
  const { scheduled } = done;
  if (scheduled === undefined) return "nothing was scheduled";
  writeNew(`${out}/exp/${name}.exp`, writeGraph(scheduled.graph));
  writeNew(
    `${out}/dot/${name}.dot`,
    writeDot(scheduled.set, { allActions: call.allActions }),
  );
  writeNew(
    `${out}/scores/${name}.scores`,
    [...scheduled.scores].sort().map((line) => `${line}\n`).join(""),
  );
  writeNew(`${out}/summary/${name}.summary`, done.report);
  return undefined;
}
