/**
 * Simulates one CIB and writes what was asked for.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { checkDialect, isRefused } from "../../pengine/doors/dialect.ts";
import {
  capacityLines,
  findingLine,
  localZone,
  simulate,
  writeDot,
  writeGraph,
} from "../../pengine/doors/simulate.ts";
import type { Io } from "../command.ts";
import { exit } from "../exit.ts";
import { writeWhole } from "../whole_file.ts";
import { readCib } from "./read_cib.ts";
import { type SimulateCall, timeOf } from "./request.ts";

/** Files to write, absolute. */
export interface Artifacts {
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly graph: string | undefined;
  readonly dot: string | undefined;
}

/** @returns the exit code. */
export async function simulateOne(
  text: string,
  /** Where it comes from, for errors. */
  from: string,
  call: SimulateCall,
  artifacts: Artifacts,
  io: Io,
): Promise<number> {
  const cib = readCib(text, from);
  if (typeof cib === "string") {
    io.err([cib]);
    return exit.badData;
  }
  const language = checkDialect(cib);
  for (const diagnostic of language) io.err([findingLine(diagnostic)]);
  if (isRefused(language)) return exit.config;
  const done = simulate({
    cib,
    zone: localZone,
    ...timeOf(cib, call, Math.floor(Date.now() / 1000)),
    injections: call.injections,
    failures: call.failures,
    depth: call.depth,
    details: { attributes: call.showAttributes, failCounts: call.showFailCounts },
  });
  for (const diagnostic of done.diagnostics) io.err([findingLine(diagnostic)]);
  for (const problem of done.problems) io.err([problem]);

  const { scheduled } = done;
  if (call.showScores && scheduled !== undefined) {
    if (!call.quiet) io.out("Assignment Scores:\n");
    io.out(scheduled.scores);
    if (!call.quiet) io.out("\n");
  }
  if (call.showUtilization && scheduled !== undefined) {
    if (!call.quiet) io.out("Utilization Information:\n");
    io.out(capacityLines(scheduled.set));
    if (!call.quiet) io.out("\n");
  }
  if (!call.quiet) io.out(done.report);
  const write = async (path: string | undefined, content: () => string): Promise<void> => {
    // As private as the CIB on a node: it may hold passwords of devices.
    if (path !== undefined) await writeWhole(path, content(), 0o600);
  };
  await write(artifacts.input, () => cibText(done.input));
  if (scheduled !== undefined) {
    await write(artifacts.graph, () => writeGraph(scheduled.graph));
    await write(artifacts.dot, () => writeDot(scheduled.set, { allActions: call.allActions }));
  }
  const { output } = done;
  if (output !== undefined) await write(artifacts.output, () => cibText(output));
  return done.problems.length > 0 ? exit.error : exit.ok;
}

const cibText = (cib: XmlElement): string => stringify(cib, { indent: "  " }) + "\n";
