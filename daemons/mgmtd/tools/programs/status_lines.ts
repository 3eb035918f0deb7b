/**
 * The resources of a CIB in the lines that `crm_mon` and `crm_resource --list` print.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { statusText } from "../../../pengine/doors/status.ts";
import { workingSet } from "../../status/cluster_state.ts";

/** The lines: all resources, or the one of this id with its members. */
export function statusLines(cib: XmlElement, nowMs: number, id?: string): readonly string[] {
  const lines = statusText(workingSet(cib, Math.floor(nowMs / 1000)));
  const at = lines.findIndex((line) => /Full List of Resources/.test(line));
  const resources = (at < 0 ? lines : lines.slice(at + 1)).filter((line) => line.trim() !== "")
    .map((line) => line.replace(/^ {2}/, ""));
  if (id === undefined) return ["Full List of Resources:", ...resources];
  return resources.filter((line) => line.includes(` ${id}\t`) || line.includes(` ${id}:`));
}
