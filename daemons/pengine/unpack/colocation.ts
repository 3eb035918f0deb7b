/**
 * Colocation constraints: who runs with whom, sets unfolded to pairs.
 *
 * @module
 */
import { type Colocation, type Resource, Role } from "../model.ts";
import { parseBoolean } from "./boolean.ts";
import { badScore } from "./location.ts";
import { isTag, membersOf, requireResource, setsOf, sideAsSet } from "./reference.ts";
import { parseRole } from "./role.ts";
import { isScore, parseScore } from "./score.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { children, type XmlElement } from "./xml.ts";

/** What all pairs of a constraint share. */
interface Shared {
  readonly constraint: XmlElement;
  readonly id: string;
  readonly score: number;
  readonly attribute?: string | undefined;
}

/** Pairs that all colocations may come to: a set of those that repel grows with its square. */
const pairsMax = 200_000;

/** Reads one `rsc_colocation`. */
export function unpackColocation(unpacking: Unpacking, constraint: XmlElement): void {
  const { attributes } = constraint;
  const { id = "", score = "0", rsc, "with-rsc": primary } = attributes;
  if (!isScore(score)) badScore(unpacking, constraint, score);
  const shared: Shared = { constraint, id, score: parseScore(score) };
  const tagged = isTag(unpacking, rsc), primaryTagged = isTag(unpacking, primary);
  let sets = setsOf(unpacking, constraint);
  if (
    sets.length === 0 && rsc !== undefined && primary !== undefined && (tagged || primaryTagged)
  ) {
    if (tagged && primaryTagged) {
      report(
        unpacking,
        "error",
        constraint,
        `Ignoring constraint "${id}": two templates or tags cannot be colocated. Name a resource ` +
          `on one side, or use sets.`,
      );
      return;
    }
    sets = [
      sideAsSet(unpacking, rsc, { role: attributes["rsc-role"] }),
      sideAsSet(unpacking, primary, { role: attributes["with-rsc-role"] }),
    ];
  }
  if (sets.length > 0) return colocateSets(unpacking, shared, sets);
  const dependent = instanceOf(unpacking, constraint, "rsc");
  const with_ = instanceOf(unpacking, constraint, "with-rsc");
  if (dependent === undefined || with_ === undefined) return;
  pair(
    unpacking,
    { ...shared, attribute: attributes["node-attribute"] },
    { resource: dependent, role: attributes["rsc-role"] },
    { resource: with_, role: attributes["with-rsc-role"] },
  );
}

/** A side of a constraint, or the instance of it that was named. */
function instanceOf(
  unpacking: Unpacking,
  constraint: XmlElement,
  side: string,
): Resource | undefined {
  const resource = requireResource(unpacking, constraint, constraint.attributes[side]);
  const number = constraint.attributes[`${side}-instance`];
  if (number === undefined || resource === undefined) return resource;
  return resource.children.find(({ meta }) => meta.get("clone") === number);
}

/** Every set is placed with the next. */
function colocateSets(unpacking: Unpacking, shared: Shared, sets: readonly XmlElement[]): void {
  let last: XmlElement | undefined;
  for (const set of sets) {
    if (!colocateWithin(unpacking, shared, set)) return;
    if (last !== undefined && !colocateBetween(unpacking, shared, last, set)) return;
    last = set;
  }
}

/** Within a set each is placed with the one before; those that repel, with none of those before. */
function colocateWithin(unpacking: Unpacking, shared: Shared, set: XmlElement): boolean {
  const { id = "", role, score: own, sequential, ordering = "group" } = set.attributes;
  const score = own === undefined ? shared.score : parseScore(own);
  if (score === 0 || parseBoolean(sequential) === false) return true;
  const members = membersOf(unpacking, shared.constraint, set);
  if (members === undefined) return false;
  const inner: Shared = { ...shared, id, score };
  for (const [index, resource] of members.entries()) {
    if (index === 0) continue;
    if (score > 0) {
      const before = members[index - 1]!;
      const [dependent, primary] = ordering === "group" ? [resource, before] : [before, resource];
      pair(unpacking, inner, { resource: dependent, role }, { resource: primary, role });
      continue;
    }
    for (const other of members.slice(0, index)) {
      if (other === resource) break;
      pair(unpacking, inner, { resource, role }, { resource: other, role });
    }
  }
  return true;
}

function colocateBetween(
  unpacking: Unpacking,
  shared: Shared,
  dependents: XmlElement,
  primaries: XmlElement,
): boolean {
  const ends = (set: XmlElement, which: "first" | "last"): readonly Resource[] | undefined => {
    const members = membersOf(unpacking, shared.constraint, set);
    if (members === undefined || parseBoolean(set.attributes.sequential) === false) return members;
    const end = which === "first" ? members[0] : members.at(-1);
    return end === undefined ? [] : [end];
  };
  const [some, others] = [ends(dependents, "first"), ends(primaries, "last")];
  if (some === undefined || others === undefined) return false;
  for (const dependent of some) {
    for (const primary of others) {
      pair(
        unpacking,
        shared,
        { resource: dependent, role: dependents.attributes.role },
        { resource: primary, role: primaries.attributes.role },
      );
    }
  }
  return true;
}

interface Side {
  readonly resource: Resource;
  readonly role: string | undefined;
}

function pair(unpacking: Unpacking, shared: Shared, dependent: Side, primary: Side): void {
  const { constraint, score, id } = shared;
  const { colocations } = unpacking.set;
  if (score === 0) return;
  if (colocations.length === pairsMax) {
    if (unpacking.noted.has("pairs")) return;
    unpacking.noted.add("pairs");
    report(
      unpacking,
      "error",
      constraint,
      `Ignoring what is left of constraint "${id}", and colocations after it: they come to more ` +
        `than ${pairsMax} pairs. Use smaller sets.`,
    );
    return;
  }
  const colocation: Colocation = {
    id,
    dependent: dependent.resource,
    primary: primary.resource,
    score,
    dependentRole: filterRole(dependent.role),
    primaryRole: filterRole(primary.role),
    nodeAttribute: shared.attribute ?? "#uname",
    influence: influenceOf(unpacking, constraint, dependent.resource),
    explicit: true,
    steps: unpacking.set.colocationSteps,
  };
  colocations.push(colocation);
  dependent.resource.withThis.push(colocation);
  primary.resource.thisWith.push(colocation);
}

const filterRole = (text: string | undefined): Role => {
  const role = parseRole(text);
  return role === Role.started ? Role.unknown : role;
};

/** A critical resource takes those with it that it depends on, unless the constraint says else. */
function influenceOf(unpacking: Unpacking, constraint: XmlElement, dependent: Resource): boolean {
  const text = constraint.attributes.influence;
  if (text === undefined) return dependent.critical;
  const value = parseBoolean(text);
  if (value === undefined) {
    report(
      unpacking,
      "error",
      constraint,
      `Constraint "${constraint.attributes.id ?? ""}": influence "${text}" is neither true nor ` +
        `false; using what the resource is.`,
    );
  }
  return value ?? dependent.critical;
}

/** Puts the colocations of every resource in the order in which they are heeded. */
export function sortColocations({ set }: Unpacking): void {
  const dependents = new Set<Resource>();
  const primaries = new Set<Resource>();
  for (const { dependent, primary } of set.colocations) {
    dependents.add(dependent);
    primaries.add(primary);
  }
  for (const resource of dependents) {
    resource.withThis.sort((a, b) => compare(a.primary, b.primary));
  }
  for (const resource of primaries) {
    resource.thisWith.sort((a, b) => compare(a.dependent, b.dependent));
  }
}

const ranks = { primitive: 0, group: 1, clone: 2, bundle: 3 } as const;

/** The more important first, then the more complex, then by name. */
function compare(a: Resource, b: Resource): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (ranks[a.variant] !== ranks[b.variant]) return ranks[b.variant] - ranks[a.variant];
  if (a.variant === "clone" && a.promotable !== b.promotable) return a.promotable ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Reads every constraint of that name. */
export function eachConstraint(
  section: XmlElement | undefined,
  name: string,
  read: (constraint: XmlElement) => void,
): void {
  for (const constraint of children(section, name)) read(constraint);
}
