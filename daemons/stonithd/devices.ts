/**
 * Which fencing devices the CIB configures: every primitive of class `stonith`.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";
import {
  type ClusterParameters,
  clusterParameters,
  familyParameters,
  isOfFamily,
} from "./parameters.ts";
import { type Topology, topologyOf } from "./topology.ts";

/** One device, as configured. */
export interface DeviceConfig extends ClusterParameters {
  /** Id of the primitive. */
  readonly id: string;
  /** Plugin of kind `stonith`: `stonith/process` for a primitive of type `process`. */
  readonly plugin: string;
  /** The device's own parameters. */
  readonly config: Readonly<Record<string, string>>;
  /** A node must be switched on by it before it may use what the device guards. */
  readonly unfences: boolean;
}

/** All that a CIB says of fencing. */
export interface FencingConfig {
  readonly devices: readonly DeviceConfig[];
  readonly topology: Topology;
}

/**
 * Reads the configuration of fencing out of a CIB.
 *
 * @throws {XmlSyntaxError} if it is not XML.
 */
export function fencingOf(cib: string): FencingConfig {
  const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true });
  const devices: DeviceConfig[] = [];
  const levels: XmlElement[] = [];
  const nodes: XmlElement[] = [];
  const visit = (element: XmlElement): void => {
    for (const child of element.children) {
      if (child.type !== "element") continue;
      const { attributes } = child;
      if (child.name.local === "primitive" && attributes.class === "stonith") {
        devices.push(deviceOf(child));
      } else if (child.name.local === "fencing-level") levels.push(child);
      else if (child.name.local === "node") nodes.push(child);
      else if (child.name.local !== "status") visit(child);
    }
  };
  visit(root);
  // Texts of their own: a device outlives the document that configured it.
  return structuredClone({
    devices: devices.sort((a, b) => a.id < b.id ? -1 : 1),
    topology: topologyOf(levels, nodes),
  });
}

/** Sections of the CIB in which neither a device nor a topology can stand. */
const otherSections: readonly string[] = [
  "status",
  "configuration/crm_config",
  "configuration/constraints",
]
  .map((section) => `/cib/${section}`);

/**
 * Whether a change can be one of fencing: to read a whole CIB takes long, and most changes are of its
 * status.
 */
export function mayConcernFencing({ path }: Pick<CibChange, "path">): boolean {
  return !otherSections.some((section) =>
    path === section || path.startsWith(`${section}/`) || path.startsWith(`${section}[`)
  );
}

/** The plugin of a type of devices: `fence_ipmilan` and `external/ipmi` are types of families. */
export const pluginOf = (type: string): string => `stonith/${type}`;

function deviceOf(primitive: XmlElement): DeviceConfig {
  const all = pairsIn(primitive, "instance_attributes");
  // Parameters of the cluster, not of the device, begin with `pcmk_` in the field's dialect.
  const type = primitive.attributes.type ?? "";
  const own = Object.entries(all).filter(([name]) =>
    !name.startsWith("pcmk_") || (familyParameters.has(name) && isOfFamily(type))
  );
  return {
    id: primitive.attributes.id ?? "",
    plugin: pluginOf(type),
    config: Object.fromEntries(own),
    unfences: pairsIn(primitive, "meta_attributes").provides === "unfencing",
    ...clusterParameters(type, all),
  };
}

/** The pairs of an element's sets; of two with one name the later one. */
export function pairsIn(element: XmlElement, sets: string): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const set of element.children) {
    if (set.type !== "element" || set.name.local !== sets) continue;
    for (const pair of set.children) {
      if (pair.type !== "element" || pair.attributes.name === undefined) continue;
      all[pair.attributes.name] = pair.attributes.value ?? "";
    }
  }
  return all;
}
