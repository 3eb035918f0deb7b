/**
 * Whether a cluster has nothing to do: the policy engine finds nothing, and nothing is under way.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { schedule } from "../../pengine/doors/engine.ts";
import { findElement } from "../../pengine/doors/model.ts";
import { localZone } from "../../pengine/doors/simulate.ts";

/** Looks at a CIB. @param nowS seconds since 1970. */
export function isSettled(cib: XmlElement, nowS: number): boolean {
  const pending = findElement(
    cib,
    ({ name, attributes }) => name.local === "lrm_rsc_op" && attributes["op-status"] === "-1",
  );
  if (pending !== undefined) return false;
  return schedule(cib, { nowS, zone: localZone }).graph.synapses.length === 0;
}
