/**
 * The state of a cluster as data: nodes, resources as a tree, failures.
 *
 * It is read off the working set of the policy engine, the same from which `ha simulate` prints and
 * the coordinator decides: what it says is running is what decisions are made from.
 *
 * @module
 */
import { diagnosticText } from "../../../metadata/diagnostic.ts";
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Node, Resource, Role, WorkingSet } from "../../pengine/doors/model.ts";
import { executionText, exitText } from "../../pengine/doors/result_text.ts";
import {
  failCount,
  isShown,
  isSilent,
  nodeMode,
  primitiveFlags,
  primitiveState,
  roleText,
  unpack,
} from "../../pengine/doors/status.ts";

/** One node. */
export interface NodeState {
  readonly name: string;
  readonly kind: Node["kind"];
  /** `online`, `OFFLINE`, or what sets it apart: `standby`, `maintenance`, `pending`, `UNCLEAN (offline)`. */
  readonly state: string;
  readonly online: boolean;
  readonly isDc: boolean;
  /** Why it is to be fenced, if it is. */
  readonly fenceReasons: readonly string[];
}

/** One resource: a primitive, or a group, clone or bundle with its members. */
export interface ResourceState {
  readonly id: string;
  readonly variant: Resource["variant"];
  /** `class:provider:type`; undefined for groups, clones and bundles. */
  readonly agent?: string;
  /** `Started`, `Stopped`, `Promoted`, `Unpromoted`, `Starting`, `FAILED`, ... */
  readonly state: string;
  /** Nodes on which it runs. */
  readonly runsOn: readonly string[];
  readonly failed: boolean;
  /** It runs, and the configuration no longer has it. */
  readonly orphaned: boolean;
  readonly managed: boolean;
  /** May not be touched, because of a failure. */
  readonly blocked: boolean;
  /** What stands in parentheses: `disabled`, `blocked`, `unmanaged`, `UNCLEAN`, ... */
  readonly flags: readonly string[];
  readonly members: readonly ResourceState[];
}

/** An operation that failed, has not expired, and was not cleaned up. */
export interface FailedAction {
  /** `web_start_0`. */
  readonly operation: string;
  readonly resource: string | undefined;
  readonly node: string;
  readonly rc: number;
  /** What that means: `not running`. */
  readonly result: string;
  /** How the execution ended: `complete`, `Timed Out`. */
  readonly status: string;
  /** The agent's own words. */
  readonly reason: string;
  readonly callId: number;
  /** ISO 8601; undefined if it is not known. */
  readonly at: string | undefined;
  readonly execMs: number | undefined;
}

/** How often a resource failed on a node. */
export interface FailCount {
  readonly resource: string;
  readonly node: string;
  /** 1000000 is infinity. */
  readonly count: number;
  readonly migrationThreshold: number;
  /** ISO 8601; undefined if it is not known. */
  readonly lastFailure: string | undefined;
}

/** A cluster's state. */
export interface ClusterState {
  readonly dc: string | undefined;
  readonly quorate: boolean;
  /** The CIB's. */
  readonly version: string;
  readonly maintenanceMode: boolean;
  readonly nodes: readonly NodeState[];
  readonly resources: readonly ResourceState[];
  readonly failedActions: readonly FailedAction[];
  readonly failCounts: readonly FailCount[];
  /** Errors in the configuration, which keep parts of it from being used. */
  readonly errors: readonly string[];
}

/** Reads a CIB as the policy engine does. @param nowS seconds since 1970, for what expires. */
export const workingSet = (cib: XmlElement, nowS: number): WorkingSet => unpack(cib, nowS);

/** The state as data. */
export function clusterState(set: WorkingSet): ClusterState {
  return {
    dc: set.dcNode?.name,
    quorate: set.quorate,
    version: versionOf(set),
    maintenanceMode: set.options.maintenanceMode,
    nodes: set.nodes.filter(({ kind }) => kind !== "ping").map((node) => nodeState(set, node)),
    resources: set.resources.filter((one) => isShown(one) && !isSilent(one))
      .map((one) => resourceState(set, one)),
    failedActions: set.failures.map(failedAction),
    failCounts: failCounts(set),
    errors: errorsOf(set),
  };
}

/** Errors of the configuration, by the element that has them. */
export const errorsOf = ({ diagnostics }: WorkingSet): readonly string[] =>
  diagnostics.filter(({ severity }) => severity === "error")
    .map(({ line: _, ...error }) => diagnosticText(error));

/** The CIB's version triple. */
export const versionOf = ({ cib: { attributes } }: WorkingSet): string =>
  ["admin_epoch", "epoch", "num_updates"].map((name) => attributes[name] ?? "0").join(".");

/** Every primitive of a state, instances of clones too. */
export function primitivesIn(resources: readonly ResourceState[]): readonly ResourceState[] {
  return resources.flatMap((one) => one.members.length === 0 ? [one] : primitivesIn(one.members));
}

function nodeState(set: WorkingSet, node: Node): NodeState {
  return {
    name: node.name,
    kind: node.kind,
    state: nodeMode(set, node) ?? (node.online ? "online" : "OFFLINE"),
    online: node.online,
    isDc: node.isDc,
    fenceReasons: node.fenceReasons.map(({ text }) => text),
  };
}

function resourceState(set: WorkingSet, resource: Resource): ResourceState {
  const { agent, runningOn } = resource;
  const primitive = resource.variant === "primitive";
  return {
    id: resource.id,
    variant: resource.variant,
    ...(agent === undefined || !primitive ? {} : {
      agent: [agent.class, agent.provider, agent.type].filter((part) => part !== undefined)
        .join(":"),
    }),
    state: primitive ? primitiveState(resource) : roleText(highestRole(resource)),
    runsOn: runningOn.map(({ name }) => name),
    failed: resource.failed,
    orphaned: resource.orphan,
    managed: resource.managed,
    blocked: resource.blocked,
    flags: primitive ? primitiveFlags(resource, runningOn[0] ?? resource.lockNode) : [],
    members: membersOf(resource).filter((member) => !isSilent(member))
      .map((member) => resourceState(set, member)),
  };
}

/** What it consists of. */
const membersOf = ({ bundle, children }: Resource): readonly Resource[] =>
  bundle === undefined
    ? children
    : bundle.replicas.flatMap(({ ip, container, remote, child }) =>
      [ip, container, remote, child].filter((part) => part !== undefined)
    );

function highestRole(resource: Resource): Role {
  return membersOf(resource).map(highestRole)
    .reduce((highest, role) => role > highest ? role : highest, resource.role);
}

function failedAction({ node, resource, entry }: WorkingSet["failures"][number]): FailedAction {
  const { attributes } = entry.element;
  const execMs = Number(attributes["exec-time"] ?? Number.NaN);
  return {
    operation: entry.key,
    resource: resource?.id,
    node: node.name,
    rc: entry.rc,
    result: exitText(entry.rc),
    status: executionText(entry.status),
    reason: attributes["exit-reason"] ?? "",
    callId: entry.callId,
    at: isoTime(entry.lastChangeS),
    execMs: Number.isFinite(execMs) ? execMs : undefined,
  };
}

function failCounts(set: WorkingSet): readonly FailCount[] {
  return [...set.history].flatMap(([node, histories]) =>
    [...histories.values()].flatMap(({ id, resource }) => {
      if (resource === undefined) return [];
      const query = { effective: false, fillers: false };
      const { count, lastFailureS } = failCount(set, node, resource, query);
      if (count === 0) return [];
      const { migrationThreshold } = resource;
      const lastFailure = isoTime(lastFailureS);
      return [{ resource: id, node: node.name, count, migrationThreshold, lastFailure }];
    })
  );
}

/** @param atS seconds since 1970; 0 and less: not known. */
const isoTime = (atS: number | undefined): string | undefined => {
  if (atS === undefined || atS <= 0) return undefined;
  const time = new Date(atS * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
};
