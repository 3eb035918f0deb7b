/**
 * `deno task sim --administrators CHANGES`: runs of administrators, from seeds.
 *
 * @module
 */
import { administer } from "./run.ts";

/** Runs seeds; prints a line for each. @returns the exit code */
export function administrators(changes: number, seeds: readonly number[]): number {
  let broken = 0;
  for (const seed of seeds) {
    const { problems, counts } = administer({ seed, changes });
    if (problems.length > 0) broken++;
    for (const problem of problems.slice(0, 10)) console.log(`seed ${seed}: ${problem}`);
    console.log(`seed ${seed}: ${JSON.stringify(counts)}`);
  }
  return broken > 0 ? 1 : 0;
}
