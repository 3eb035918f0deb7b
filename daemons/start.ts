/**
 * What each daemon's `mod.ts` calls when it is started as a program.
 *
 * @module
 */
import { collectOnce } from "../metadata/collect.ts";
import { descriptions } from "./processes.ts";
import { protocol } from "./protocols.ts";
import type { ProcessDescription } from "./site/description.ts";
import { type Composition, main, type Surroundings } from "./site/main.ts";

/**
 * Runs a process of the list until it is stopped.
 *
 * @throws {TypeError} if `daemons/processes.ts` does not list it.
 */
export const start = (
  { name }: ProcessDescription,
  compose: (surroundings: Surroundings) => Composition | Promise<Composition>,
): Promise<void> => {
  collectOnce();
  return main(descriptions, name, protocol, compose);
};
