/**
 * What the policy engine can compute in time: bounds on what a configuration may ask of it, found
 * before anything is computed. A write of such a configuration is rejected; one that is on disk
 * already is answered with the reason instead of a computation that never ends.
 *
 * The work grows with the square of the instances of one clone and with instances times nodes
 * (`daemons/pengine/README.md` has the times). The bounds are far above what clusters have.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { readPattern } from "./unpack/pattern.ts";
import {
  childrenOf,
  numbersOf,
  type References,
  referencesIn,
  valueOf,
} from "./written_numbers.ts";

/** Instances of one clone at most, and those of it on one node. */
export const cloneInstancesMax = 512;
/** Replicas of one bundle at most. */
export const replicasMax = 128;
/** Members of one group at most. */
export const groupMembersMax = 256;
/** Instances of one clone times the members of the group in it at most. */
export const clonedMembersMax = 2_048;
/** Resources of all kinds at most, each instance of a clone and each replica counted. */
export const instancesMax = 10_000;
/** Instances times nodes at most. */
export const placementsMax = 400_000;

/**
 * States of the patterns of all locations times resources, as the document lists them, at most: each is
 * matched with each.
 */
const patternStepsMax = 2_000_000;
/** What a pattern that cannot be used counts: it is read, and matched with nothing. */
const uselessPatternSteps = 4_000;

/** Scores of nodes that colocations add up at most, in one run. */
export const colocationStepsMax = 20_000_000;

/** Characters of an id: with the name of an action it is the key of that action in a graph. */
export const idCharactersMax = 512;
/** Characters of the name of a node, as every message has it. */
export const nodeNameCharactersMax = 255;
/** Operations of one resource at most: each is compared with the others. */
export const operationsMax = 512;
/** Parameters and options of one resource at most, and characters of all of them: an order has all. */
export const parametersMax = 512;
export const parametersCharactersMax = 256 * 1024;

/** One bound that a configuration is beyond. */
export interface Excess {
  /** Which bound of which element: the same for the same mistake. */
  readonly key: string;
  /** Element, value, bound and what to do. */
  readonly text: string;
}

/** What the walk through the resources needs to know, and gathers. */
interface Count {
  readonly nodes: number;
  readonly references: References;
  readonly excesses: Excess[];
}

/** Everything in a CIB that is beyond a bound. */
export function excessesOf(cib: XmlElement): readonly Excess[] {
  const configuration = childrenOf(cib, "configuration")[0];
  if (configuration === undefined) return [];
  const resources = childrenOf(configuration, "resources")[0];
  const count: Count = {
    nodes: nodesOf(configuration, resources),
    references: referencesIn(cib),
    excesses: [],
  };
  for (const defaults of childrenOf(configuration, "rsc_defaults")) {
    checkNumbers(count, "rsc_defaults", defaults);
  }
  for (const node of childrenOf(childrenOf(configuration, "nodes")[0], "node")) {
    const { id = "", uname = "" } = node.attributes;
    checkId(count, node);
    const bound = nodeNameCharactersMax;
    const fix = "Give it a shorter one";
    atMost(count, shown("node", id), "characters of its name", uname.length, { bound, fix });
  }
  let instances = 0;
  for (const element of childrenOf(resources)) instances += instancesOf(count, element);
  atMost(count, "resources", "instances of all resources", instances, {
    bound: instancesMax,
    fix: "Take resources out, or set clone-max and replicas lower",
  });
  atMost(count, "resources", "instances times nodes", instances * count.nodes, {
    bound: placementsMax,
    fix: "Take resources out, or set clone-max and replicas lower",
  });
  const steps = patternSteps(
    childrenOf(configuration, "constraints")[0],
    childrenOf(resources).length,
  );
  atMost(count, "constraints", "states of rsc-pattern times resources", steps, {
    bound: patternStepsMax,
    fix: "Take patterns out, or write shorter ones without large repetitions",
  });
  return count.excesses;
}

/** What the patterns of locations cost. No more of them are read than are needed to know that. */
function patternSteps(constraints: XmlElement | undefined, count: number): number {
  let steps = 0;
  for (const { attributes: { "rsc-pattern": text } } of childrenOf(constraints, "rsc_location")) {
    if (text === undefined || steps > patternStepsMax) continue;
    const pattern = readPattern(text.replace(/^!/, ""));
    steps += typeof pattern === "string"
      ? uselessPatternSteps
      : pattern.states * Math.max(1, count);
  }
  return steps;
}

/** Instances that one element of the resources comes to. */
function instancesOf(count: Count, element: XmlElement): number {
  const { id = "" } = element.attributes;
  checkId(count, element);
  switch (element.name.raw) {
    case "template":
      checkParameters(count, element);
      return 0;
    case "primitive":
      checkParameters(count, element);
      return 1;
    case "group": {
      const members = childrenOf(element, "primitive").length;
      const fix = "Split it into groups, ordered and colocated by constraints";
      atMost(count, `group "${id}"`, "members", members, { bound: groupMembersMax, fix });
      return members;
    }
    case "clone":
    case "master": {
      const what = `${element.name.raw} "${id}"`;
      checkNumbers(count, what, element);
      const members = childrenOf(element)
        .reduce((sum, child) => sum + instancesOf(count, child), 0);
      const copies =
        numbersOf(count.references, element).find(({ name }) => name === "clone-max")?.value ??
          count.nodes;
      if (copies > cloneInstancesMax) return members * cloneInstancesMax;
      const fix = "Set clone-max lower, or clone fewer members";
      atMost(count, what, "instances times members", copies * members, {
        bound: clonedMembersMax,
        fix,
      });
      return copies * members;
    }
    case "bundle": {
      const [container] = ["docker", "podman", "rkt"].flatMap((tag) => childrenOf(element, tag));
      const what = `bundle "${id}"`;
      const replicas = valueOf(container?.attributes.replicas ?? "1");
      const fix = "Set it lower";
      atMost(count, what, "replicas", replicas, { bound: replicasMax, fix });
      const perHost = valueOf(container?.attributes["replicas-per-host"] ?? "1");
      atMost(count, what, "replicas-per-host", perHost, { bound: replicasMax, fix });
      // A container, its address, its connection and what runs in it.
      return 4 * Math.min(replicas, replicasMax);
    }
    default:
      return 0;
  }
}

function checkId(count: Count, { name, attributes: { id = "" } }: XmlElement): void {
  const of = { bound: idCharactersMax, fix: "Give it a shorter one" };
  atMost(count, shown(name.raw, id), "characters of its id", id.length, of);
}

/** What each order for a resource holds. */
function checkParameters(count: Count, element: XmlElement): void {
  const pairs = ["instance_attributes", "meta_attributes"]
    .flatMap((tag) => childrenOf(element, tag))
    .flatMap((set) => childrenOf(set, "nvpair"));
  const what = shown(element.name.raw, element.attributes.id ?? "");
  const fix = "Put them in a file, and let a parameter name that file";
  atMost(count, what, "parameters and options", pairs.length, { bound: parametersMax, fix });
  const operations = childrenOf(element, "operations").flatMap((set) => childrenOf(set, "op"));
  atMost(count, what, "operations", operations.length, {
    bound: operationsMax,
    fix: "Remove those that differ only in their interval",
  });
  const characters = pairs.reduce(
    (sum, { attributes: { name = "", value = "" } }) => sum + name.length + value.length,
    0,
  );
  const bound = parametersCharactersMax;
  atMost(count, what, "characters of parameters and options", characters, { bound, fix });
}

/** An element by its id, as far as that fits into a line. */
const shown = (tag: string, id: string): string =>
  `${tag} "${id.length > 64 ? `${id.slice(0, 64)}...` : id}"`;

/** Numbers of instances that are written with a clone, or as a default for all. */
function checkNumbers(count: Count, what: string, element: XmlElement): void {
  for (const { name, value } of numbersOf(count.references, element)) {
    atMost(count, what, name, value, { bound: cloneInstancesMax, fix: "Set it lower" });
  }
}

/** Nodes that resources may be placed on: those of the cluster, remote ones, and guests. */
function nodesOf(configuration: XmlElement, resources: XmlElement | undefined): number {
  const nodes = childrenOf(configuration, "nodes").flatMap((one) => childrenOf(one, "node"));
  const remotes = (element: XmlElement): number =>
    (element.name.raw === "primitive" && element.attributes.type === "remote" ? 1 : 0) +
    (element.name.raw === "nvpair" && element.attributes.name === "remote-node" ? 1 : 0) +
    (element.name.raw === "bundle" && childrenOf(element, "primitive").length > 0
      ? Math.min(replicasMax, valueOf(childrenOf(element)[0]?.attributes.replicas ?? "1"))
      : 0) +
    childrenOf(element).reduce((sum, child) => sum + remotes(child), 0);
  return Math.max(1, nodes.length + (resources === undefined ? 0 : remotes(resources)));
}

function atMost(
  { excesses }: Count,
  element: string,
  what: string,
  value: number,
  { bound, fix }: { readonly bound: number; readonly fix: string },
): void {
  if (value <= bound) return;
  excesses.push({
    key: `${element} ${what}`,
    text: withCode(
      "HA4001",
      `${element}: ${what} is ${value}; the policy engine computes with at most ${bound}. ` +
        `Fix: ${fix}.`,
    ),
  });
}
