/**
 * The process `pengine`, as data: it may compute, and say what came of it.
 *
 * @module
 */
import type { ProcessDescription } from "../site/description.ts";

/** See the head of the file. */
export const description = {
  name: "pengine",
  services: ["pengine"],
  threads: ["engine"],
  linkTo: "cluster",
  computes: true,
  heapMibMax: 512,
} as const satisfies ProcessDescription;
