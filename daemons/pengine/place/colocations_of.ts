/**
 * Which colocations a resource is subject to: its own, and those of what it belongs to.
 *
 * Of a group, the first member carries what the group should be with, and the last member what
 * should be with the group, since its members follow each other. Every instance of a clone carries
 * the constraints of the clone.
 *
 * @module
 */
import { type Colocation, INFINITY, type Resource } from "../model.ts";
import { addDependentOf, addPrimaryOf } from "./colocation_order.ts";

/** Colocations in which the resource follows another, in the order in which they are applied. */
export function asDependent(resource: Resource): readonly Colocation[] {
  const known = resource.colocated.asDependent;
  if (known !== undefined) return known;
  const list: Colocation[] = [];
  collectDependent(resource, resource, list);
  resource.colocated.asDependent = list;
  return list;
}

/** Colocations in which others follow the resource. */
export function asPrimary(resource: Resource): readonly Colocation[] {
  const known = resource.colocated.asPrimary;
  if (known !== undefined) return known;
  const list: Colocation[] = [];
  collectPrimary(resource, resource, list);
  resource.colocated.asPrimary = list;
  return list;
}

/** What was collected for a resource, and for all around it, is collected again when asked for. */
export function forgetColocations(resource: Resource): void {
  let top = resource;
  while (top.parent !== undefined) top = top.parent;
  forget(top);
}

function forget(resource: Resource): void {
  resource.colocated = {};
  for (const child of resource.children) forget(child);
  for (const { ip, container, remote, child } of resource.bundle?.replicas ?? []) {
    for (const part of [ip, container, remote, child]) if (part !== undefined) forget(part);
  }
  if (resource.bundle?.child !== undefined) forget(resource.bundle.child);
}

function addAll(
  list: Colocation[],
  from: readonly Colocation[],
  add: (list: Colocation[], colocation: Colocation) => void,
): void {
  // What comes first is in order already; of equals, what is added later goes first.
  if (list.length === 0) list.push(...from);
  else for (const colocation of from) if (!list.includes(colocation)) add(list, colocation);
}

function collectDependent(of: Resource, asked: Resource, list: Colocation[]): void {
  const up = (): void => {
    if (of.parent !== undefined) collectDependent(of.parent, asked, list);
  };
  switch (of.variant) {
    case "primitive":
      if (of === asked) {
        addAll(list, of.withThis, addDependentOf);
        up();
      } else addAll(list, of.withThis.filter(({ explicit }) => explicit), addDependentOf);
      return;
    case "group":
      return collectGroupDependent(of, asked, list, up);
    case "clone":
      addAll(list, of.withThis, addDependentOf);
      return up();
    case "bundle":
      if (carriesBundle(of, asked)) addAll(list, of.withThis, addDependentOf);
  }
}

function collectGroupDependent(
  group: Resource,
  asked: Resource,
  list: Colocation[],
  up: () => void,
): void {
  if (asked === group || asked === group.children[0]) {
    addAll(list, group.withThis, addDependentOf);
    up();
    for (const member of group.children) {
      if (member !== asked) collectDependent(member, asked, list);
    }
    return;
  }
  // An unmanaged member breaks the chain: those after it take the mandatory ones themselves.
  for (const member of group.children) {
    if (member === asked) return;
    if (member.managed) continue;
    addAll(list, group.withThis.filter(({ score }) => score >= INFINITY), addDependentOf);
    return;
  }
}

function collectPrimary(of: Resource, asked: Resource, list: Colocation[]): void {
  const up = (): void => {
    if (of.parent !== undefined) collectPrimary(of.parent, asked, list);
  };
  switch (of.variant) {
    case "primitive":
      if (of === asked) {
        addAll(list, of.thisWith, addPrimaryOf);
        up();
      } else addAll(list, of.thisWith.filter(({ explicit }) => explicit), addPrimaryOf);
      return;
    case "group":
      if (asked !== of && asked !== of.children.at(-1)) return;
      addAll(list, of.thisWith, addPrimaryOf);
      up();
      for (const member of of.children) if (member !== asked) collectPrimary(member, asked, list);
      return;
    case "clone":
      addAll(list, of.thisWith, addPrimaryOf);
      return up();
    case "bundle":
      if (carriesBundle(of, asked)) addAll(list, of.thisWith, addPrimaryOf);
  }
}

/**
 * The containers carry the constraints of a bundle; once roles are being chosen, so does what is in
 * them.
 */
function carriesBundle({ bundle }: Resource, asked: Resource): boolean {
  if (asked.bundle !== undefined && asked.bundle === bundle) return true;
  if (bundle === undefined) return false;
  if (bundle.replicas.some(({ container }) => container === asked)) return true;
  const { child } = bundle;
  return child?.clone?.choosesRoles === true && (asked === child || asked.parent === child);
}
