/**
 * The state of a cluster in the lines people know: its nodes, and where its resources are.
 *
 * @module
 */
import type { Node, Resource, WorkingSet } from "../model.ts";
import { isTrue } from "../unpack/boolean.ts";
import { parseScore } from "../unpack/score.ts";
import { bundleLines, cloneLines, groupLines } from "./status_members.ts";
import { isActive, primitiveLine, printedId } from "./status_primitive.ts";

/** The lines of the section. */
export function statusText(set: WorkingSet): readonly string[] {
  const resources = set.resources.flatMap((resource) =>
    isShown(resource) ? resourceLines(set, resource, "    ") : []
  );
  return [
    "  * Node List:",
    ...nodeLines(set),
    "",
    "  * Full List of Resources:",
    ...(resources.length === 0 ? ["    * No resources"] : resources),
  ];
}

/** What is gone is not shown, nor what is unmanaged, as a whole, on nodes that are gone. */
export function isShown(resource: Resource): boolean {
  if (resource.orphan && !isActive(resource, true)) return false;
  const collective = resource.variant === "group" || resource.variant === "clone";
  return !collective || resource.runningOn.length > 0 || !isActive(resource, false);
}

/** The connection to a guest, which nobody wrote down. */
export const isSilent = (resource: Resource): boolean => isTrue(resource.meta.get("internal_rsc"));

/** A resource and its members, each level further in. */
export function resourceLines(
  set: WorkingSet,
  resource: Resource,
  indent: string,
): readonly string[] {
  const within = (member: Resource): readonly string[] => resourceLines(set, member, `${indent}  `);
  switch (resource.variant) {
    case "primitive":
      if (isSilent(resource)) return [];
      return [
        indent + primitiveLine(set, resource, {
          name: printedId(resource),
          node: resource.runningOn[0] ?? resource.pendingNode ?? resource.lockNode,
        }),
      ];
    case "group":
      return groupLines(resource, indent, within);
    case "clone":
      return cloneLines(set, resource, indent, within);
    case "bundle":
      return bundleLines(set, resource, indent);
  }
}

/** Nodes that something is to be said of, one by one; then the others by what they are. */
function nodeLines(set: WorkingSet): readonly string[] {
  const lines: string[] = [];
  const lists: Record<
    "Online" | "OFFLINE" | "RemoteOnline" | "RemoteOFFLINE" | "GuestOnline",
    string[]
  > = {
    Online: [],
    OFFLINE: [],
    RemoteOnline: [],
    RemoteOFFLINE: [],
    GuestOnline: [],
  };
  for (const node of set.nodes) {
    const mode = nodeMode(set, node);
    const kind = node.kind === "remote" ? "Remote" : node.kind === "guest" ? "Guest" : "";
    if (mode !== undefined) {
      lines.push(`    * ${kind}Node ${node.name}: ${mode}`);
    } else if (node.online) lists[`${kind}Online`].push(node.name);
    else if (kind !== "Guest") lists[`${kind}OFFLINE`].push(node.name);
  }
  for (const [title, names] of Object.entries(lists)) {
    if (names.length > 0) lines.push(`    * ${title}: [ ${names.join(" ")} ]`);
  }
  return lines;
}

/** What sets a node apart; `undefined` where it is simply up or down. */
export function nodeMode(set: WorkingSet, node: Node): string | undefined {
  const mode = modeByState(node);
  const health = worstHealth(set, node);
  if (health > 0) return mode;
  const color = health < 0 ? "RED" : "YELLOW";
  return `${mode ?? (node.online ? "online" : "OFFLINE")} (health is ${color})`;
}

function modeByState(node: Node): string | undefined {
  const { online } = node;
  if (node.unclean) {
    return `UNCLEAN (${online ? "online" : node.pending ? "pending" : "offline"})`;
  }
  if (node.pending) return "pending";
  if (node.standbyOnFail && online) return "standby (on-fail)";
  if (node.standby) {
    if (!online) return "OFFLINE (standby)";
    return node.running.length > 0 ? "standby (with active resources)" : "standby";
  }
  if (node.maintenance) return online ? "maintenance" : "OFFLINE (maintenance)";
  return undefined;
}

/** Below 0 is red, 0 yellow: the worst of what is measured, if anything is made of it. */
function worstHealth({ options }: WorkingSet, { attributes }: Node): number {
  if (options.nodeHealthStrategy === "none") return 1;
  let worst = 1;
  for (const [name, value] of attributes) {
    if (!name.startsWith("#health")) continue;
    worst = Math.min(worst, parseScore(value, { red: -1, yellow: 0, green: 1 }));
  }
  return worst;
}
