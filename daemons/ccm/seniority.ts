/**
 * The order of members in the next view, and the predecessor of that view.
 *
 * A member with unbroken membership keeps its age; all others start with the view. The most senior
 * member is the coordinator. So the membership alone determines the coordinator, and it changes
 * only when it leaves.
 *
 * @module
 */
import type { View, ViewMember } from "../runtime/messages.ts";
import type { Row } from "./protocol.ts";

/**
 * The newest quorate view that one of them is in. If there is none: the largest, of these the one
 * with the oldest coordinator, of these the newest.
 */
export function primaryView(rows: readonly Row[]): View | undefined {
  let primary: View | undefined;
  for (const { view } of rows) {
    if (view !== undefined && (primary === undefined || goesBefore(view, primary))) primary = view;
  }
  return primary;
}

function goesBefore(one: View, other: View): boolean {
  if (one.quorate !== other.quorate) return one.quorate;
  if (one.quorate) return one.epoch > other.epoch;
  const age = ({ members }: View) => members[0]?.bornOn ?? 0;
  return (one.members.length - other.members.length || age(other) - age(one) ||
    one.epoch - other.epoch) > 0;
}

/** The members of a view of this epoch, made of those whose rows these are: the most senior first. */
export function membersOf(rows: readonly Row[], epoch: number): ViewMember[] {
  const primary = primaryView(rows);
  return rows.map(({ node, incarnation, view }): ViewMember => {
    const known = primary?.members.find((member) => member.node === node);
    const own = view?.members.find((member) => member.node === node);
    // It may not know the newest view yet, but it must not have left a view since.
    const unbroken = known !== undefined && own !== undefined &&
      known.incarnation === incarnation && own.incarnation === incarnation &&
      known.bornOn === own.bornOn;
    return { node, incarnation, bornOn: unbroken ? known.bornOn : epoch };
  }).sort((one, other) => one.bornOn - other.bornOn || (one.node < other.node ? -1 : 1));
}

/** Names of the members of the quorate view that a view of these would follow; none: empty. */
export function previousOf(rows: readonly Row[]): string[] {
  const primary = primaryView(rows);
  return primary?.quorate ? primary.members.map((member) => member.node).sort() : [];
}
