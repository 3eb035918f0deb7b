/**
 * Schedules every CIB of a folder in one process and says how long each took.
 *
 * @module
 */
import { schedule, Uncomputable } from "../../pengine/doors/engine.ts";
import type { Io } from "../command.ts";
import { readCib } from "./read_cib.ts";
import { readInputSync, sourceName } from "./read_input.ts";
import { type SimulateCall, timeOf } from "./request.ts";

/**
 * @param folder absolute.
 * @param repeat how often each is scheduled.
 * @returns whether all could be.
 */
export function profile(folder: string, repeat: number, call: SimulateCall, io: Io): boolean {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".xml")).sort();
  let failed = 0;
  const started = performance.now();
  for (const name of names) {
    const path = `${folder}/${name}`;
    const cib = readCib(readInputSync(path), sourceName(path));
    if (typeof cib === "string") {
      failed++;
      io.err([cib]);
      continue;
    }
    const { nowS } = timeOf(cib, call, Math.floor(Date.now() / 1000));
    const begun = performance.now();
    try {
      for (let n = 0; n < repeat; n++) schedule(cib, { nowS });
    } catch (error) {
      if (!(error instanceof Uncomputable)) throw error;
      failed++;
      io.err([`${name}: ${error.message}`]);
      continue;
    }
    io.out(`* Testing ${name} ... ${seconds(performance.now() - begun)}\n`);
  }
  io.out(`${names.length - failed} of ${names.length} scheduled in `);
  io.out(`${seconds(performance.now() - started)}, reading included\n`);
  return failed === 0;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;
