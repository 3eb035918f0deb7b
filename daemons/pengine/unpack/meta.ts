/**
 * Meta-attributes of a resource: its own, then what its parents say, then the defaults.
 *
 * @module
 */
import type { Agent, Resource } from "../model.ts";
import { addNvpairs } from "./nvpair.ts";
import { ruleInput, type Unpacking } from "./unpacking.ts";
import type { XmlElement } from "./xml.ts";

/**
 * All meta-attributes, the first that says something winning: the element's own attributes, its
 * sets, the sets of its parents, the resource defaults, whatever else its parent has.
 */
export function metaOf(
  unpacking: Unpacking,
  element: XmlElement,
  agent: Agent | undefined,
  parent: Resource | undefined,
): Map<string, string> {
  const meta = new Map(Object.entries(element.attributes));
  const input = ruleInput(unpacking, { agent: agent ?? { class: "", type: "" } });
  addNvpairs(meta, element, "meta_attributes", input);
  if (parent !== undefined) {
    const above = new Map<string, string>();
    for (let one: Resource | undefined = parent; one !== undefined; one = one.parent) {
      addNvpairs(above, one.element, "meta_attributes", input);
    }
    inherit(meta, above);
  }
  addNvpairs(meta, unpacking.rscDefaults, "meta_attributes", input);
  if (parent !== undefined) inherit(meta, parent.meta);
  return meta;
}

function inherit(meta: Map<string, string>, from: ReadonlyMap<string, string>): void {
  for (const [name, value] of from) if (!meta.has(name)) meta.set(name, value);
}
