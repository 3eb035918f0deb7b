/**
 * Fencing topology: which devices are tried together, and in which order, for which node. A level
 * names its node, or a pattern of names, or an attribute of nodes.
 *
 * A node has the levels of one kind only: those with its name, else those of the first pattern that
 * matches, else those of the first attribute that it has.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../metadata/code.ts";
import { readPattern } from "../pengine/doors/pattern.ts";

/** One step: devices that must all succeed. */
export interface Level {
  /** From 1 to 9; the lowest is tried first. */
  readonly index: number;
  readonly devices: readonly string[];
}

/** For which nodes levels are. */
export type LevelTarget =
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "pattern"; readonly pattern: string }
  | { readonly type: "attribute"; readonly name: string; readonly value: string };

/** Levels of one target, the lowest first. */
export interface Levels {
  readonly target: LevelTarget;
  readonly levels: readonly Level[];
}

/** All levels, and what nodes have of the attributes that levels name. */
export interface Topology {
  readonly all: readonly Levels[];
  /** By node: its configured attributes, as far as a level asks for them. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** What is wrong with levels; these are left out. */
  readonly wrong: readonly string[];
}

/** No topology. */
export const noTopology: Topology = { all: [], attributes: new Map(), wrong: [] };

/** The highest index of a level, as the field has it. */
const indexMax = 9;

/**
 * Different patterns at most, and states of all of them: each fencing matches all of them against a
 * name, and a daemon that computes for seconds is killed.
 */
const patternsMax = 500;
const patternStatesMax = 20_000;

/** Reads `fencing-level` elements, with the `node` elements that say which attributes nodes have. */
export function topologyOf(
  levels: readonly XmlElement[],
  nodes: readonly XmlElement[],
): Topology {
  const wrong: string[] = [];
  const byTarget = new Map<string, { target: LevelTarget; levels: Map<number, string[]> }>();
  const patternProblem = patternReader();
  for (const { attributes } of levels) {
    const { id = "", index = "1", devices = "" } = attributes;
    const target = targetOf(attributes);
    // As the configuration language has it: white space, a sign and zeros before it are no fault.
    const number = /^\s*\+?\d+\s*$/.test(index) ? Number(index) : NaN;
    const problem = target === undefined
      ? "it names no node, pattern or attribute"
      : target.type === "pattern"
      ? patternProblem(target.pattern)
      : !(number >= 1 && number <= indexMax)
      ? `its index ${JSON.stringify(index.slice(0, 20))} is no number from 1 to ${indexMax}`
      : undefined;
    if (target === undefined || problem !== undefined) {
      wrong.push(
        `${withCode("HA8005", `Fencing level "${id}" is left out: ${problem}`)}. ` +
          `Fix: ha fence level rm, then ha fence level add`,
      );
      continue;
    }
    const key = JSON.stringify(target);
    const known = byTarget.get(key) ?? { target, levels: new Map<number, string[]>() };
    byTarget.set(key, known);
    const ids = devices.split(",").map((name) => name.trim()).filter(Boolean);
    known.levels.set(number, [...known.levels.get(number) ?? [], ...ids]);
  }
  const all = [...byTarget.values()].map(({ target, levels }) => ({
    target,
    levels: [...levels].sort(([a], [b]) => a - b).map(([index, devices]) => ({ index, devices })),
  }));
  return { all, attributes: attributesOf(all, nodes), wrong };
}

/** The levels of a node, the lowest first; none if no level is for it. */
export function levelsOf({ all, attributes }: Topology, node: string): readonly Level[] {
  for (const type of ["name", "pattern", "attribute"] as const) {
    const found = all.find(({ target }) => target.type === type && isFor(target, node, attributes));
    if (found !== undefined) return found.levels;
  }
  return [];
}

function isFor(
  target: LevelTarget,
  node: string,
  attributes: Topology["attributes"],
): boolean {
  switch (target.type) {
    case "name":
      return target.name.toLowerCase() === node.toLowerCase();
    case "pattern": {
      const pattern = readPattern(target.pattern);
      return typeof pattern !== "string" && pattern.match(node) !== undefined;
    }
    case "attribute":
      return attributes.get(node)?.get(target.name) === target.value;
  }
}

function targetOf(attributes: Readonly<Record<string, string>>): LevelTarget | undefined {
  const { target, "target-pattern": pattern } = attributes;
  const { "target-attribute": name, "target-value": value } = attributes;
  if (target !== undefined && target !== "") return { type: "name", name: target };
  if (pattern !== undefined && pattern !== "") return { type: "pattern", pattern };
  if (name !== undefined && value !== undefined) return { type: "attribute", name, value };
  return undefined;
}

/** Says of one pattern after another why it cannot be used. */
function patternReader(): (text: string) => string | undefined {
  const problems = new Map<string, string | undefined>();
  let states = 0;
  const read = (text: string): string | undefined => {
    const pattern = readPattern(text);
    if (typeof pattern === "string") return `its pattern cannot be used: ${pattern}`;
    if (states + pattern.states > patternStatesMax) {
      return "the patterns of all levels are too long";
    }
    states += pattern.states;
    return undefined;
  };
  return (text) => {
    if (problems.has(text)) return problems.get(text);
    if (problems.size >= patternsMax) return `there are more than ${patternsMax} patterns`;
    const problem = read(text);
    problems.set(text, problem);
    return problem;
  };
}

/** Attributes that levels ask for, of nodes that have them. */
function attributesOf(
  all: readonly Levels[],
  nodes: readonly XmlElement[],
): Topology["attributes"] {
  const wanted = new Set(
    all.flatMap(({ target }) => target.type === "attribute" ? [target.name] : []),
  );
  const found = new Map<string, Map<string, string>>();
  if (wanted.size === 0) return found;
  for (const node of nodes) {
    const name = node.attributes.uname ?? "";
    for (const set of node.children) {
      if (set.type !== "element" || set.name.local !== "instance_attributes") continue;
      for (const pair of set.children) {
        if (pair.type !== "element" || !wanted.has(pair.attributes.name ?? "")) continue;
        const of = found.get(name) ?? new Map<string, string>();
        found.set(name, of.set(pair.attributes.name ?? "", pair.attributes.value ?? ""));
      }
    }
  }
  return found;
}
