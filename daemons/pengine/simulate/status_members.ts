/**
 * Groups, clones and bundles in a status. Instances of an anonymous clone of which nothing special
 * is to be said are listed by the names of their nodes.
 *
 * @module
 */
import { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { outermostOf } from "../unpack/outline.ts";
import { parseRole } from "../unpack/role.ts";
import { child } from "../unpack/xml.ts";
import { exitText } from "./result_text.ts";
import { failedProbe, isActive, primitiveLine, printedId } from "./status_primitive.ts";

/** Writes a member, further in. */
type Write = (member: Resource) => readonly string[];

/** A group and its members. */
export function groupLines(group: Resource, indent: string, write: Write): readonly string[] {
  const flags = [...(isDisabled(group) ? ["disabled"] : []), ...managementOf(group)];
  return [
    `${indent}* Resource Group: ${group.id}${inParentheses(flags)}:`,
    ...group.children.flatMap(write),
  ];
}

/** A clone and its instances. */
export function cloneLines(
  set: WorkingSet,
  clone: Resource,
  indent: string,
  write: Write,
): readonly string[] {
  const flags = [
    ...(clone.promotable ? ["promotable"] : []),
    ...(clone.globallyUnique ? ["unique"] : []),
    ...(isDisabled(clone) ? ["disabled"] : []),
    ...managementOf(clone),
  ];
  const cloned = clone.clone?.childElement.attributes.id ?? "";
  const lines = [`${indent}* Clone Set: ${clone.id} [${cloned}]${inParentheses(flags)}:`];
  const promoted: Node[] = [];
  const started: Node[] = [];
  for (const instance of clone.children) {
    if (isShownAlone(clone, instance)) {
      lines.push(...write(instance));
      continue;
    }
    const [node] = locationsOf(instance);
    if (node === undefined || !isActive(instance, false)) continue;
    if (roleOf(instance) > Role.unpromoted) promoted.push(node);
    else started.push(node);
  }
  const target = configuredRole(clone);
  const list = (title: string, names: readonly string[]): void => {
    if (names.length > 0) lines.push(`${indent}  * ${title}: [ ${names.join(" ")} ]`);
  };
  list("Promoted", namesOf(set, promoted));
  const startedTitle = !clone.promotable
    ? "Started"
    : target === Role.unpromoted
    ? "Unpromoted (target-role)"
    : "Unpromoted";
  list(startedTitle, namesOf(set, started));
  for (const [title, names] of stoppedLists(set, clone, promoted.length + started.length)) {
    list(title, names);
  }
  return lines;
}

/** A bundle, one line a replica. */
export function bundleLines(
  set: WorkingSet,
  bundle: Resource,
  indent: string,
): readonly string[] {
  const data = bundle.bundle;
  if (data === undefined) return [];
  const image = child(bundle.element, data.technology)?.attributes.image ?? "";
  const flags = [...(bundle.globallyUnique ? ["unique"] : []), ...managementOf(bundle)];
  const title = `Container bundle${
    data.replicas.length > 1 ? " set" : ""
  }: ${bundle.id} [${image}]`;
  const lines = [`${indent}* ${title}${flags.map((flag) => ` (${flag})`).join("")}:`];
  for (const { child: inside, container, remote, ipAddress } of data.replicas) {
    const name = printedId(remote ?? container) +
      (ipAddress === undefined ? "" : ` (${ipAddress})`);
    const [node] = container.runningOn;
    lines.push(`${indent}  ${primitiveLine(set, inside ?? container, { name, node })}`);
  }
  return lines;
}

/** Whether there is more to say of an instance than where it is. */
function isShownAlone(clone: Resource, instance: Resource): boolean {
  const partly = isActive(instance, false);
  if (clone.globallyUnique) return partly || !clone.orphan;
  if (instance.pendingTask !== undefined) return true;
  if (!partly) return false;
  if (anyOf(instance, ({ orphan, failed, managed }) => orphan || failed || !managed)) return true;
  if (!isActive(instance, true)) return true;
  const nodes = locationsOf(instance);
  const [node] = nodes;
  return nodes.length !== 1 || node === undefined || (!node.online && node.unclean);
}

/** Nodes without an instance, by why. */
function stoppedLists(
  set: WorkingSet,
  clone: Resource,
  active: number,
): readonly (readonly [string, readonly string[]])[] {
  if (clone.globallyUnique || (clone.clone?.max ?? 0) <= active) return [];
  const disabled = configuredRole(clone) === Role.stopped;
  const allowed: ReadonlySet<Node> = clone.allowed.size > 0
    ? new Set(clone.allowed.keys())
    : clone.knownOn;
  const lists = new Map<string, string[]>();
  // What is unmanaged is shown as active on nodes that are gone, too.
  const occupied = new Set(locationsOf(clone));
  for (const node of set.nodes) {
    if (!allowed.has(node) || occupied.has(node)) continue;
    const rc = failedProbe(set, clone, node);
    const title = rc !== undefined
      ? `Stopped (${exitText(rc)})`
      : disabled
      ? "Stopped (disabled)"
      : "Stopped";
    const names = lists.get(title);
    if (names === undefined) lists.set(title, [node.name]);
    else names.push(node.name);
  }
  return [...lists].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

/** The role asked for, by the clone itself or by what is cloned. */
function configuredRole({ meta, children: [instance] }: Resource): Role | undefined {
  return parseRole(meta.get("target-role") ?? instance?.meta.get("target-role"));
}

/** In the order of the nodes, which is by name. */
const namesOf = (set: WorkingSet, nodes: readonly Node[]): readonly string[] =>
  set.nodes.filter((node) => nodes.includes(node)).map(({ name }) => name);

function locationsOf(resource: Resource): readonly Node[] {
  if (resource.children.length === 0) return resource.runningOn;
  return [...new Set(resource.children.flatMap(locationsOf))];
}

function roleOf(resource: Resource): Role {
  let role = resource.role;
  for (const member of resource.children) {
    const inner = roleOf(member);
    if (inner > role) role = inner;
  }
  return role;
}

function anyOf(resource: Resource, is: (resource: Resource) => boolean): boolean {
  return is(resource) || resource.children.some((member) => anyOf(member, is));
}

function isDisabled(resource: Resource): boolean {
  const target = parseRole(resource.meta.get("target-role"));
  return target === Role.stopped ||
    (target === Role.unpromoted && outermostOf(resource).promotable);
}

const managementOf = ({ managed, maintenance }: Resource): readonly string[] =>
  managed ? [] : [maintenance ? "maintenance" : "unmanaged"];

const inParentheses = (flags: readonly string[]): string =>
  flags.length === 0 ? "" : ` (${flags.join(", ")})`;
