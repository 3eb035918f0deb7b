/**
 * What is left of a rolling restart, as the CIB has it. Each node that is to be restarted has a mark with
 * the life that is to end, which is removed when the node is back and its services run.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { withCode } from "../../../../metadata/code.ts";
import { dueMark, incarnationAttribute, restartsMark } from "../../../crmd/doors/node_marks.ts";
import { stateOf } from "../../api/cluster/forgotten.ts";
import { Draft } from "../../api/document/draft.ts";
import type { ResourceState } from "../../status/cluster_state.ts";
import { attributeOf, isInStandby, type Setting } from "../emptying.ts";
import type { Facts } from "../join/check_ask.ts";

/** A node that is to be restarted. */
export interface Due {
  readonly node: string;
  /** The life that is to end. */
  readonly incarnation: string;
  /** It stays in standby afterwards. */
  readonly wasInStandby: boolean;
  /** It was asked to restart, and may be down now. */
  readonly isAsked: boolean;
  /** It has begun another life. */
  readonly isBack: boolean;
}

/** The life of a node that the CIB knows. */
export const lifeOf = (cib: XmlElement, node: string): string =>
  stateOf(cib, node)?.attributes[incarnationAttribute] ?? "";

/** Nodes that are due. */
export function dueIn(cib: XmlElement): readonly Due[] {
  return new Draft(cib).nodeNames().flatMap((node) => {
    const mark = attributeOf(cib, node, dueMark);
    if (mark === undefined) return [];
    const [incarnation = "", standby] = mark.split("/");
    return [{
      node,
      incarnation,
      wasInStandby: standby === "standby",
      isAsked: attributeOf(cib, node, restartsMark) === incarnation,
      isBack: lifeOf(cib, node) !== incarnation,
    }];
  });
}

/** Marks all of them. */
export const beginning = (cib: XmlElement, nodes: readonly string[]): readonly Setting[] =>
  nodes.map((node) => [
    node,
    dueMark,
    `${lifeOf(cib, node)}${isInStandby(cib, node) ? "/standby" : ""}`,
  ]);

/** Takes back what the rolling restart has set on a node. */
export const ending = (due: Due): readonly Setting[] => [
  ...backFromStandby(due),
  [due.node, restartsMark, null],
  [due.node, dueMark, null],
];

/** A node may run services again. */
export const backFromStandby = ({ node, wasInStandby }: Due): readonly Setting[] =>
  wasInStandby ? [] : [[node, "standby", null]];

/**
 * The next one: first one whose restart has begun, then the others by name, the coordinator and this node
 * last: each change of the coordinator costs the cluster a moment.
 */
export function nextOf(due: readonly Due[], last: readonly string[]): Due | undefined {
  const rank = ({ node, isAsked, isBack }: Due): number =>
    isAsked || isBack ? -1 : last.indexOf(node) + 1;
  return due.toSorted((a, b) => rank(a) - rank(b) || (a.node < b.node ? -1 : 1))[0];
}

/** Why a node may not be restarted now: all others must run, and have a quorum without it. */
export function whyNotRestart(facts: Facts, node: string): readonly string[] {
  const { quorate, members, electorate, others } = facts;
  if (!quorate) return ["the cluster has no quorum"];
  const names = new Set([node, ...others.map(({ name }) => name)]);
  const away = [...names].filter((name) => !members.includes(name));
  if (away.length > 0) return away.map((name) => `${name} is no member`);
  const stay = electorate.filter((one) => one !== node && members.includes(one));
  const isEnough = !electorate.includes(node) || 2 * stay.length > electorate.length ||
    electorate.length <= 2;
  return isEnough
    ? []
    : [`${stay.length} of ${electorate.length} nodes that count would stay, which is no quorum`];
}

/** How many times each resource runs: members of clones together. */
export function runs(resources: readonly ResourceState[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = ({ id, members, runsOn }: ResourceState): void => {
    members.forEach(count);
    if (members.length > 0 || runsOn.length === 0) return;
    const base = id.replace(/:\d+$/, "");
    counts.set(base, (counts.get(base) ?? 0) + runsOn.length);
  };
  resources.forEach(count);
  return counts;
}

/** Resources that run less often than before. */
export const missingOf = (
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): readonly string[] =>
  [...before].filter(([id, times]) => (now.get(id) ?? 0) < times).map(([id]) => id);

/** It ends here, with what to do. */
export const halted = (what: string, fix: string): string =>
  withCode(
    "HA0048",
    `The rolling restart stops: ${what}. Fix: ${fix}, and run ha cluster restart --rolling again`,
  );
