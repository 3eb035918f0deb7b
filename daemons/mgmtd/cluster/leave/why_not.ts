/**
 * Whether a node may leave its cluster for good, by what the cluster is now: those that stay must have
 * a quorum without it, and each of them must hear that it is forgotten.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Facts } from "../join/check_ask.ts";

/** Whether it is the only node of its cluster. */
export const isLast = ({ others }: Facts, self: string): boolean =>
  others.every(({ name }) => name === self);

/** All reasons against it, each with its fix. */
export function whyNotLeave(facts: Facts, self: string): readonly string[] {
  const { quorate, members, others } = facts;
  if (isLast(facts, self)) return [];
  if (!quorate) {
    const fix =
      "start the others, or solve what ha status shows, and try again. If ha cluster status " +
      `on another node does not show ${self}, run ha cluster leave --forgotten here`;
    return [reason("the cluster has no quorum, so nobody can be asked to forget it", fix)];
  }
  if (!members.includes(self)) {
    return [reason(`${self} is no member of the cluster`, "wait until it is; see ha status")];
  }
  return [
    ...quorumWithout(facts, self),
    ...missing(others.filter(({ name }) => name !== self), members),
  ];
}

/** Those that stay must be more than half of those that count, or one of two that were together. */
function quorumWithout({ members, electorate }: Facts, self: string): string[] {
  if (!electorate.includes(self)) return [];
  const stay = electorate.filter((node) => node !== self && members.includes(node));
  const isEnough = 2 * stay.length > electorate.length ||
    electorate.length === 2 && stay.length === 1;
  if (isEnough) return [];
  const absent = electorate.filter((node) => !members.includes(node));
  const what =
    `${stay.length} of ${electorate.length} nodes that count would stay, which is no quorum`;
  const fix = absent.length === 0
    ? "wait until the others count; see ha cluster status"
    : `start ${absent.join(" and ")}, or remove what is down for good: ha node forget NODE`;
  return [reason(what, fix)];
}

/** A node that is down would still expect the one that left. */
function missing(others: Facts["others"], members: readonly string[]): string[] {
  return others.flatMap(({ name, isHeard }) => {
    if (!isHeard) {
      const what = `${name} does not run, and would not hear that this node is forgotten`;
      return [reason(what, `start ${name}, or remove it first: ha node forget ${name}`)];
    }
    return members.includes(name)
      ? []
      : [reason(`${name} runs and is no member`, `wait until it is; see ha status`)];
  });
}

const reason = (what: string, fix: string): string =>
  withCode("HA0046", `This node cannot leave: ${what}. Fix: ${fix}`);
