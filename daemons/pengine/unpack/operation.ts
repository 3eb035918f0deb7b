/**
 * Operations: what is configured for one, all sources merged.
 *
 * @module
 */
import {
  type Needs,
  type OnFail,
  type OperationDef,
  type OperationOptions,
  type Resource,
  Role,
  type WorkingSet,
} from "../model.ts";
import { isTrue } from "./boolean.ts";
import { parseDate } from "./date.ts";
import { parseInterval, parseMilliseconds } from "./interval.ts";
import { addNvpairs } from "./nvpair.ts";
import { resourceParameters } from "./parameters.ts";
import { parseRole } from "./role.ts";
import { report, ruleInput, type Unpacking, unpackingOf } from "./unpacking.ts";
import { child, children, type XmlElement } from "./xml.ts";

const timeoutDefaultMs = 20_000;

/** Tasks that change the state of a resource: they are ordered when needed, and never recur. */
const neverRecurring: ReadonlySet<string> = new Set([
  ...["start", "stop", "promote", "demote", "migrate_to", "migrate_from", "reload-agent"],
]);

/** Reads the operations that are configured for a resource, those of its template too. */
export function addOperations(unpacking: Unpacking, resource: Resource): void {
  const all = operationsOf(unpacking, resource.element);
  const keyOf = ({ name, intervalMs }: OperationDef): string => `${name}_${intervalMs}`;
  const counts = new Map<string, number>();
  for (const operation of all) {
    counts.set(keyOf(operation), (counts.get(keyOf(operation)) ?? 0) + 1);
  }
  for (const operation of all) {
    if (operation.intervalMs > 0 && neverRecurring.has(operation.name)) {
      report(
        unpacking,
        "error",
        operation.element,
        `Ignoring operation "${operation.id}" of "${resource.id}": a ${operation.name} cannot ` +
          `recur. Set its interval to 0.`,
      );
      continue;
    }
    const once = operation.intervalMs === 0 || counts.get(keyOf(operation)) === 1;
    (once ? resource.operations : resource.ambiguousOperations).push(operation);
    if (once) continue;
    report(
      unpacking,
      "error",
      operation.element,
      `Ignoring operation "${operation.id}" of "${resource.id}": another has the same name and ` +
        `interval. Change the interval of one of them, if only by a second.`,
    );
  }
}

/** All that is configured, what is ambiguous last. */
function everyOperation(resource: Resource): readonly OperationDef[] {
  return resource.ambiguousOperations.length === 0
    ? resource.operations
    : [...resource.operations, ...resource.ambiguousOperations];
}

function operationsOf(unpacking: Unpacking, element: XmlElement): OperationDef[] {
  const written = child(element, "operations");
  const list = written === undefined ? undefined : unpacking.resolve(written);
  const found: OperationDef[] = [];
  for (const item of children(list, "op")) {
    const operation = unpacking.resolve(item);
    if (operation === undefined) continue;
    const { name, interval, role, enabled } = operation.attributes;
    if (name === undefined) {
      report(unpacking, "error", operation, "Ignoring an operation without name. Give it one.");
      continue;
    }
    found.push({
      element: operation,
      id: operation.attributes.id ?? "",
      name,
      intervalMs: parseInterval(interval),
      ...(role === undefined ? {} : { role: parseRole(role) }),
      enabled: enabled === undefined || isTrue(enabled),
    });
  }
  return found;
}

/** The operation configured for a task and interval. */
export function findOperation(
  resource: Resource,
  task: string,
  intervalMs: number,
  includeDisabled: boolean,
): OperationDef | undefined {
  const find = (name: string, ms: number): OperationDef | undefined =>
    everyOperation(resource).find((operation) =>
      operation.name === name && operation.intervalMs === ms &&
      (includeDisabled || operation.enabled)
    );
  const found = find(task, intervalMs);
  if (found !== undefined) return found;
  // Either half of a migration may be configured as "migrate".
  if (task === "migrate_to" || task === "migrate_from") return find("migrate", 0);
  return undefined;
}

/** Merged options of an operation: defaults, its meta-attributes, its own attributes. */
export function operationOptions(
  set: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  operation: OperationDef | undefined,
): OperationOptions {
  const unpacking = unpackingOf(set);
  const meta = new Map<string, string>();
  const extra = new Map<string, string>();
  const input = ruleInput(unpacking, {
    operation: { name: task, intervalMs },
    ...(resource.agent === undefined ? {} : { agent: resource.agent }),
  });
  const probe = task === "monitor" && intervalMs === 0;
  addNvpairs(meta, unpacking.opDefaults, "meta_attributes", input);
  if (probe) {
    const timeout = shortestMonitor(resource)?.element.attributes.timeout;
    if (timeout !== undefined) meta.set("timeout", timeout);
  }
  if (operation !== undefined) {
    // Of its own sets the one with the highest score wins, and each of them over the defaults.
    const own = new Map<string, string>();
    addNvpairs(own, operation.element, "meta_attributes", input);
    for (const [name, value] of own) meta.set(name, value);
    addNvpairs(extra, operation.element, "instance_attributes", input);
    for (const name in operation.element.attributes) {
      meta.set(name, operation.element.attributes[name]!);
    }
  }
  meta.delete("id");
  if (intervalMs > 0) meta.set("interval", String(intervalMs));
  else meta.delete("interval");
  if (resource.agent?.class === "stonith" && (task === "start" || probe)) {
    const timeout = resourceParameters(set, resource, undefined).get("pcmk_monitor_timeout");
    if (timeout !== undefined) meta.set("timeout", timeout);
  }
  const timeoutMs = positive(meta.get("timeout")) ?? timeoutDefaultMs;
  meta.set("timeout", String(timeoutMs));
  const failure = failureOf(unpacking, resource, { task, intervalMs, operation }, meta);
  const startDelayMs = startDelay(set, meta, intervalMs);
  return {
    meta,
    extra,
    timeoutMs,
    startDelayMs,
    intervalMs,
    needs: needsOf(resource, task),
    ...failure,
  };
}

function positive(text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : parseMilliseconds(text);
  return ms === undefined || ms <= 0 ? undefined : ms;
}

function needsOf(resource: Resource, task: string): Needs {
  if (!/^(start|promote)$/i.test(task)) return "nothing";
  if (resource.needsFencing) return "fencing";
  return resource.needsQuorum ? "quorum" : "nothing";
}

/** The enabled monitor with the shortest interval, for any role. */
function shortestMonitor(resource: Resource): OperationDef | undefined {
  let found: OperationDef | undefined;
  for (const operation of everyOperation(resource)) {
    if (operation.name !== "monitor" || operation.intervalMs === 0 || !operation.enabled) continue;
    if (found === undefined || operation.intervalMs < found.intervalMs) found = operation;
  }
  return found;
}

/** An operation that is asked about, and what is configured of it. */
interface Asked {
  readonly task: string;
  readonly intervalMs: number;
  readonly operation: OperationDef | undefined;
}

function failureOf(
  unpacking: Unpacking,
  resource: Resource,
  asked: Asked,
  meta: Map<string, string>,
): { onFail: OnFail; failRole: Role } {
  const { task, intervalMs, operation } = asked;
  const { stonithEnabled } = unpacking.set.options;
  let failRole: Role = Role.unknown;
  let onFail = configuredOnFail(unpacking, resource, asked, meta);
  if (onFail === "block") meta.set("on-fail", "block");
  if (onFail === "fence" && !stonithEnabled) onFail = "stop";
  if (onFail === "stop") failRole = Role.stopped;
  if (onFail === "restart-container" && resource.container === undefined) onFail = undefined;
  if (onFail === undefined && resource.container !== undefined) {
    onFail = "restart-container";
  } else if (
    (onFail === undefined || !resource.managed) && isConnection(resource) &&
    !(task === "monitor" && intervalMs === 0) && task !== "start"
  ) {
    if (!resource.managed) {
      onFail = "stop";
      failRole = Role.stopped;
    } else {
      if (resource.remoteReconnectMs > 0) failRole = Role.stopped;
      onFail = "reset-remote";
    }
  } else if (onFail === undefined) {
    onFail = task === "stop" ? (stonithEnabled ? "fence" : "block") : "recover";
  }
  const after = operation === undefined ? undefined : meta.get("role_after_failure");
  if (after !== undefined && failRole === Role.unknown) failRole = parseRole(after);
  if (failRole === Role.unknown) {
    failRole = task.toLowerCase() === "promote" ? Role.unpromoted : Role.started;
  }
  return { onFail, failRole };
}

/** A connection whose loss means that a remote (not guest) node is lost. */
const isConnection = (resource: Resource): boolean =>
  resource.remoteConnection && resource.remoteNode?.kind === "remote";

function configuredOnFail(
  unpacking: Unpacking,
  resource: Resource,
  { task, intervalMs, operation }: Asked,
  meta: Map<string, string>,
): OnFail | undefined {
  let text = meta.get("on-fail");
  if (task === "demote" && text === undefined) text = promotedMonitorOnFail(resource);
  if (task === "stop" && text?.toLowerCase() === "stop") {
    report(
      unpacking,
      "error",
      operation?.element ?? resource.element,
      `Using the default for on-fail of the stop of "${resource.id}": a failed stop cannot be ` +
        `answered by another. Use fence, block, ignore or standby.`,
    );
    meta.delete("on-fail");
    return undefined;
  }
  switch (text?.toLowerCase()) {
    case undefined:
      return undefined;
    case "block":
      return "block";
    case "fence":
      return "fence";
    case "standby":
      return "standby";
    case "ignore":
    case "nothing":
      return "ignore";
    case "migrate":
      return "ban";
    case "stop":
      return "stop";
    case "restart":
      return "recover";
    case "restart-container":
      return "restart-container";
    case "demote": {
      const promoted = task === "monitor" && intervalMs > 0 && operation?.role === Role.promoted;
      return task === "promote" || promoted || task === "demote" ? "demote" : undefined;
    }
    default:
      report(
        unpacking,
        "error",
        operation?.element ?? resource.element,
        `Using the default for on-fail of the ${task} of "${resource.id}": "${text}" is unknown. ` +
          `Use ignore, block, stop, restart, fence, standby, demote or restart-container.`,
      );
      return undefined;
  }
}

/** A failed demotion is treated as a failure in the promoted role is. */
function promotedMonitorOnFail(resource: Resource): string | undefined {
  for (const operation of everyOperation(resource)) {
    const onFail = operation.element.attributes["on-fail"];
    if (
      operation.name === "monitor" && operation.enabled && operation.intervalMs > 0 &&
      operation.role === Role.promoted && onFail !== undefined && onFail !== "demote"
    ) return onFail;
  }
  return undefined;
}

/** A delay, given or made so that a recurring operation falls on multiples from its origin. */
function startDelay(set: WorkingSet, meta: Map<string, string>, intervalMs: number): number {
  const text = meta.get("start-delay");
  const origin = meta.get("interval-origin");
  let delayMs: number | undefined;
  if (text !== undefined) delayMs = Math.max(0, parseMilliseconds(text) ?? 0);
  else if (origin !== undefined && intervalMs >= 1000) {
    const originS = parseDate(origin, set.zone);
    if (originS !== undefined) {
      const periodS = Math.trunc(intervalMs / 1000);
      const passed = (set.nowS - originS) % periodS;
      delayMs = ((passed <= 0 ? 0 : periodS) - passed) * 1000;
    }
  }
  if (delayMs === undefined) return 0;
  meta.set("start-delay", String(delayMs));
  return delayMs;
}
