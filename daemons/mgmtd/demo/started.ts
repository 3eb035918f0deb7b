/**
 * Where a resource was started, from changes of the CIB.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import type { CibChange } from "../../runtime/messages.ts";

/** What counts as a start elsewhere. */
export interface Elsewhere {
  readonly resource: string;
  /** The node that was killed: what it did last may still be written after its death. */
  readonly not: string;
  /** Seconds since 1970: records of earlier starts are written again when a member joins. */
  readonly sinceS: number;
}

/** The node on which the resource was started since then; undefined if there is none. */
export function startedElsewhere(
  changes: readonly CibChange[],
  { resource, not, sinceS }: Elsewhere,
): string | undefined {
  for (const change of changes) {
    if (!("xml" in change) || !change.xml.includes("lrm_rsc_op")) continue;
    for (const { attributes } of records(parse(change.xml).root)) {
      const { operation_key: key, on_node: node, "rc-code": rc, "last-run": run } = attributes;
      if (key !== `${resource}_start_0` || rc !== "0" || node === undefined) continue;
      if (node !== not && Number(run) >= sinceS) return node;
    }
  }
  return undefined;
}

function records(element: XmlElement): readonly XmlElement[] {
  if (element.name.local === "lrm_rsc_op") return [element];
  return element.children.flatMap((child) => child.type === "element" ? records(child) : []);
}
