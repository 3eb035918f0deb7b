/**
 * Where attributes of nodes are in the CIB: sets of name and value.
 *
 *     node_state/transient_attributes/instance_attributes/nvpair   of one life
 *     node/instance_attributes/nvpair, node/utilization/nvpair     of the configuration
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { elementAt, stepText } from "../cib/doors/path.ts";
import { elements } from "../crmd/doors/status.ts";
import type { AttributeLifetime, CibChange } from "../runtime/messages.ts";

/** Characters that an id cannot have become dots, as in the field. */
const idPart = (name: string): string => name.replace(/[^\w.-]/g, ".");
/** Two attributes with the same of this would have the same id in the CIB. */
export const setOf = (name: string, set: string | undefined): string =>
  `${set ?? ""} ${idPart(name)}`;

/** The place of the attributes of one node and lifetime. */
export interface Place {
  /** The element above the sets, and what it is if it is not there yet. */
  readonly path: string;
  readonly parent?: { readonly path: string; readonly tag: string; readonly id: string };
  readonly tag: "instance_attributes" | "utilization";
  readonly setId: string;
}

/** The state of a node, as the CIB has it. */
export const stateOf = (root: XmlElement, node: string): XmlElement | undefined =>
  elements(elementAt(root, "/cib/status"), "node_state")
    .find(({ attributes }) => attributes.uname === node);

/** Its element in the configuration. */
export const configuredOf = (root: XmlElement, node: string): XmlElement | undefined =>
  elements(elementAt(root, "/cib/configuration/nodes"), "node")
    .find(({ attributes }) => attributes.uname === node);

/** Where a node's attributes are; undefined: the CIB does not know the node. */
export function placeOf(
  root: XmlElement,
  node: string,
  lifetime: AttributeLifetime,
): Place | undefined {
  if (lifetime === "reboot") {
    const id = stateOf(root, node)?.attributes.id;
    if (id === undefined) return undefined;
    const above = `/cib/status${stepText("node_state", id)}`;
    return {
      path: above + stepText("transient_attributes", id),
      parent: { path: above, tag: "transient_attributes", id },
      tag: "instance_attributes",
      setId: `status-${id}`,
    };
  }
  const id = configuredOf(root, node)?.attributes.id;
  if (id === undefined) return undefined;
  const isUtilization = lifetime === "utilization";
  return {
    path: `/cib/configuration/nodes${stepText("node", id)}`,
    tag: isUtilization ? "utilization" : "instance_attributes",
    setId: isUtilization ? `nodes-${id}-utilization` : `nodes-${id}`,
  };
}

/** A pair of the CIB. */
export interface Pair {
  readonly set: string;
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

/** All pairs of a place. */
export function pairsAt(root: XmlElement, { path, tag }: Place): readonly Pair[] {
  return elements(elementAt(root, path), tag).flatMap((set) =>
    elements(set, "nvpair").map(({ attributes: { id = "", name = "", value = "" } }) => ({
      set: set.attributes.id ?? "",
      id,
      name,
      value,
    }))
  );
}

/** A wanted pair; `set`: the id of its set, if it is not the usual one. */
export interface Wanted {
  readonly name: string;
  readonly value: string;
  readonly set?: string;
}

/** The changes that give a place these pairs. */
export function setPairs(
  root: XmlElement,
  place: Place,
  wanted: readonly Wanted[],
): readonly CibChange[] {
  const bySet = new Map<string, Wanted[]>();
  for (const pair of wanted) {
    const set = pair.set ?? place.setId;
    bySet.set(set, [...bySet.get(set) ?? [], pair]);
  }
  const known = pairsAt(root, place);
  const isParent = elementAt(root, place.path) !== undefined;
  const changes: CibChange[] = [];
  const missing: XmlElement[] = [];
  for (const [set, pairs] of bySet) {
    const path = place.path + stepText(place.tag, set);
    const made = pairs.map((pair) =>
      element("nvpair", {
        id: `${set}-${idPart(pair.name)}`,
        name: pair.name,
        value: pair.value,
      })
    );
    if (elementAt(root, path) === undefined) {
      missing.push(element(place.tag, { id: set }, made));
      continue;
    }
    for (const one of made) {
      // Somebody else may have written it, under another id.
      const old = known.find((pair) =>
        pair.set === set && pair.name === one.attributes.name && pair.id !== one.attributes.id
      );
      if (old) changes.push({ op: "delete", path: path + stepText("nvpair", old.id) });
      changes.push({ op: "create", path, xml: stringify(one) });
    }
  }
  if (missing.length === 0) return changes;
  if (isParent || place.parent === undefined) {
    return [
      ...changes,
      ...missing.map((set): CibChange => ({
        op: "create",
        path: place.path,
        xml: stringify(set),
      })),
    ];
  }
  const { path, tag, id } = place.parent;
  return [{ op: "create", path, xml: stringify(element(tag, { id }, missing)) }];
}

/** The changes that take pairs away. */
export const unsetPairs = (place: Place, pairs: readonly Pair[]): readonly CibChange[] =>
  pairs.map(({ set, id }) => ({
    op: "delete",
    path: place.path + stepText(place.tag, set) + stepText("nvpair", id),
  }));

const element = (
  tag: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlElement[] = [],
): XmlElement => ({ type: "element", name: { raw: tag, local: tag }, attributes, children });
