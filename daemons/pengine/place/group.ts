/**
 * Placing a group: its members one after the other, each with the one before.
 *
 * @module
 */
import { INFINITY, type Node, type Resource, type WorkingSet } from "../model.ts";
import { assign } from "./assign.ts";
import { addDependentOf, addPrimaryOf } from "./colocation.ts";
import { setNextRole } from "./role.ts";
import { recordScores } from "./trace.ts";

/** Places a group. */
export function assignGroup(
  set: WorkingSet,
  group: Resource,
  prefer: Node | undefined,
): Node | undefined {
  const [first] = group.children;
  if (!group.provisional) return group.allocatedTo;
  if (group.allocating) return undefined;
  if (first === undefined) {
    group.provisional = false;
    return undefined;
  }
  group.allocating = true;
  group.role = first.role;
  shareColocations(group);
  recordScores(set, "pcmk__group_assign", group, true);
  let home: Node | undefined;
  for (const member of group.children) home = assignAndKeep(set, member, prefer, home);
  setNextRole(group, first.nextRole, "first group member");
  group.allocating = false;
  group.provisional = false;
  return group.group?.colocated === false ? undefined : home;
}

function assignAndKeep(
  set: WorkingSet,
  member: Resource,
  prefer: Node | undefined,
  home: Node | undefined,
): Node | undefined {
  const node = assign(set, member, prefer);
  return home ?? node;
}

/**
 * What is said of the group holds for its first member (as dependent) and its last (as primary);
 * the members follow each other. A member that is active and unmanaged breaks that chain, so all
 * after it take the mandatory ones themselves.
 */
export function shareColocations(group: Resource): void {
  const [first, ...others] = group.children;
  const last = group.children[group.children.length - 1];
  if (first === undefined || last === undefined) return;
  let anyUnmanaged = !first.managed;
  for (const member of others) {
    if (anyUnmanaged) {
      for (const colocation of group.withThis) {
        if (colocation.score >= INFINITY) addDependentOf(member.withThis, colocation);
      }
    } else if (!member.managed) {
      anyUnmanaged = true;
    }
  }
  for (const colocation of group.withThis) addDependentOf(first.withThis, colocation);
  for (const colocation of group.thisWith) addPrimaryOf(last.thisWith, colocation);
  group.withThis.length = 0;
  group.thisWith.length = 0;
}
