/**
 * What is decided of a random cluster before its XML is written, and what all parts write with.
 *
 * @module
 */
import type { Random } from "../../../daemons/runtime/random.ts";

/** The features that a cluster takes by chance. */
export const features = [
  "bundles",
  "clones",
  "collective constraints",
  "defaults",
  "digests",
  "failures",
  "fencing",
  "groups",
  "guests",
  "health",
  "locks",
  "maintenance",
  "meta",
  "migration",
  "node attributes",
  "notify",
  "operations",
  "options",
  "orphans",
  "pending",
  "promotable",
  "remotes",
  "rules",
  "sets",
  "stickiness",
  "tags",
  "templates",
  "tickets",
  "utilization",
] as const;

/** What a cluster may hold beside primitives and plain constraints. */
export type Feature = typeof features[number];

/** A node: of the cluster itself, remote, or a guest. */
export interface PlannedNode {
  readonly name: string;
  readonly kind: "cluster" | "remote" | "guest";
  readonly state: "online" | "offline" | "lost" | "pending" | "absent";
}

/** A primitive, wherever it stands. */
export interface PlannedPrimitive {
  readonly id: string;
  readonly agent: Agent;
  readonly parameters: Readonly<Record<string, string>>;
  /** Recurring monitors: milliseconds. */
  readonly monitors: readonly number[];
  /** The node it is, if it is a connection or a guest. */
  readonly node?: string;
}

/** The agent of a primitive. */
export interface Agent {
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
}

/** A resource as constraints name it. */
export interface PlannedResource {
  readonly id: string;
  readonly kind: "primitive" | "group" | "clone" | "promotable" | "bundle";
  readonly members: readonly PlannedPrimitive[];
  readonly xml: string;
  /** Instances at most, of what is cloned. */
  readonly instances: number;
  readonly unique: boolean;
}

/** A cluster in the making. */
export interface Plan {
  readonly random: Random;
  readonly has: ReadonlySet<Feature>;
  readonly nodes: PlannedNode[];
  readonly resources: PlannedResource[];
  readonly tickets: readonly string[];
  readonly fencing: boolean;
}

/** Attributes as XML, those that are undefined left out. */
export function attributesXml(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => value === undefined ? "" : ` ${name}="${value}"`).join("");
}

/** A set of pairs; nothing where there are none. */
export function pairsXml(
  element: string,
  id: string,
  pairs: Readonly<Record<string, string | undefined>>,
  inside = "",
): string {
  const written = Object.entries(pairs).filter(([, value]) => value !== undefined);
  if (written.length === 0) return "";
  return `<${element} id="${id}">${inside}` +
    written.map(([name, value]) =>
      `<nvpair id="${id}-${name.replaceAll("#", "")}" name="${name}" value="${value}"/>`
    ).join("") + `</${element}>`;
}

/** Each name with one of its values, at this probability. */
export function someOf(
  random: Random,
  probability: number,
  values: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, list]) =>
      random.chance(probability) ? [[name, random.pick(list)]] : []
    ),
  );
}
