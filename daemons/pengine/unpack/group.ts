/**
 * Groups: members in a row.
 *
 * @module
 */
import type { Resource } from "../model.ts";
import { isTrue } from "./boolean.ts";
import { report, type Unpacking } from "./unpacking.ts";
import { children } from "./xml.ts";

/** Unpacks the members of a group. A group may be empty. */
export function unpackGroup(unpacking: Unpacking, group: Resource): boolean {
  const { meta, element, children: members } = group;
  group.group = {
    ordered: !meta.has("ordered") || isTrue(meta.get("ordered")),
    colocated: !meta.has("collocated") || isTrue(meta.get("collocated")),
  };
  const number = meta.get("clone");
  for (const item of children(element, "primitive")) {
    const member = unpacking.unpackResource(item, {
      parent: group,
      ...(number === undefined ? {} : { instance: Number(number) }),
    });
    if (member !== undefined) members.push(member);
  }
  if (members.length === 0) {
    report(unpacking, "warning", element, `Group "${group.id}" has no members.`);
  }
  return true;
}
