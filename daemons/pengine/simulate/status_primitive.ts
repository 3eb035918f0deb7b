/**
 * The line of one primitive in a status: agent, role, node, and what is special about it.
 *
 * @module
 */
import { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { outermostOf } from "../unpack/outline.ts";
import { masksProbe } from "../unpack/remap.ts";
import { parseRole } from "../unpack/role.ts";
import { exitText } from "./result_text.ts";

/** What to call it, and where to say it is. */
export interface Shown {
  readonly name: string;
  readonly node: Node | undefined;
}

/** The line, without indentation. */
export function primitiveLine(set: WorkingSet, resource: Resource, shown: Shown): string {
  const { agent, runningOn } = resource;
  const several = runningOn.length > 1;
  const node = several ? undefined : shown.node;
  const kind = agent === undefined
    ? ""
    : [agent.class, agent.provider, agent.type].filter((part) => part !== undefined).join(":");
  let text = `* ${shown.name}\t(${kind}):\t`;
  if (resource.orphan) text += " ORPHANED";
  text += ` ${primitiveState(resource)}`;
  if (node !== undefined) text += ` ${node.name}`;
  if (displayedRole(resource) === Role.stopped) {
    const rc = failedProbe(set, resource, node);
    if (rc !== undefined) text += ` (${exitText(rc)}) `;
  }
  const flags = primitiveFlags(resource, node);
  if (flags.length > 0) text += ` (${flags.join(", ")})`;
  if (several) text += ` [ ${runningOn.map(({ name }) => name).join(" ")} ]`;
  return text;
}

/** Active, at all or (all members of) a collective wholly. */
export function isActive(resource: Resource, all: boolean): boolean {
  if (resource.children.length > 0) {
    return all && resource.variant === "group"
      ? resource.children.every((member) => isActive(member, all))
      : resource.children.some((member) => isActive(member, all));
  }
  return resource.runningOn.some((node) => node.unclean || node.online || !resource.managed);
}

/** A role as people read it. */
export function roleText(role: Role): string {
  switch (role) {
    case Role.unknown:
      return "Unknown";
    case Role.stopped:
      return "Stopped";
    case Role.started:
      return "Started";
    case Role.unpromoted:
      return "Unpromoted";
    case Role.promoted:
      return "Promoted";
  }
}

/** The exit status of a failed probe, on that node or on any. */
export function failedProbe(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
): number | undefined {
  const one = resource.variant === "clone" ? resource.children[0] : resource;
  if (one === undefined) return undefined;
  const name = one.id.replace(/:\d+$/, "");
  for (const failure of set.failures) {
    if (!masksProbe(failure.entry)) continue;
    if (node !== undefined && failure.node !== node) continue;
    const subject = failure.entry.key.replace(/_monitor_0$/, "");
    const same = one.globallyUnique ? subject === one.id : subject.replace(/:\d+$/, "") === name;
    if (same) return failure.entry.rc;
  }
  return undefined;
}

/** Its role, or what is under way, as people read it. */
export function primitiveState(resource: Resource): string {
  if (resource.failed) {
    return resource.role > Role.unpromoted ? `FAILED ${roleText(resource.role)}` : "FAILED";
  }
  switch (resource.pendingTask) {
    case "start":
      return "Starting";
    case "stop":
      return "Stopping";
    case "migrate_to":
    case "migrate_from":
      return "Migrating";
    case "promote":
      return "Promoting";
    case "demote":
      return "Demoting";
    default:
      return roleText(displayedRole(resource));
  }
}

const displayedRole = (resource: Resource): Role =>
  resource.role === Role.started && outermostOf(resource).promotable
    ? Role.unpromoted
    : resource.role;

/** What is special about it, in a word each. */
export function primitiveFlags(resource: Resource, node: Node | undefined): readonly string[] {
  const flags: string[] = [];
  if (node !== undefined && !node.online && node.unclean) flags.push("UNCLEAN");
  if (node !== undefined && node === resource.lockNode) flags.push("LOCKED");
  if (resource.pendingTask === "monitor") flags.push("Monitoring");
  const target = resource.meta.get("target-role");
  // "Started" limits nothing.
  if (parseRole(target) === Role.stopped) flags.push("disabled");
  else if (parseRole(target) === Role.unpromoted && outermostOf(resource).promotable) {
    flags.push(`target-role:${target}`);
  }
  if (resource.blocked) flags.push("blocked");
  else if (!resource.managed) flags.push(resource.maintenance ? "maintenance" : "unmanaged");
  if (resource.failureIgnored) flags.push("failure ignored");
  return flags;
}

/** Anonymous instances are named without their number. */
export function printedId(resource: Resource): string {
  return resource.globallyUnique ? resource.id : resource.element.attributes.id ?? resource.id;
}
