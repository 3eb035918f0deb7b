/**
 * From the text of a CIB to the transition: the policy engine as the running cluster asks it.
 *
 * @module
 */
import { parse } from "../../metadata/xml/mod.ts";
import type { Decision } from "./core.ts";
import { findingsOf } from "./finding.ts";
import { localZone } from "./local_zone.ts";
import { schedule } from "./schedule.ts";
import { standingOf } from "./standing.ts";

/**
 * Computes what is to be done.
 *
 * @param cib the whole CIB as XML.
 * @param nowS seconds since 1970.
 * @throws {XmlSyntaxError} if it is not XML.
 * @throws {Uncomputable} if it asks for more than can be computed in time.
 */
export function transitionOf(cib: string, nowS: number): Decision {
  const { root } = parse(cib, {
    ignoreWhitespace: true,
    ignoreComments: true,
    trackPosition: true,
  });
  const { graph, diagnostics, set } = schedule(root, {
    nowS,
    zone: localZone,
    traced: false,
  });
  const standing = standingOf(set);
  return { graph, findings: findingsOf(diagnostics), ...(standing && { standing }) };
}
