/**
 * Parameters of an agent, rules applied for the node it is to run on.
 *
 * @module
 */
import type { Node, Resource, WorkingSet } from "../model.ts";
import { addNvpairs } from "./nvpair.ts";
import { ruleInput, type Unpacking, unpackingOf } from "./unpacking.ts";
import { child, children, type XmlElement } from "./xml.ts";

/** The resource's own parameters, then those of its parents, then the defaults. */
export function resourceParameters(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
): Map<string, string> {
  const unpacking = unpackingOf(set);
  let known = unpacking.parameters.get(resource);
  if (known === undefined) unpacking.parameters.set(resource, known = new Map());
  const key = node !== undefined && asksForNode(unpacking, resource) ? node : undefined;
  let parameters = known.get(key);
  if (parameters === undefined) {
    parameters = collect(unpacking, resource, key);
    known.set(key, parameters);
  }
  return parameters;
}

function collect(
  unpacking: Unpacking,
  resource: Resource,
  node: Node | undefined,
): Map<string, string> {
  const parameters = new Map<string, string>();
  const input = ruleInput(unpacking, node === undefined ? {} : { attributes: node.attributes });
  for (const source of sourcesOf(unpacking, resource)) {
    addNvpairs(parameters, source, "instance_attributes", input);
  }
  return parameters;
}

function* sourcesOf(unpacking: Unpacking, resource: Resource): Generator<XmlElement> {
  for (let one: Resource | undefined = resource; one !== undefined; one = one.parent) {
    yield one.element;
  }
  if (unpacking.rscDefaults !== undefined) yield unpacking.rscDefaults;
}

/** Only rules can make parameters differ from node to node. */
function asksForNode(unpacking: Unpacking, resource: Resource): boolean {
  for (const source of sourcesOf(unpacking, resource)) {
    for (const written of children(source, "instance_attributes")) {
      const set = unpacking.resolve(written);
      if (set !== undefined && child(set, "rule") !== undefined) return true;
    }
  }
  return false;
}
