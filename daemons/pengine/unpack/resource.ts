/**
 * Resources of any kind: what they have in common, then what their kind adds.
 *
 * @module
 */
import {
  type Agent,
  INFINITY,
  type MultipleActive,
  type Node,
  type Resource,
  Role,
} from "../model.ts";
import { isTrue, parseBoolean } from "./boolean.ts";
import { unpackBundle } from "./bundle.ts";
import { unpackClone } from "./clone.ts";
import { unpackGroup } from "./group.ts";
import { parseInterval } from "./interval.ts";
import { metaOf } from "./meta.ts";
import { addUtilization } from "./node.ts";
import { addOperations } from "./operation.ts";
import { resourceParameters } from "./parameters.ts";
import { unpackPrimitive } from "./primitive.ts";
import { applyRequires } from "./requires.ts";
import { parseRole } from "./role.ts";
import { parseInteger, parseScore } from "./score.ts";
import { expandTemplate, noteTemplateUser } from "./template.ts";
import { isRemoteConnection, outermostOf } from "./outline.ts";
import { type Place, report, ruleInput, type Unpacking } from "./unpacking.ts";
import type { XmlElement } from "./xml.ts";

/**
 * The resource that an element describes, with all its members; `undefined` (and a diagnostic)
 * where the description is of no use.
 */
export function unpackResource(
  unpacking: Unpacking,
  written: XmlElement,
  place: Place = {},
): Resource | undefined {
  const { set } = unpacking;
  const variant = variantOf(written);
  if (variant === undefined) {
    report(unpacking, "error", written, `Ignoring <${written.name.raw}>: not a kind of resource.`);
    return undefined;
  }
  const base = written.attributes.id;
  if (base === undefined || base === "") {
    report(unpacking, "error", written, `Ignoring a <${written.name.raw}> without id.`);
    return undefined;
  }
  const element = expandTemplate(unpacking, written);
  if (element === undefined) return undefined;
  const id = place.instance === undefined ? base : `${base}:${place.instance}`;
  if (set.resourceById.has(id)) {
    report(unpacking, "error", written, `Ignoring resource "${id}": another has the same id.`);
    return undefined;
  }
  noteTemplateUser(unpacking, element);
  const agent = agentOf(element, variant);
  const resource = blankResource(
    id,
    variant,
    element,
    agent,
    metaOf(unpacking, element, agent, place.parent),
  );
  if (place.parent !== undefined) resource.parent = place.parent;
  if (place.instance !== undefined) resource.meta.set("clone", String(place.instance));
  addOperations(unpacking, resource);
  applyMeta(unpacking, resource);
  set.resourceById.set(id, resource);
  if (!unpackKind(unpacking, resource)) {
    forget(unpacking, resource);
    return undefined;
  }
  if (set.options.symmetric || (resource.remoteConnection && resource.meta.has("container"))) {
    for (const node of set.nodes) {
      if (node.discovery !== "never") allowByDefault(resource, node);
    }
  }
  addUtilization(resource.utilization, element, ruleInput(unpacking));
  return resource;
}

/** Opting out: a resource may run anywhere, unless it is only for nodes that are named to it. */
function allowByDefault(resource: Resource, node: Node): void {
  if (resource.exclusiveDiscovery) return;
  for (const member of resource.children) allowByDefault(member, node);
  if (resource.allowed.has(node)) return;
  resource.allowed.set(node, { node, score: node.score, discovery: "always", count: 0 });
}

function unpackKind(unpacking: Unpacking, resource: Resource): boolean {
  switch (resource.variant) {
    case "primitive":
      return unpackPrimitive(unpacking, resource);
    case "group":
      return unpackGroup(unpacking, resource);
    case "clone":
      return unpackClone(unpacking, resource);
    case "bundle":
      return unpackBundle(unpacking, resource);
  }
}

/** Takes what could not be used out of the index again, members too. */
function forget(unpacking: Unpacking, resource: Resource): void {
  unpacking.set.resourceById.delete(resource.id);
  for (const member of resource.children) forget(unpacking, member);
}

function variantOf(element: XmlElement): Resource["variant"] | undefined {
  switch (element.name.raw) {
    case "primitive":
      return "primitive";
    case "group":
      return "group";
    case "clone":
    case "master":
      return "clone";
    case "bundle":
      return "bundle";
    default:
      return undefined;
  }
}

function agentOf(element: XmlElement, variant: Resource["variant"]): Agent | undefined {
  const { class: standard, provider, type } = element.attributes;
  if (variant !== "primitive" || standard === undefined) return undefined;
  return {
    class: standard,
    type: type ?? "",
    ...(provider === undefined ? {} : { provider }),
  };
}

/** The role the configuration wants; `undefined` where it leaves it to the cluster. */
export function targetRole(unpacking: Unpacking, resource: Resource): Role | undefined {
  const text = resource.meta.get("target-role");
  if (text === undefined || /^(started|default)$/i.test(text)) return undefined;
  const role = parseRole(text);
  if (role === Role.unknown) {
    report(
      unpacking,
      "error",
      resource.element,
      `Ignoring target-role of "${resource.id}": "${text}" is not a role. Use Stopped, Started, ` +
        `Unpromoted or Promoted.`,
    );
    return undefined;
  }
  if (role <= Role.started) return role;
  if (!outermostOf(resource).promotable) {
    report(
      unpacking,
      "error",
      resource.element,
      `Ignoring target-role "${text}" of "${resource.id}", for it is not promotable.`,
    );
    return undefined;
  }
  // To be promoted is what the cluster would do by itself.
  return role > Role.unpromoted ? undefined : role;
}

function applyMeta(unpacking: Unpacking, resource: Resource): void {
  const { set } = unpacking;
  const { meta, element } = resource;
  resource.remoteConnection = resource.variant === "primitive" && isRemoteConnection(element);
  resource.fenceDevice = resource.agent?.class === "stonith";
  if (resource.fenceDevice) set.haveStonithResource = true;
  resource.priority = parseScore(meta.get("priority"));
  resource.critical = parseBoolean(meta.get("critical")) ?? !meta.has("critical");
  resource.notify = isTrue(meta.get("notify"));
  const migrate = meta.get("allow-migrate");
  // A connection may move without stopping what runs behind it.
  resource.allowMigrate = migrate === undefined
    ? resource.remoteConnection && !meta.has("container")
    : isTrue(migrate);
  const managed = meta.get("is-managed");
  if (managed !== undefined && managed.toLowerCase() !== "default") {
    resource.managed = isTrue(managed);
  }
  if (isTrue(meta.get("maintenance")) || set.options.maintenanceMode) {
    resource.managed = false;
    resource.maintenance = true;
  }
  const top = outermostOf(resource);
  if (top.variant === "clone") {
    // Only their numbers distinguish several instances on one node.
    const several = (parseInteger(meta.get("clone-node-max")) ?? 1) > 1;
    resource.globallyUnique = isTrue(meta.get("globally-unique") ?? String(several));
    if (top.element.name.raw === "master") meta.set("promotable", "true");
    resource.promotable = isTrue(meta.get("promotable"));
  } else resource.globallyUnique = true;
  if (meta.get("restart-type")?.toLowerCase() === "restart") resource.restartType = "restart";
  resource.multipleActive = multipleActive(unpacking, resource);
  const stickiness = meta.get("resource-stickiness");
  if (stickiness !== undefined && stickiness.toLowerCase() !== "default") {
    resource.stickiness = parseScore(stickiness);
  }
  const threshold = meta.get("migration-threshold");
  if (threshold !== undefined && threshold.toLowerCase() !== "default") {
    const value = parseScore(threshold);
    resource.migrationThreshold = value < 0 ? INFINITY : value;
  }
  applyRequires(unpacking, resource, meta.get("requires"));
  resource.failureTimeoutMs = Math.trunc(parseInterval(meta.get("failure-timeout")) / 1000) * 1000;
  if (resource.remoteConnection) {
    resource.remoteReconnectMs = parseInterval(
      resourceParameters(set, resource, undefined).get("reconnect_interval"),
    );
    // The time between attempts is also how long a failed one counts.
    if (resource.remoteReconnectMs > 0) {
      resource.failureTimeoutMs = Math.trunc(resource.remoteReconnectMs / 1000) * 1000;
    }
  }
  const role = targetRole(unpacking, resource);
  if (role !== undefined) resource.nextRole = role;
}

function multipleActive(unpacking: Unpacking, { id, element, meta }: Resource): MultipleActive {
  const text = meta.get("multiple-active");
  switch (text?.toLowerCase()) {
    case undefined:
    case "stop_start":
      return "stop_start";
    case "stop_only":
      return "stop_only";
    case "block":
      return "block";
    case "stop_unexpected":
      return "stop_unexpected";
    default:
      report(
        unpacking,
        "warning",
        element,
        `Using stop_start for multiple-active of "${id}": "${text}" is none of stop_start, ` +
          `stop_only, block, stop_unexpected.`,
      );
      return "stop_start";
  }
}

/** What a resource is unless its configuration says otherwise. */
const flags = {
  managed: true,
  maintenance: false,
  critical: true,
  notify: false,
  globallyUnique: true,
  promotable: false,
  allowMigrate: false,
  allowRemoteRemotes: false,
  fenceDevice: false,
  remoteConnection: false,
  needsQuorum: false,
  needsFencing: false,
  needsUnfencing: false,
  exclusiveDiscovery: false,
} as const;

function blankResource(
  id: string,
  variant: Resource["variant"],
  element: XmlElement,
  agent: Agent | undefined,
  meta: Map<string, string>,
): Resource {
  return {
    id,
    historyId: id,
    variant,
    element,
    ...(agent === undefined ? {} : { agent }),
    meta,
    children: [],
    operations: [],
    ambiguousOperations: [],
    utilization: new Map(),
    priority: 0,
    stickiness: 0,
    migrationThreshold: INFINITY,
    failureTimeoutMs: 0,
    remoteReconnectMs: 0,
    multipleActive: "stop_start",
    restartType: "ignore",
    ...flags,
    fillers: [],
    orphan: false,
    removedFiller: false,
    blocked: false,
    failed: false,
    failureIgnored: false,
    startPending: false,
    stop: false,
    stopUnexpected: false,
    role: Role.stopped,
    nextRole: Role.unknown,
    runningOn: [],
    knownOn: new Set(),
    danglingMigrations: [],
    locations: [],
    withThis: [],
    colocated: {},
    thisWith: [],
    tickets: [],
    allowed: new Map(),
    provisional: true,
    allocating: false,
    merging: false,
    actions: [],
    actionsByKey: new Map(),
    sortIndex: 0,
    restarting: false,
  };
}
