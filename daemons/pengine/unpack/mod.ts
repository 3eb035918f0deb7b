/**
 * From a CIB to a working set: configuration and status as typed data, references resolved, rules
 * evaluated, histories understood. What is broken is left out, with a diagnostic; nothing throws.
 *
 * @module
 */
import { type Resource, Role, type WorkingSet } from "../model.ts";
import { colocationStepsMax } from "../bounds.ts";
import { isTrue } from "./boolean.ts";
import { eachConstraint, sortColocations, unpackColocation } from "./colocation.ts";
import { unpackHealth, unpackLocation } from "./location.ts";
import { linkConnection, unpackNodes } from "./node.ts";
import { NodesByName } from "./nodes_by_name.ts";
import { unpackOptions } from "./options.ts";
import { reportLoops } from "./order_loop.ts";
import { unpackOrder } from "./ordering.ts";
import { unpackRemoteNodes } from "./remote.ts";
import { outermostOf } from "./outline.ts";
import { unpackResource } from "./resource.ts";
import { applies } from "./rule.ts";
import { parseInteger } from "./score.ts";
import { unpackStatus } from "./status.ts";
import { unpackTicketConstraint } from "./ticket.ts";
import { beginUnpacking, report, ruleInput, type Unpacking } from "./unpacking.ts";
import { child, children, type XmlElement } from "./xml.ts";
import { utc, type Zone } from "./zone.ts";

export { compareDigest, connectionAddress, fencingDigest } from "./compare_digest.ts";
export { clearsAfterPlacement } from "./expiry.ts";
export { failCount } from "./fail_count.ts";
export { findOperation, operationOptions } from "./operation.ts";
export { resourceParameters } from "./parameters.ts";

/**
 * Reads a CIB.
 *
 * @param nowS seconds since 1970, for rules, expiry and locks.
 * @param zone the zone of dates that name none; UTC by default.
 */
export function unpack(cib: XmlElement, nowS: number, zone: Zone = utc): WorkingSet {
  const set = emptySet(cib, nowS, zone);
  const unpacking = beginUnpacking(set, unpackResource);
  Object.assign(set, { options: unpackOptions(unpacking) });
  if (set.options.haveWatchdog && set.options.stonithWatchdogTimeoutMs > 0) {
    set.haveStonithResource = true;
  }
  unpackNodes(unpacking);
  const connections = unpackRemoteNodes(unpacking);
  unpackResources(unpacking, connections);
  unpackTags(unpacking);
  unpackTopology(unpacking);
  unpackStatus(unpacking);
  countInstances(set);
  unpackHealth(unpacking);
  unpackConstraints(unpacking);
  return set;
}

function unpackResources(unpacking: Unpacking, connections: readonly XmlElement[]): void {
  const { set } = unpacking;
  const section = child(unpacking.configuration, "resources");
  set.enableUnfencing = asksForUnfencing(section);
  const written = children(section);
  for (const element of written) {
    if (element.name.raw !== "template") continue;
    const { id } = element.attributes;
    if (id !== undefined) set.templates.set(id, { element, users: [] });
  }
  for (const element of written) {
    if (element.name.raw === "template") continue;
    const resource = unpackResource(unpacking, element);
    if (resource !== undefined) set.resources.push(resource);
  }
  for (const element of connections) {
    const resource = unpackConnection(unpacking, element);
    if (resource !== undefined) set.resources.push(resource);
  }
  for (const resource of set.resources) {
    linkContainer(unpacking, resource);
    linkConnection(unpacking, resource);
  }
  set.resources.sort((a, b) => b.priority - a.priority);
  if (set.options.stonithEnabled && !set.haveStonithResource && section !== undefined) {
    report(
      unpacking,
      "error",
      section,
      "Fencing is on, but no fencing device is configured: resources may not start where data " +
        "could be at risk. Configure a device, or turn fencing-enabled off.",
    );
  }
}

/**
 * The connection to a guest, also where it was written down (as in a CIB that a simulation kept):
 * then the one that was written has the history, and this one has the node.
 */
function unpackConnection(unpacking: Unpacking, element: XmlElement): Resource | undefined {
  const { resourceById } = unpacking.set;
  const id = element.attributes.id ?? "";
  const written = resourceById.get(id);
  if (written === undefined) return unpackResource(unpacking, element);
  report(
    unpacking,
    "warning",
    written.element,
    `Guest "${id}" has two connections: one is written down, one is implied by "remote-node". ` +
      `Remove "${id}" from the configuration.`,
  );
  if (!written.remoteConnection) return undefined;
  resourceById.delete(id);
  const resource = unpackResource(unpacking, element);
  resourceById.set(id, written);
  return resource;
}

/** Whether any device unfences nodes. */
function asksForUnfencing(section: XmlElement | undefined): boolean {
  return children(section).some((element) =>
    element.name.raw === "meta_attributes"
      ? children(element, "nvpair").some(({ attributes: { name, value } }) =>
        (name === "provides" || name === "requires") && value === "unfencing"
      )
      : asksForUnfencing(element)
  );
}

/** The meta-attribute `container` marks resources that live in another one. */
function linkContainer(unpacking: Unpacking, resource: Resource): void {
  if (resource.children.length > 0) {
    for (const member of resource.children) linkContainer(unpacking, member);
    return;
  }
  const id = resource.meta.get("container");
  if (id === undefined || id === resource.id) return;
  const container = unpacking.set.resourceById.get(id);
  if (container === undefined) {
    report(
      unpacking,
      "error",
      resource.element,
      `Resource "${resource.id}" names "${id}" as its container, which does not exist.`,
    );
    return;
  }
  resource.container = container;
  container.fillers.push(resource);
}

function unpackTags(unpacking: Unpacking): void {
  for (const tag of children(child(unpacking.configuration, "tags"), "tag")) {
    const { id } = tag.attributes;
    if (id === undefined) continue;
    const references = children(tag, "obj_ref").flatMap(({ attributes }) =>
      attributes.id === undefined ? [] : [attributes.id]
    );
    unpacking.set.tags.set(id, [...new Set(references)]);
  }
}

function unpackTopology({ configuration, set }: Unpacking): void {
  for (const level of children(child(configuration, "fencing-topology"), "fencing-level")) {
    const of = level.attributes;
    set.topology.push({
      index: parseInteger(of.index) ?? 0,
      target: of.target ?? of["target-pattern"] ??
        `${of["target-attribute"] ?? ""}=${of["target-value"] ?? ""}`,
      devices: (of.devices ?? "").split(",").filter((device) => device !== ""),
    });
  }
}

function unpackConstraints(unpacking: Unpacking): void {
  const section = child(unpacking.configuration, "constraints");
  const active =
    (read: (unpacking: Unpacking, constraint: XmlElement) => void) =>
    (constraint: XmlElement): void => {
      const lifetime = child(constraint, "lifetime");
      if (lifetime !== undefined && !applies(lifetime, ruleInput(unpacking))) return;
      read(unpacking, constraint);
    };
  eachConstraint(section, "rsc_location", active(unpackLocation));
  eachConstraint(section, "rsc_colocation", active(unpackColocation));
  sortColocations(unpacking);
  eachConstraint(section, "rsc_order", active(unpackOrder));
  reportLoops(unpacking);
  eachConstraint(section, "rsc_ticket", active(unpackTicketConstraint));
}

function countInstances(set: WorkingSet): void {
  const count = (resource: Resource): void => {
    if (resource.children.length > 0) return resource.children.forEach(count);
    if (resource.orphan && resource.role <= Role.stopped) return;
    if (resource.blocked) set.blockedResources++;
    if (isDisabled(resource)) set.disabledResources++;
  };
  set.resources.forEach(count);
}

function isDisabled(resource: Resource): boolean {
  const wanted = resource.meta.get("target-role")?.toLowerCase();
  return wanted === "stopped" ||
    ((wanted === "unpromoted" || wanted === "slave") && outermostOf(resource).promotable);
}

function emptySet(cib: XmlElement, nowS: number, zone: Zone): WorkingSet {
  const set: Omit<WorkingSet, "options"> = {
    cib,
    nowS,
    zone,
    diagnostics: [],
    quorate: isTrue(cib.attributes["have-quorum"]),
    nodes: [],
    nodeById: new Map(),
    nodeByName: new NodesByName(),
    resources: [],
    resourceById: new Map(),
    templates: new Map(),
    tags: new Map(),
    tickets: new Map(),
    locations: [],
    colocations: [],
    orders: [],
    ticketConstraints: [],
    topology: [],
    history: new Map(),
    failures: [],
    bans: [],
    toFence: [],
    clearFailCounts: [],
    demanded: [],
    checkAfterPlacement: [],
    clearHistory: [],
    haveStonithResource: false,
    haveRemoteNodes: false,
    enableUnfencing: false,
    blockedResources: 0,
    disabledResources: 0,
    colocationSteps: { left: colocationStepsMax, byNode: false },
    actions: [],
    singletons: new Map(),
    orderings: [],
    maxValidNodes: 0,
    nextOrderId: 1,
  };
  return set as WorkingSet;
}
