/**
 * Events of node attributes: those of one life of a node, from the status, and permanent ones.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { changed, childOf, children } from "./changed.ts";
import type { Happened } from "./state.ts";

/** A node, by its name and its id in the CIB. */
export interface Named {
  readonly node: string;
  readonly nodeid: string;
}

/** Attributes of one life of a node that differ. They go all at once when the node goes: no event. */
export function transientOf(
  named: Named,
  before: XmlElement | undefined,
  after: XmlElement | undefined,
): readonly Happened[] {
  const [was, is] = [before, after].map((of) => childOf(of, "transient_attributes"));
  return is === undefined ? [] : pairs(was, is).map((pair) => attribute(named, pair, "reboot"));
}

/** Permanent attributes of a node that differ: standby and maintenance are events of the node. */
export function permanentOf(
  named: Named,
  before: XmlElement | undefined,
  after: XmlElement | undefined,
): readonly Happened[] {
  return pairs(before, after).map((pair) => {
    const mode = modes[pair.name];
    if (mode === undefined) return attribute(named, pair, "forever");
    const desc = isTrue(pair.value) ? mode.on : mode.off;
    const { node, nodeid } = named;
    return {
      kind: "node",
      node,
      what: `${node} is ${desc === "online" ? desc : `in ${desc}`}`,
      facts: { node, nodeid, desc },
    };
  });
}

const modes: Readonly<Record<string, { readonly on: string; readonly off: string }>> = {
  standby: { on: "standby", off: "online" },
  maintenance: { on: "maintenance", off: "normal operation" },
};

const isTrue = (value: string): boolean => /^(?:true|on|yes|y|1)$/i.test(value);

interface Attribute {
  readonly name: string;
  /** Empty: it is gone. */
  readonly value: string;
}

/** Pairs of the sets of an element that differ. */
function pairs(before: XmlElement | undefined, after: XmlElement | undefined): Attribute[] {
  return changed(before, after, "instance_attributes").flatMap((set) => {
    const was = valuesOf(set.before);
    const is = valuesOf(set.after);
    return [...new Set([...was.keys(), ...is.keys()])]
      .filter((name) => was.get(name) !== is.get(name))
      .map((name) => ({ name, value: is.get(name) ?? "" }));
  });
}

const valuesOf = (set: XmlElement | undefined): ReadonlyMap<string, string> =>
  new Map(
    children(set, "nvpair").map(({ attributes }) => [
      attributes.name ?? "",
      attributes.value ?? "",
    ]),
  );

const attribute = (
  { node, nodeid }: Named,
  { name, value }: Attribute,
  lifetime: "reboot" | "forever",
): Happened => ({
  kind: "attribute",
  node,
  what: value === "" ? `${name} of ${node} is gone` : `${name} of ${node} is ${value}`,
  facts: { node, nodeid, attribute_name: name, attribute_value: value, lifetime },
});
