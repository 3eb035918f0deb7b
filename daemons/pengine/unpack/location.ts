/**
 * Location constraints: which node is how good for a resource, rules and dates evaluated.
 *
 * @module
 */
import {
  type Discovery,
  type LocationConstraint,
  type Node,
  type Resource,
  Role,
} from "../model.ts";
import { resourceParameters } from "./parameters.ts";
import { readPattern } from "./pattern.ts";
import { isTag, membersOf, requireResource, setsOf, sideAsSet } from "./reference.ts";
import { parseRole } from "./role.ts";
import { evaluateRule, fillIn, type RuleInput } from "./rule.ts";
import { addScores, type HealthScores, isScore, parseInteger, parseScore } from "./score.ts";
import { report, ruleInput, type Unpacking } from "./unpacking.ts";
import { children, type XmlElement } from "./xml.ts";

/** What one location says about one resource. */
interface Subject {
  readonly resource: Resource;
  readonly role?: string | undefined;
  readonly score?: string | undefined;
  /** What the pattern matched. */
  readonly groups: readonly (string | undefined)[];
}

/** Reads one `rsc_location`. */
export function unpackLocation(unpacking: Unpacking, constraint: XmlElement): void {
  const { rsc, role, "rsc-pattern": pattern } = constraint.attributes;
  const sets = isTag(unpacking, rsc)
    ? [sideAsSet(unpacking, rsc!, { role })]
    : setsOf(unpacking, constraint);
  if (sets.length > 0) {
    for (const set of sets) {
      const members = membersOf(unpacking, constraint, set);
      if (members === undefined) return;
      for (const resource of members) {
        const { role: setRole, score } = set.attributes;
        locate(unpacking, constraint, { resource, role: setRole ?? role, score, groups: [] });
      }
    }
    return;
  }
  if (pattern !== undefined) return locatePattern(unpacking, constraint, pattern);
  const resource = requireResource(unpacking, constraint, rsc);
  if (resource !== undefined) locate(unpacking, constraint, { resource, groups: [] });
}

function locatePattern(unpacking: Unpacking, constraint: XmlElement, text: string): void {
  const inverted = text.startsWith("!");
  const pattern = readPattern(inverted ? text.slice(1) : text);
  if (typeof pattern === "string") {
    report(
      unpacking,
      "error",
      constraint,
      `Ignoring constraint "${constraint.attributes.id ?? ""}": "${text}" is not an extended ` +
        `regular expression that can be used: ${pattern}.`,
    );
    return;
  }
  for (const resource of unpacking.set.resources) {
    const groups = pattern.match(resource.id);
    if ((groups === undefined) !== inverted) continue;
    locate(unpacking, constraint, { resource, groups: groups ?? [] });
  }
}

function locate(unpacking: Unpacking, constraint: XmlElement, subject: Subject): void {
  const { set } = unpacking;
  const { id = "", node: name } = constraint.attributes;
  const score = subject.score ?? constraint.attributes.score;
  const discovery = discoveryOf(unpacking, constraint);
  if (name !== undefined && score !== undefined) {
    const node = set.nodeByName.get(name);
    if (node === undefined) {
      report(
        unpacking,
        "warning",
        constraint,
        `Ignoring constraint "${id}": there is no node "${name}".`,
      );
      return;
    }
    if (!isScore(score)) badScore(unpacking, constraint, score);
    const role = subject.role ?? constraint.attributes.role;
    const filter = parseRole(role);
    if (role !== undefined && filter === Role.unknown) {
      report(unpacking, "error", constraint, `Constraint "${id}": "${role}" is not a role.`);
    }
    if (filter === Role.stopped && subject.resource.nextRole !== filter) return;
    add(unpacking, {
      id,
      resource: subject.resource,
      // Every instance is started, and unpromoted, before it is anything else.
      role: filter === Role.promoted || filter === Role.stopped ? filter : Role.unknown,
      scores: new Map([[node, parseScore(score, healthScores(unpacking))]]),
      discovery,
    });
    return;
  }
  const rules = children(constraint, "rule");
  for (const rule of rules) locateByRule(unpacking, rule, subject, discovery);
  if (rules.length === 0) {
    report(
      unpacking,
      "error",
      constraint,
      `Ignoring constraint "${id}": it has neither a node with a score nor a rule.`,
    );
  }
}

function locateByRule(
  unpacking: Unpacking,
  written: XmlElement,
  { resource, groups }: Subject,
  discovery: Discovery,
): void {
  const { set } = unpacking;
  const rule = unpacking.resolve(written);
  if (rule === undefined) return;
  const { id = "", role, score, "score-attribute": attribute } = rule.attributes;
  const name = attribute === undefined ? undefined : fillIn(attribute, groups);
  // A node whose attribute is missing or no number gets no score.
  const scoreOn = (node: Node): number | undefined => {
    if (score !== undefined) return parseScore(score, healthScores(unpacking));
    const value = name === undefined ? undefined : attributeFor(node, name, resource);
    if (value === undefined || !(isScore(value) || parseInteger(value) !== undefined)) {
      return undefined;
    }
    return parseScore(value, healthScores(unpacking));
  };
  const scores = new Map<Node, number>();
  for (const node of set.nodes) {
    const match: NonNullable<RuleInput["match"]> = {
      groups,
      // Rules of the resource's own may give it other parameters on each node.
      parameters: () => resourceParameters(set, resource, node),
      meta: resource.meta,
    };
    const input = ruleInput(unpacking, { attributes: node.attributes, match });
    if (!evaluateRule(rule, input)) continue;
    const onNode = scoreOn(node);
    if (onNode !== undefined) scores.set(node, onNode);
  }
  if (scores.size === 0 && discovery === "always") return;
  const filter = parseRole(role);
  // Until it is placed, a resource has no next role but the one that is wanted of it.
  if (filter === Role.stopped && resource.nextRole !== filter) return;
  if (discovery === "exclusive") resource.exclusiveDiscovery = true;
  add(unpacking, {
    id,
    resource,
    role: filter === Role.unpromoted ? Role.unknown : filter,
    scores,
    discovery,
  });
}

/** An attribute as a resource sees it: those in a bundle may look at the host instead. */
export function attributeFor(node: Node, name: string, resource: Resource): string | undefined {
  const source = resource.meta.get("container-attribute-target");
  if (source?.toLowerCase() !== "host" || node.kind !== "guest") return node.attributes.get(name);
  return node.connection?.container?.runningOn[0]?.attributes.get(name);
}

/** Notes a location. That of a bundle is one of its containers and addresses. */
export function add(unpacking: Unpacking, location: LocationConstraint): void {
  const { set } = unpacking;
  const { resource } = location;
  resource.locations.push(location);
  if (location.discovery === "exclusive") resource.exclusiveDiscovery = true;
  const { bundle } = resource;
  if (bundle === undefined) {
    set.locations.push(location);
    return;
  }
  if (location.role === Role.unknown) {
    for (const [node, score] of location.scores) {
      const candidate = resource.allowed.get(node);
      const { discovery } = location;
      if (candidate === undefined) resource.allowed.set(node, { node, score, discovery, count: 0 });
      else {
        candidate.score = addScores(candidate.score, score);
        if (discovery !== "always" && candidate.discovery !== "exclusive") {
          candidate.discovery = discovery;
        }
      }
    }
  }
  // The connection may be elsewhere, and what is inside is where its container is.
  for (const { container, ip } of bundle.replicas) {
    for (const part of [container, ip]) {
      if (part !== undefined) add(unpacking, { ...location, resource: part });
    }
  }
  if (bundle.child !== undefined && location.role >= Role.unpromoted) {
    add(unpacking, { ...location, resource: bundle.child });
  }
}

function discoveryOf(unpacking: Unpacking, constraint: XmlElement): Discovery {
  const text = constraint.attributes["resource-discovery"];
  switch (text?.toLowerCase()) {
    case undefined:
    case "always":
      return "always";
    case "never":
      return "never";
    case "exclusive":
      return "exclusive";
    default:
      report(
        unpacking,
        "error",
        constraint,
        `Constraint "${constraint.attributes.id ?? ""}": resource-discovery "${text}" is none of ` +
          `always, never, exclusive; using always.`,
      );
      return "always";
  }
}

/** Tells that a score is none. */
export function badScore(unpacking: Unpacking, element: XmlElement, score: string): void {
  report(
    unpacking,
    "error",
    element,
    `Using ${parseScore(score)} for the score "${score}" of "${element.attributes.id ?? ""}": it ` +
      `is not a score. Use a whole number, INFINITY or -INFINITY.`,
  );
}

/** What the words red, yellow and green are worth as scores. */
export function healthScores({ set: { options } }: Unpacking): HealthScores {
  return {
    red: options.nodeHealthRed,
    yellow: options.nodeHealthYellow,
    green: options.nodeHealthGreen,
  };
}

/** The health of nodes, as locations for every resource. */
export function unpackHealth(unpacking: Unpacking): void {
  const { set } = unpacking;
  const strategy = set.options.nodeHealthStrategy;
  if (strategy === "none") return;
  for (const node of set.nodes) {
    const score = healthOf(unpacking, node);
    node.healthScore = score;
    if (score === 0) continue;
    for (const resource of set.resources) {
      // Some resources are needed most where a node is ill.
      const unhealthy = resource.meta.get("allow-unhealthy-nodes")?.toLowerCase();
      if (score < 0 && unhealthy !== undefined && /^(true|on|yes|y|1)$/.test(unhealthy)) continue;
      const scores = new Map([[node, score]]);
      add(unpacking, { id: strategy, resource, role: Role.unknown, scores, discovery: "always" });
    }
  }
}

function healthOf(unpacking: Unpacking, node: Node): number {
  const { options } = unpacking.set;
  let sum = options.nodeHealthStrategy === "progressive" ? options.nodeHealthBase : 0;
  for (const [name, value] of node.attributes) {
    if (name.startsWith("#health")) {
      sum = addScores(sum, parseScore(value, healthScores(unpacking)));
    }
  }
  return sum;
}
