/**
 * Questions about a resource of any kind: where it is, what role it has, what it belongs to.
 *
 * @module
 */
import { type Node, type Resource, Role } from "../model.ts";

/** The outermost resource it is a part of: a clone or a group, but not a bundle around it. */
export function topmost(resource: Resource): Resource {
  let top = resource;
  while (top.parent !== undefined && top.parent.variant !== "bundle") top = top.parent;
  return top;
}

/** The outermost resource, bundles included. */
export function outermost(resource: Resource): Resource {
  let top = resource;
  while (top.parent !== undefined) top = top.parent;
  return top;
}

/** Role now, or to come; of a collective resource the highest among its members. */
export function roleOf(resource: Resource, current: boolean): Role {
  if (resource.variant === "primitive") return current ? resource.role : resource.nextRole;
  let role: Role = Role.unknown;
  for (const child of resource.children) {
    const one = roleOf(child, current);
    if (one > role) role = one;
  }
  return role;
}

/** Nodes where it is now, or will be. */
export function nodesOf(resource: Resource, current: boolean, into = new Set<Node>()): Set<Node> {
  if (resource.variant !== "primitive") {
    for (const child of resource.children) nodesOf(child, current, into);
  } else if (current) {
    for (const node of resource.runningOn) into.add(node);
  } else if (resource.allocatedTo !== undefined) {
    into.add(resource.allocatedTo);
  }
  return into;
}

/** The node where it is or will be, if that is exactly one. */
export function nodeOf(resource: Resource, current: boolean): Node | undefined {
  if (resource.variant === "primitive") {
    return current
      ? (resource.runningOn.length === 1 ? resource.runningOn[0] : undefined)
      : resource.allocatedTo;
  }
  const nodes = nodesOf(resource, current);
  return nodes.size === 1 ? nodes.values().next().value : undefined;
}

/** Whether it is active; `all`: every member is. */
export function isActive(resource: Resource, all: boolean): boolean {
  if (resource.variant !== "primitive") {
    let any = false;
    for (const child of resource.children) {
      const active = isActive(child, all);
      if (all && !active) return false;
      any ||= active;
    }
    return all ? true : any;
  }
  for (const node of resource.runningOn) {
    if (node.unclean) return true;
    if (!node.online && resource.managed) continue; // it went down with its node
    return true;
  }
  return false;
}

/** Active nodes counted, and the one that is taken for "the" current node. */
export interface ActiveNodes {
  readonly node: Node | undefined;
  readonly all: number;
  readonly clean: number;
}

/**
 * The current node: the source of a migration under way; else the first, except that what needs
 * no fencing is looked for on a healthy node first.
 */
export function activeNodes(resource: Resource): ActiveNodes {
  let node: Node | undefined;
  let nodeHealthy = false;
  let clean = 0;
  // Of a group the first is the first that was read, whichever member is there.
  const places = resource.variant === "bundle" ? [...nodesOf(resource, true)] : resource.runningOn;
  for (const one of places) {
    const healthy = one.online && !one.unclean;
    if (healthy) clean++;
    if (resource.partialMigrationSource !== undefined) {
      if (one === resource.partialMigrationSource) node = one;
    } else if (!resource.needsFencing && healthy && !nodeHealthy) {
      node = one;
      nodeHealthy = true;
    }
    node ??= one;
  }
  return { node, all: places.length, clean };
}

/** The current node, as {@linkcode activeNodes} has it. */
export function currentNode(resource: Resource): Node | undefined {
  return activeNodes(resource).node;
}

/** A clone or an instance of one that is anonymous: instances cannot be distinguished. */
export function isAnonymousClone(resource: Resource): boolean {
  return isClone(resource) && !resource.globallyUnique;
}

/** A clone. */
export function isClone(resource: Resource): boolean {
  return resource.variant === "clone";
}

/** A part of a bundle. */
export function isBundled(resource: Resource): boolean {
  return outermost(resource).variant === "bundle" && resource.variant !== "bundle";
}

/** A clone or a bundle: something that has instances. */
export function hasInstances(resource: Resource): boolean {
  return resource.variant === "clone" || resource.variant === "bundle";
}

/** Whether its instances each follow the one beside them; a bundle has to say so itself. */
export function interleaves(resource: Resource): boolean {
  return resource.clone?.interleave === true ||
    /^(true|yes|on|y|1)$/i.test(resource.meta.get("interleave") ?? "");
}

/** The instances of a clone, or the containers of a bundle. */
export function instancesOf(resource: Resource): readonly Resource[] {
  return resource.bundle !== undefined
    ? resource.bundle.replicas.map((replica) => replica.container)
    : resource.children;
}

/** An id without its instance number. */
export function withoutInstance(id: string): string {
  return id.replace(/:\d+$/, "");
}

/** Primitive resources of a tree, in order. */
export function* primitivesOf(resource: Resource): Generator<Resource> {
  if (resource.variant === "primitive") yield resource;
  else for (const child of resource.children) yield* primitivesOf(child);
}

/** Instances in the order of their numbers. */
export function byInstance(a: Resource, b: Resource): number {
  const number = (id: string) => Number(/:(\d+)$/.exec(id)?.[1] ?? 0);
  return number(a.id) - number(b.id);
}
