/**
 * A transition as a picture: the language of graphviz. Bold is what will happen, dashed what was
 * thought of and cannot.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { notifyKey } from "../act/keys.ts";
import { Order } from "../order/flags.ts";
import { externalKey } from "./describe.ts";

/** How much to draw. */
export interface DotOptions {
  /** Also what turned out to be optional. */
  readonly allActions?: boolean;
}

/** Writes the actions of a run, after its graph was made. */
export function writeDot(set: WorkingSet, options: DotOptions): string {
  const all = options.allActions === true;
  const nodes = new Set<Action>();
  const lines: string[] = [];
  for (const action of set.actions) {
    const color = colorOf(action);
    if ((color.hidden) && !all) continue;
    nodes.add(action);
    const style = action.dumped ? "bold" : "dashed";
    const font = action.pseudo ? "orange" : color.font;
    lines.push(
      `"${nameOf(action)}" [ style=${style} color="${color.line}" fontcolor="${font}"]`,
    );
  }
  for (const action of set.actions) {
    for (const input of action.before) {
      const first = input.action;
      const certain = input.written;
      if (!certain && input.type === Order.none) continue;
      const shown = certain ||
        (nodes.has(first) && nodes.has(action) && input.type !== Order.load);
      if (!shown && !all) continue;
      const style = certain ? "bold" : "dashed";
      lines.push(`"${nameOf(first)}" -> "${nameOf(action)}" [ style = ${style}]`);
    }
  }
  return [' digraph "g" {', ...[...new Set(lines)].sort(), "}", ""].join("\n");
}

function colorOf(action: Action): { line: string; font: string; hidden: boolean } {
  if (action.dumped) return { line: "green", font: "black", hidden: false };
  if (action.resource !== undefined && !action.resource.managed) {
    return { line: "red", font: "purple", hidden: true };
  }
  if (action.optional) return { line: "blue", font: "black", hidden: true };
  return { line: "red", font: "black", hidden: false };
}

/** An action by its key and node. */
export function nameOf(action: Action): string {
  const host = (action.node ?? likelyNode(action))?.name ?? (action.pseudo ? undefined : "<none>");
  const prefix = action.task === "cancel" ? "Cancel " : "";
  const place = host === undefined ? "" : ` ${host}`;
  if (action.resource !== undefined) return `${prefix}${keyOf(action, action.resource)}${place}`;
  if (action.task === "stonith") {
    return `${prefix}stonith '${action.meta.get("stonith_action") ?? ""}'${place}`;
  }
  return `${prefix}${action.task}${place}`;
}

/** What was only thought of is drawn where its resource will be. */
function likelyNode(action: Action): Node | undefined {
  const { resource, task } = action;
  if (resource?.variant !== "primitive") return undefined;
  return task === "start" || task === "promote" || task === "demote"
    ? resource.allocatedTo
    : undefined;
}

/** Notifications are named by what they are about, not by the task of the agent. */
function keyOf(action: Action, resource: Resource): string {
  const type = action.meta.get("notify_key_type"), task = action.meta.get("notify_key_operation");
  const notifies = action.task === "notify" || action.task === "notified";
  if (!notifies || type === undefined || task === undefined) return externalKey(action);
  if (resource.historyId === resource.id || resource.variant !== "primitive") return action.key;
  return notifyKey(resource.historyId, type, task);
}
