/**
 * The copy that a new view adopts, of those that its members report.
 *
 * An acknowledged entry is on the disk of every member of a quorate view. So a member that has an older
 * copy, or another one, was not in that view; and if those who may have been in it could not act
 * without that member, there was no such view. What only some report counts if they, the nodes that are
 * not here, and the members without a usable disk could have acted alone: nobody is believed against
 * members that must know.
 *
 * Two nodes are another matter: each may have gone on without the other. The one that still runs has
 * ended the other one, or will; what that one wrote before its end is about a cluster in which
 * the survivor is lost.
 *
 * @module
 */
import type { View } from "../runtime/messages.ts";
import type { CibState } from "./state.ts";
import type { Report, Stamp } from "./wire.ts";

/** A copy, and a member that has it. */
export interface Candidate {
  readonly node: string;
  readonly tip: Stamp;
  readonly alone: boolean;
}

/** What was chosen. */
export interface Chosen {
  /** Absent: no member has a copy. */
  readonly best: Candidate | undefined;
  /** Newer ones, the newest first, that cannot have been acknowledged. */
  readonly discarded: readonly Candidate[];
}

/** The newest copy that may have been acknowledged. */
export function newest(
  { members, electorate }: View,
  reports: ReadonlyMap<string, Report>,
  mayAct: CibState["mayAct"],
): Chosen {
  const copies = members.flatMap(({ node }): Candidate[] => {
    const report = reports.get(node);
    if (report?.type !== "copy") return [];
    return [{ node, tip: report.tip, alone: electorate.length === 2 && report.alone === true }];
  });
  // Of equal ones the one of the most senior member, as the order of the view has it.
  const sorted = copies.toSorted((one, other) =>
    Number(other.alone) - Number(one.alone) || compare(other.tip, one.tip)
  );
  const discarded: Candidate[] = [];
  for (const candidate of sorted) {
    const deny = new Set(
      copies.filter(({ tip }) => denies(tip, candidate.tip)).map(({ node }) => node),
    );
    // Those who are not here cannot deny it, nor can those whose disk says nothing.
    const possible = electorate.filter((node) => !deny.has(node));
    if (mayAct(possible, electorate)) return { best: candidate, discarded };
    discarded.push(candidate);
  }
  // Nothing was ever acknowledged: whatever is begun with, nobody loses anything.
  return { best: sorted[0], discarded: [] };
}

/** Whether a member that has one copy cannot have been where another one was acknowledged. */
const denies = (has: Stamp, claimed: Stamp): boolean =>
  compare(has, claimed) < 0 || compare(has, claimed) === 0 && has.digest !== claimed.digest;

/** Which of two copies comes later in the history of the cluster; 0: they stand at the same place. */
export const compare = (a: Omit<Stamp, "digest">, b: Omit<Stamp, "digest">): number =>
  a.term !== b.term ? a.term - b.term : a.index - b.index;

/** Whether nodes may have acted where nothing else is known: half of the votes may have been enough. */
export const mayHalf: CibState["mayAct"] = (members, nodes) => 2 * members.length >= nodes.length;

/** Whether one of two nodes acts alone in a view. */
export const isOneOfTwo = (view: View | undefined): boolean =>
  view?.quorate === true && view.members.length === 1 && view.electorate.length === 2;
