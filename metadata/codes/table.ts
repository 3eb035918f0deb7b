/**
 * The table of all error codes. Each message with a code can be looked up here, with
 * `ha explain CODE`, and in `daemons/mgmtd/errors.md`, which is generated from it.
 *
 * A code is `HA` and four digits; the first one is the area. A code keeps its meaning forever: the
 * number of a removed one is not used again.
 *
 * @module
 */
import { cibCodes } from "./cib.ts";
import type { Code } from "./code_name.ts";
import { commandCodes } from "./commands.ts";
import { communicationCodes } from "./communication.ts";
import { configurationCodes } from "./configuration.ts";
import { engineCodes } from "./engine.ts";
import type { CodeEntry } from "./entry.ts";
import { fencingCodes } from "./fencing.ts";
import { membershipCodes } from "./membership.ts";
import { pluginCodes } from "./plugins.ts";
import { processCodes } from "./processes.ts";
import { resourceCodes } from "./resources.ts";

export type { CodeEntry };

/** All codes. A new one is added to the file of its area; then `deno task errors` names it. */
const all = {
  ...commandCodes,
  ...configurationCodes,
  ...pluginCodes,
  ...cibCodes,
  ...engineCodes,
  ...communicationCodes,
  ...membershipCodes,
  ...resourceCodes,
  ...fencingCodes,
  ...processCodes,
};

export type { Code };

/** The explanations, by code. */
export const codes: Readonly<Record<Code, CodeEntry>> = all;

/** The areas, by their digit. */
export const areas: readonly string[] = [
  "Commands",
  "Node configuration and keys",
  "Plugins and approval",
  "CIB and configuration language",
  "Policy engine",
  "Communication between nodes",
  "Membership and quorum",
  "Resources and agents",
  "Fencing",
  "Processes and disk",
];

/** Whether a word is a code of the table. */
export const isCode = (word: string): word is Code => Object.hasOwn(codes, word);

/** One area with its codes, in the order of their numbers. */
export interface CodeArea {
  readonly title: string;
  readonly codes: readonly (CodeEntry & { readonly code: Code })[];
}

/** The whole table, by area. */
export function codesByArea(): readonly CodeArea[] {
  const sorted = Object.keys(codes).filter(isCode).sort();
  return areas.map((title, area) => ({
    title,
    codes: sorted.filter((code) => code.startsWith(`HA${area}`))
      .map((code) => ({ code, ...codes[code] })),
  }));
}
