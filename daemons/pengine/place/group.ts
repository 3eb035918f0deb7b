/**
 * Placing a group: its members one after the other, each with the one before.
 *
 * @module
 */
import type { Node, Resource } from "../model.ts";
import type { Placing } from "./placing.ts";
import { setNextRole } from "./role.ts";
import { recordScores } from "./trace.ts";

/** Places a group. */
export function assignGroup(
  placing: Placing,
  group: Resource,
  prefer: Node | undefined,
  settle: boolean,
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
  recordScores(placing.set, "pcmk__group_assign", group, true);
  let home: Node | undefined;
  for (const member of group.children) {
    const node = placing.assign(member, prefer, settle);
    home ??= node;
  }
  setNextRole(group, first.nextRole, "first group member");
  group.allocating = false;
  group.provisional = false;
  return group.group?.colocated === false ? undefined : home;
}
