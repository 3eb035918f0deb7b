/**
 * The two ways in which the project reads XML.
 *
 * @module
 */
import type { ParseOptions } from "./parse.ts";

/**
 * The CIB and the wire: no DOCTYPE at all; everything that a person may have written survives a
 * round trip, comments and processing instructions included.
 */
export const cib: ParseOptions = { disallowDoctype: true, keepInstructions: true };

/**
 * Meta-data of agents: 142 OCF agents begin with a DOCTYPE that names an external DTD. It is passed
 * over and never loaded; an internal subset is refused. Comments and instructions are dropped.
 */
export const agent: ParseOptions = {
  disallowDoctype: false,
  ignoreComments: true,
  charactersMax: 4 * 1024 * 1024,
  nodesMax: 200_000,
};
