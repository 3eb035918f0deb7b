/**
 * Whether an operation was done with the parameters that it would get now.
 *
 * @module
 */
import type { DigestResult, HistoryEntry, Node, Resource, WorkingSet } from "../model.ts";
import { digest, isDigested, timeoutName } from "./digest.ts";
import { findOperation, operationOptions } from "./operation.ts";
import { resourceParameters } from "./parameters.ts";
import { unpackingOf } from "./unpacking.ts";
import { compareVersions } from "./version.ts";

/** Digests of an operation as it is configured now. */
interface Digests {
  readonly all: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** The operation itself has parameters, so that a change of any needs it done again. */
  readonly extra: boolean;
}

/** Compares a recorded operation with the configuration. */
export function compareDigest(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  entry: HistoryEntry,
): DigestResult {
  const { task, intervalMs } = entry;
  const now = digestsOf(set, resource, node, task, intervalMs);
  const restart = restartDigest(now.parameters, entry);
  const secure = secureDigest(set, resource, node, now, entry);
  const digests = {
    all: now.all,
    ...(restart === undefined ? {} : { restart }),
    ...(secure === undefined ? {} : { secure }),
  };
  const result = (): DigestResult["result"] => {
    if (entry.restartDigest !== undefined && restart !== entry.restartDigest) return "restart";
    if (entry.digest === undefined) return "unknown";
    if (entry.digest === now.all) return "match";
    return intervalMs === 0 && now.extra ? "restart" : "reload";
  };
  return { result: result(), ...digests };
}

/**
 * The digests of an unfencing device, and whether its definition changed since the node was
 * unfenced with it, which the node remembers as attributes.
 */
export function fencingDigest(
  set: WorkingSet,
  device: Resource,
  node: Node,
): { readonly all: string; readonly secure: string; readonly changed: boolean } {
  const now = digestsOf(set, device, node, "stonith-on", 0);
  const secure = secureDigest(set, device, node, now, undefined) ?? "";
  const agent = device.agent?.type ?? "";
  const remembered = node.attributes.get("#digests-all");
  const has = (name: string, value: string): boolean =>
    (node.attributes.get(name) ?? "").includes(`${device.id}:${agent}:${value}`);
  const changed = remembered !== undefined && !has("#digests-all", now.all) &&
    !has("#digests-secure", secure);
  return { all: now.all, secure, changed };
}

function digestsOf(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  task: string,
  intervalMs: number,
): Digests {
  const operation = findOperation(resource, task, intervalMs, true);
  const options = operationOptions(set, resource, task, intervalMs, operation);
  const parameters = new Map<string, string>();
  const address = connectionAddress(set, resource);
  if (address !== undefined) parameters.set("addr", address);
  addAll(parameters, resourceParameters(set, resource, node));
  addAll(parameters, options.extra);
  filter(parameters);
  if (intervalMs > 0) parameters.set(timeoutName, String(options.timeoutMs));
  return { all: digest(parameters), parameters, extra: options.extra.size > 0 };
}

/** A connection to a bundle without an address of its own goes to the container's host. */
export function connectionAddress(set: WorkingSet, resource: Resource): string | undefined {
  if (!resource.remoteConnection || resource.container === undefined) return undefined;
  if (!hasHostAddress(set, resource)) return undefined;
  const { allocatedTo, runningOn: [current] } = resource.container;
  return (allocatedTo ?? current)?.name;
}

/** Whether the address of a connection is that of wherever its container runs. */
export function hasHostAddress(set: WorkingSet, resource: Resource): boolean {
  return resource.remoteConnection &&
    resourceParameters(set, resource, undefined).get("addr") === "#uname";
}

/** Digest of the parameters whose change needs a restart. */
function restartDigest(
  parameters: ReadonlyMap<string, string>,
  entry: HistoryEntry,
): string | undefined {
  if (entry.restartDigest === undefined) return undefined;
  const named = entry.restartParameters;
  const kept = new Map(parameters);
  if (named !== undefined) {
    for (const name of parameters.keys()) if (!named.includes(` ${name} `)) kept.delete(name);
  }
  return digest(kept);
}

/** Digest without what is private, so that a sanitized configuration compares equal. */
function secureDigest(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  now: Digests,
  entry: HistoryEntry | undefined,
): string | undefined {
  const version = entry?.element.attributes.crm_feature_set ??
    unpackingOf(set).featureSet ?? "3.16.1";
  const old = compareVersions(version, "3.16.0") < 0;
  const secret = entry === undefined ? " passwd password user " : entry.secureParameters;
  if (entry !== undefined && entry.secureDigest === undefined) return undefined;
  const kept = new Map(old ? resourceParameters(set, resource, node) : now.parameters);
  for (const name of [...kept.keys()]) {
    if (secret?.includes(` ${name} `)) kept.delete(name);
    else if (old && resource.fenceDevice && isFencerParameter(name)) kept.delete(name);
  }
  if (old) {
    filter(kept);
    kept.delete(timeoutName);
  }
  return digest(kept);
}

/** Parameters of fencing that the fencer heeds, not the agent. */
function isFencerParameter(name: string): boolean {
  return name === "provides" || name === "stonith-timeout" ||
    /^pcmk_(host_(check|list|map|argument)|delay_(base|max)|action_limit)$/.test(name) ||
    /^pcmk_(on|off|reboot|list|monitor|status|metadata)_(action|timeout|retries)$/.test(name);
}

function filter(parameters: Map<string, string>): void {
  for (const name of [...parameters.keys()]) {
    if (!isDigested(name)) parameters.delete(name);
  }
}

function addAll(into: Map<string, string>, from: ReadonlyMap<string, string>): void {
  for (const [name, value] of from) if (!into.has(name)) into.set(name, value);
}
