/**
 * Live migrations in the history. A whole one is `migrate_to` on the source, `migrate_from` on the
 * target, `stop` on the source; what is missing decides where the resource may still be active.
 *
 * @module
 */
import { type HistoryEntry, type Node, Role } from "../model.ts";
import { Execution, Exit } from "./exit_status.ts";
import { compareEntries, readEntries } from "./history.ts";
import type { Progress } from "./progress.ts";
import { addRunning } from "./running.ts";
import { child, children, type XmlElement } from "./xml.ts";

/** `migrate_to` succeeded. */
export function migrateToSucceeded(progress: Progress, entry: HistoryEntry): void {
  const { set, resource, node } = progress;
  const ends = endsOf(entry);
  if (ends === undefined || ends.source !== node.name) return;
  const { source, target } = ends;
  const sourceMoved = changedAfter(progress, source, entry, true);
  const arrival = find(progress, "migrate_from", target, source);
  if (arrival !== undefined && sourceMoved) return;
  const targetMoved = isSuperseded(progress, target, entry, arrival);
  if (sourceMoved && targetMoved) return;
  if (arrival?.rc === Exit.ok && arrival.status === Execution.done) {
    // Only the stop on the source is missing.
    resource.role = Role.stopped;
    resource.danglingMigrations.unshift(node);
    return;
  }
  resource.role = Role.started;
  const targetNode = set.nodeByName.get(target);
  const activeThere = targetNode?.online === true && !targetMoved ? targetNode : undefined;
  if (arrival !== undefined && arrival.status !== Execution.pending) {
    if (activeThere === undefined) return mustRecover(progress);
    addRunning(set, resource, activeThere, true);
    return begun(progress, source, activeThere);
  }
  // Its history there was cleaned up; a probe will tell.
  if (targetNode?.online && isUnknown(progress, target)) return;
  if (activeThere === undefined) {
    if (!sourceMoved) mustRecover(progress);
    return;
  }
  addRunning(set, resource, activeThere, false);
  begun(progress, source, activeThere);
}

/** It can go on if the same target is chosen again; else the source is preferred. */
function begun({ set, resource }: Progress, source: string, target: Node): void {
  const node = set.nodeByName.get(source);
  if (!node?.online) return;
  resource.partialMigrationSource = node;
  resource.partialMigrationTarget = target;
}

/** `migrate_to` failed. */
export function migrateToFailed(progress: Progress, entry: HistoryEntry): void {
  const { set, resource, node } = progress;
  const ends = endsOf(entry);
  if (ends === undefined || ends.source !== node.name) return;
  resource.role = Role.started;
  const { source, target } = ends;
  const arrival = succeeded(find(progress, "migrate_from", target, source));
  if (!isUnknown(progress, target) && !isSuperseded(progress, target, entry, arrival)) {
    const targetNode = set.nodeByName.get(target);
    if (targetNode?.online) addRunning(set, resource, targetNode, false);
  } else if (!changedAfter(progress, source, entry, true)) {
    resource.danglingMigrations.unshift(node);
  }
}

/** `migrate_from` failed. */
export function migrateFromFailed(progress: Progress, entry: HistoryEntry): void {
  const { set, resource, node } = progress;
  const ends = endsOf(entry);
  if (ends === undefined || ends.target !== node.name) return;
  resource.role = Role.started;
  const { source, target } = ends;
  const departure = succeeded(find(progress, "migrate_to", source, target));
  if (!isUnknown(progress, source) && !isSuperseded(progress, source, departure, entry)) {
    const sourceNode = set.nodeByName.get(source);
    if (sourceNode?.online) addRunning(set, resource, sourceNode, true);
  }
}

function endsOf(
  { migrateSource: source, migrateTarget: target }: HistoryEntry,
): { source: string; target: string } | undefined {
  return source === undefined || target === undefined ? undefined : { source, target };
}

function mustRecover({ resource }: Progress): void {
  resource.failed = true;
  resource.stop = true;
  resource.allowMigrate = false;
}

/**
 * What is recorded of the resource on a node; that node's history may not have been read yet. The
 * node must be written as it is written there: else, as for the originals, nothing is known.
 */
function entriesOn({ unpacking, set, resource }: Progress, name: string): readonly HistoryEntry[] {
  const node = set.nodeByName.get(name);
  const known = node?.name === name ? set.history.get(node)?.get(resource.id) : undefined;
  if (known !== undefined) return known.entries;
  unpacking.recorded ??= recordedIn(child(set.cib, "status"));
  const recorded = unpacking.recorded.get(name)?.get(resource.id);
  return recorded === undefined ? [] : readEntries(recorded);
}

function recordedIn(
  status: XmlElement | undefined,
): ReadonlyMap<string, ReadonlyMap<string, XmlElement>> {
  const nodes = new Map<string, Map<string, XmlElement>>();
  for (const state of children(status, "node_state")) {
    const { uname } = state.attributes;
    if (uname === undefined || nodes.has(uname)) continue;
    const resources = new Map<string, XmlElement>();
    const list = child(child(state, "lrm"), "lrm_resources");
    for (const history of children(list, "lrm_resource")) {
      const { id } = history.attributes;
      if (id !== undefined && !resources.has(id)) resources.set(id, history);
    }
    nodes.set(uname, resources);
  }
  return nodes;
}

function find(
  progress: Progress,
  task: "migrate_from" | "migrate_to",
  on: string,
  other: string,
): HistoryEntry | undefined {
  return entriesOn(progress, on).find((entry) =>
    entry.task === task &&
    (task === "migrate_to" ? entry.migrateTarget : entry.migrateSource) === other
  );
}

function succeeded(entry: HistoryEntry | undefined): HistoryEntry | undefined {
  return entry?.rc === Exit.ok && entry.status === Execution.done ? entry : undefined;
}

/** Nothing that tells anything is recorded there. */
function isUnknown(progress: Progress, name: string): boolean {
  const nothingYet = 193;
  return entriesOn(progress, name).every(({ rc }) => rc === nothingYet);
}

/** Something other than a monitor happened there since. */
function changedAfter(
  progress: Progress,
  name: string,
  than: HistoryEntry,
  sameNode: boolean,
): boolean {
  const tasks = ["start", "stop", "migrate_to", "migrate_from"];
  return entriesOn(progress, name).some((entry) =>
    tasks.includes(entry.task) && compareEntries(entry, than, sameNode) > 0
  );
}

/** What is known of a node is newer than the migration. Calls of one node are compared best. */
function isSuperseded(
  progress: Progress,
  name: string,
  departure: HistoryEntry | undefined,
  arrival: HistoryEntry | undefined,
): boolean {
  const isTarget = (arrival ?? departure)?.migrateTarget === name;
  const own = isTarget ? arrival : departure;
  const than = own ?? arrival ?? departure;
  if (than === undefined) return false;
  const sameNode = own !== undefined;
  if (changedAfter(progress, name, than, sameNode)) return true;
  const monitor = entriesOn(progress, name).find(({ task }) => task === "monitor");
  return monitor?.rc === Exit.notRunning && monitor.status === Execution.done &&
    compareEntries(monitor, than, sameNode) > 0;
}
