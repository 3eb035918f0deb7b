/**
 * What a cluster accepts and nobody means: names that lead nowhere, constraints that contradict each
 * other, nodes that no fencing device reaches.
 *
 * @module
 */
import type { Diagnostic } from "../../metadata/diagnostic.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { optionValue } from "../pengine/doors/language.ts";
import { findingLine } from "../pengine/doors/simulate.ts";
import { Draft } from "./api/document/draft.ts";
import { childrenOf } from "./api/document/element.ts";
import { pairsOf } from "./api/document/pairs.ts";

const warning = (of: XmlElement, what: string, fix: string): Diagnostic => ({
  severity: "warning",
  path: [of.attributes.id ?? of.name.raw],
  what,
  fix,
  code: "HA3005",
  ...(of.line === undefined ? {} : { line: of.line }),
});

/** All of it, a line each. `crm_verify` says nothing of it, so the tool of that name does not either. */
export function moreLines(cib: XmlElement): readonly string[] {
  return [...namingLines(cib), ...uncovered(new Draft(cib)).map(findingLine)];
}

/** The same without the nodes that no device names: who can ask the devices knows more. */
export function namingLines(cib: XmlElement): readonly string[] {
  const draft = new Draft(cib);
  return [...dangling(draft), ...contradictions(draft)].map(findingLine);
}

/** Whether fencing is disabled, and the devices. */
export function fencingIn(
  draft: Draft,
): { readonly isOff: boolean; readonly devices: readonly XmlElement[] } {
  const options = pairsOf(draft.section("crm_config"), "cluster_property_set");
  const isOff = /^(?:false|no|off|n|0)$/i.test(
    optionValue(options, "fencing-enabled") ?? "true",
  );
  return { isOff, devices: devicesOf(draft) };
}

const nodesOf = (draft: Draft): ReadonlySet<string> =>
  new Set(draft.nodeNames().map((name) => name.toLowerCase()));

/** Names of nodes, devices and elements that are not there. */
function dangling(draft: Draft): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const nodes = nodesOf(draft);
  const remote = remotes(draft);
  for (const one of childrenOf(draft.section("constraints"), "rsc_location")) {
    const { node } = one.attributes;
    if (node === undefined || nodes.has(node.toLowerCase()) || remote.has(node)) continue;
    found.push(warning(one, `there is no node "${node}"`, "correct the name, or remove it"));
  }
  const devices = new Set(devicesOf(draft).map(({ attributes }) => attributes.id));
  for (const level of childrenOf(draft.section("fencing-topology"), "fencing-level")) {
    for (const device of (level.attributes.devices ?? "").split(",").map((name) => name.trim())) {
      if (device === "" || devices.has(device)) continue;
      found.push(
        warning(level, `there is no fencing device "${device}"`, "correct the name, or remove it"),
      );
    }
  }
  const ids = new Set<string | undefined>();
  for (const { name, attributes } of draft.elements()) {
    if (name.raw !== "obj_ref") ids.add(attributes.id);
  }
  for (
    const ref of childrenOf(draft.section("tags"), "tag").flatMap((tag) =>
      childrenOf(tag, "obj_ref")
    )
  ) {
    const { id = "" } = ref.attributes;
    if (!ids.has(id)) {
      found.push(
        warning(ref, `the tag names "${id}", which is not there`, "remove it from the tag"),
      );
    }
  }
  return found;
}

const devicesOf = (draft: Draft): readonly XmlElement[] =>
  [...draft.elements()].filter(({ name, attributes }) =>
    name.raw === "primitive" && attributes.class === "stonith"
  );

/** Resources that are nodes: Pacemaker Remote, and guests. */
const remotes = (draft: Draft): ReadonlySet<string> =>
  new Set(
    [...draft.elements()].flatMap((one) => {
      const { name, attributes } = one;
      if (name.raw !== "primitive") return [];
      const guest = pairsOf(one, "meta_attributes").get("remote-node");
      return [
        ...(attributes.type === "remote" ? [attributes.id ?? ""] : []),
        ...(guest === undefined ? [] : [guest]),
      ];
    }),
  );

const isAlways = (score: string | undefined): boolean => /^\+?INFINITY$/i.test(score ?? "");
const isNever = (score: string | undefined): boolean => /^-INFINITY$/i.test(score ?? "");

/** Constraints of which one asks for what another one forbids. Circles of orders the engine finds itself. */
function contradictions(draft: Draft): readonly Diagnostic[] {
  const constraints = childrenOf(draft.section("constraints"));
  const of = (tag: string) => constraints.filter(({ name }) => name.raw === tag);
  const found: Diagnostic[] = [];
  const clash = (one: XmlElement, other: XmlElement, what: string) =>
    found.push(
      warning(one, `it contradicts "${other.attributes.id}": ${what}`, "remove one of them"),
    );
  const plain = of("rsc_location").filter(({ attributes }) => attributes.node !== undefined);
  const placeOf = ({ attributes: { rsc, node, role } }: XmlElement) =>
    JSON.stringify([rsc, node, role]);
  const always = firstBy(plain, placeOf);
  for (const one of plain.filter(({ attributes }) => isNever(attributes.score))) {
    const { rsc, node } = one.attributes;
    const other = always.get(placeOf(one));
    if (other !== undefined) clash(one, other, `"${rsc}" always and never on ${node}`);
  }
  const together = of("rsc_colocation").filter(({ attributes }) => attributes.rsc !== undefined);
  const joined = firstBy(together, pairOf);
  for (const one of together.filter(({ attributes }) => isNever(attributes.score))) {
    const other = joined.get(pairOf(one));
    const { rsc, "with-rsc": withRsc } = one.attributes;
    if (other !== undefined) clash(one, other, `"${rsc}" always and never with "${withRsc}"`);
  }
  return found;
}

/** The first constraint of each key that asks for something always: there can be very many of them. */
function firstBy(
  constraints: readonly XmlElement[],
  keyOf: (one: XmlElement) => string,
): ReadonlyMap<string, XmlElement> {
  const first = new Map<string, XmlElement>();
  for (const one of constraints) {
    if (!isAlways(one.attributes.score)) continue;
    const key = keyOf(one);
    if (!first.has(key)) first.set(key, one);
  }
  return first;
}

/** A key of two resources in their roles, the same in either direction. */
function pairOf({ attributes: of }: XmlElement): string {
  const key = (rsc = "", role = "") => JSON.stringify([rsc, role]);
  const pair = [key(of.rsc, of["rsc-role"]), key(of["with-rsc"], of["with-rsc-role"])].sort();
  return JSON.stringify([...pair, of["node-attribute"] ?? ""]);
}

/** Parameters that list the nodes which a device reaches. */
const lists = ["pcmk_host_list", "hostlist", "hosts"] as const;

/** Nodes that no fencing device names, where each device says which nodes it reaches. */
function uncovered(draft: Draft): readonly Diagnostic[] {
  const { isOff, devices } = fencingIn(draft);
  if (isOff || devices.length === 0) return [];
  const covered = new Set<string>();
  for (const device of devices) {
    const values = pairsOf(device, "instance_attributes");
    const named = lists.flatMap((name) => values.get(name)?.split(/[\s,;]+/) ?? []);
    const mapped = (values.get("pcmk_host_map") ?? "").split(/[;\s]+/)
      .map((pair) => pair.split(/[:=]/)[0] ?? "");
    const all = [...named, ...mapped].filter((name) => name !== "");
    // A device that names none is asked, and may reach all of them.
    if (all.length === 0) return [];
    for (const name of all) covered.add(name.toLowerCase());
  }
  const byLevel = childrenOf(draft.section("fencing-topology"), "fencing-level")
    .some(({ attributes: { target } }) => target === undefined);
  return childrenOf(draft.section("nodes"), "node").flatMap((node) => {
    const { uname = "" } = node.attributes;
    if (byLevel || covered.has(uname.toLowerCase())) return [];
    return [warning(
      node,
      `no fencing device reaches the node "${uname}": what it runs cannot be recovered`,
      "name it in the list of a device",
    )];
  });
}
