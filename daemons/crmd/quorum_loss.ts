/**
 * What a node does that has no quorum: by itself, at once, and without the CIB.
 *
 * It stops everything it runs (`no-quorum-policy` is `stop` by default), because the others may
 * start it as soon as this node is fenced or taken for stopped. What belongs together, or is ordered
 * by a constraint, is stopped one after the other in the reverse order of its start; what does not,
 * side by side.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { elementAt } from "../cib/doors/path.ts";
import { isInterval, parseInterval } from "../pengine/doors/language.ts";
import type { XmlElement } from "@std/xml";
import type { Effect } from "../runtime/machine.ts";
import type { LrmOperation, LrmResult } from "../runtime/messages.ts";
import { boundedMs } from "../runtime/duration.ts";
import { chainsOf } from "./order_chains.ts";
import { defaultTimeoutMs, execute } from "./perform.ts";
import { type CrmdState, elements, log, optionOf } from "./state.ts";

/** Policies that leave alone what runs. */
const patient: ReadonlySet<string> = new Set(["ignore", "freeze"]);

/** The local resource manager has reported what it runs, and there is no quorum. */
export function stopAll(state: CrmdState, results: readonly LrmResult[], out: Effect[]): void {
  const { root } = state.replica;
  const policy = (root && optionOf(root, "no-quorum-policy")) ?? "stop";
  if (patient.has(policy) && !state.stopping) {
    log(
      out,
      "warning",
      withCode(
        "HA6001",
        `No quorum: no-quorum-policy is "${policy}", so resources on this node keep running`,
      ),
    );
    return;
  }
  const active = activeOf(results);
  // Whatever became of it, nobody has reported that it does not run.
  for (const [resource, operation] of state.lost) {
    if (!active.has(resource)) active.set(resource, { operation, callId: 0 });
  }
  for (const { operation } of state.orders.values()) {
    // Whatever it turns out to be, it is to be stopped after it.
    if (operation.action !== "stop" && operation.action !== "notify") {
      active.set(operation.resource, { operation, callId: Number.MAX_SAFE_INTEGER });
    }
  }
  const stopping = [...state.stops].flat().map(({ resource }) => resource);
  // What is being stopped has its place too: what comes before it in the order waits for it.
  const places = chainsOf(
    root,
    [...new Set([...active.keys(), ...stopping].map((resource) => wholeOf(root, resource)))],
  );
  for (const resource of stopping) active.delete(resource);
  if (active.size === 0) return;
  log(
    out,
    "crit",
    withCode(
      "HA6001",
      `No quorum: this node stops all that it runs, ${[...active.keys()].sort().join(", ")}`,
    ),
  );
  // Started just now, this daemon has no CIB yet: all may belong together, for all it knows.
  const placeOf = (resource: string) =>
    root === undefined ? { chain: "", depth: 0 } : places.get(wholeOf(root, resource))!;
  const latestFirst = [...active].sort(([a, x], [b, y]) =>
    placeOf(b).depth - placeOf(a).depth || y.callId - x.callId || (a < b ? 1 : -1)
  );
  for (const [resource, { operation }] of latestFirst) {
    const { chain } = placeOf(resource);
    const stop = stopOf(root, operation);
    const waiting = [...state.stops].find(([head]) => placeOf(head!.resource).chain === chain);
    if (waiting !== undefined) {
      waiting.push(stop);
      continue;
    }
    state.stops.add([stop]);
    execute(state, stop, undefined, out);
  }
}

/** A stop has ended: the next one of the same whole follows. */
export function stopNext(state: CrmdState, ended: LrmOperation, result: LrmResult, out: Effect[]) {
  for (const waiting of state.stops) {
    if (
      waiting[0]?.transitionKey !== ended.transitionKey || ended.resource !== waiting[0].resource
    ) {
      continue;
    }
    if (result.rc !== 0 || result.status !== 0) {
      log(
        out,
        "crit",
        withCode(
          "HA6002",
          `Without quorum, and "${ended.resource}" cannot be stopped: ${
            result.output || "no reason given"
          }. ` +
            `It may run twice unless this node is fenced or switched off by hand`,
        ),
      );
    }
    waiting.shift();
    if (waiting[0] === undefined) state.stops.delete(waiting);
    else execute(state, waiting[0], undefined, out);
    return;
  }
}

/**
 * There is quorum again, and the coordinator learns what runs here: stops that have not begun are
 * its task from now on. A stop that it does not know of would overlap with its starts.
 */
export function leaveStops(state: CrmdState): void {
  for (const waiting of state.stops) waiting.splice(1);
}

/** What runs, or may run, by the last results: with the operation that says so. */
export function activeOf(
  results: readonly LrmResult[],
): Map<string, { readonly operation: LrmOperation; readonly callId: number }> {
  const active = new Map<string, { readonly operation: LrmOperation; readonly callId: number }>();
  for (const result of results.toSorted((a, b) => a.callId - b.callId)) {
    const { operation, rc, status, callId } = result;
    const done = status === 0;
    switch (operation.action) {
      case "stop":
      case "migrate_to":
        if (done && rc === 0) active.delete(operation.resource);
        break;
      case "monitor":
        if (done && (rc === 7 || rc === 5)) active.delete(operation.resource);
        else if (!active.has(operation.resource)) {
          active.set(operation.resource, { operation, callId });
        }
        break;
      case "notify":
      case "meta-data":
        break;
      default:
        // Started, promoted, demoted; also if that failed: something may be left of it.
        active.set(operation.resource, { operation, callId });
    }
  }
  return active;
}

/** The group, clone or bundle that a resource is part of, else the resource itself. */
function wholeOf(root: XmlElement | undefined, resource: string): string {
  const contains = (element: XmlElement): boolean =>
    element.attributes.id === resource || elements(element).some(contains);
  const all = root && elementAt(root, "/cib/configuration/resources");
  return elements(all).find(contains)?.attributes.id ?? resource;
}

function stopOf(root: XmlElement | undefined, operation: LrmOperation): LrmOperation {
  const parameters = Object.fromEntries(
    Object.entries(operation.parameters).filter(([name]) => !name.startsWith("CRM_meta_")),
  );
  const timeoutMs = stopTimeoutMs(root, operation.resource);
  return {
    ...operation,
    action: "stop",
    intervalMs: 0,
    startDelayMs: 0,
    timeoutMs,
    parameters: { ...parameters, CRM_meta_timeout: String(timeoutMs) },
    transitionKey: "0:0:0:without-quorum",
  };
}

/** As the resource's own `op` says. */
function stopTimeoutMs(root: XmlElement | undefined, resource: string): number {
  const find = (element: XmlElement | undefined): XmlElement | undefined =>
    element?.attributes.id === resource
      ? element
      : elements(element).map(find).find((found) => found !== undefined);
  const primitive = root && find(elementAt(root, "/cib/configuration/resources"));
  for (const operations of elements(primitive, "operations")) {
    for (const { attributes } of elements(operations, "op")) {
      if (attributes.name === "stop" && attributes.timeout) {
        return millisecondsOf(attributes.timeout);
      }
    }
  }
  return defaultTimeoutMs;
}

/** `20s`, `20`, `500ms`, `2min`, `1h`, `PT1H`: without a unit, seconds; within the bounds of a wait. */
export const millisecondsOf = (text: string): number =>
  isInterval(text) ? boundedMs(parseInterval(text)) : defaultTimeoutMs;
