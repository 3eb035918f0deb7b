/**
 * From the text of a CIB to the transition: the policy engine as the running cluster asks it.
 *
 * @module
 */
import { parse } from "../../metadata/xml/mod.ts";
import { schedule } from "./mod.ts";
import type { TransitionGraph } from "./transition.ts";

/**
 * Computes what is to be done.
 *
 * @param cib the whole CIB as XML.
 * @param nowS seconds since 1970.
 * @throws {XmlSyntaxError} if it is not XML.
 */
export function transitionOf(cib: string, nowS: number): TransitionGraph {
  const { root } = parse(cib, {
    ignoreWhitespace: true,
    ignoreComments: true,
    trackPosition: true,
  });
  return schedule(root, { nowS }).graph;
}
