/**
 * From the actions of a run to a transition: which of them are needed, and which of their inputs
 * matter.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import type { Action, Relation, Resource, WorkingSet } from "../model.ts";
import { isNeededInput } from "../order/needed_input.ts";
import { dateSMax, durationMsMax } from "../../runtime/reader.ts";
import type { Synapse, TransitionAction, TransitionGraph } from "../../runtime/transition.ts";
import { maintenanceAction } from "../act/maintenance.ts";
import { createNotifications } from "../act/notify.ts";
import { actionFlags } from "../order/collective.ts";
import { hasInstances } from "../place/resource.ts";
import { optionValue } from "../unpack/option_names.ts";
import { circlesOf } from "./circles.ts";
import { describeAction } from "./describe.ts";

/** Actions of a circle that are named; the others are counted. */
const namedMax = 8;

/** What a configuration may say of numbers of actions: no graph has more. */
const limitMax = 2 ** 31 - 1;

/** A number of the configuration as a graph may have it: one of another kind is refused as a whole. */
const whole = (value: number, min: number, max: number): number =>
  Math.trunc(Math.min(Math.max(value, min), max)) || 0;

/** Creates the transition of a run. */
export function createTransition(set: WorkingSet): TransitionGraph {
  const chosen: Action[] = [];
  const add = (action: Action) => {
    if (action.dumped) return;
    mergeInputs(action);
    if (!isNeeded(action)) return;
    action.dumped = true;
    chosen.push(action);
  };
  for (const resource of set.resources) addResource(set, resource, add);
  for (const action of set.actions) add(action);
  const news = maintenanceAction(set);
  if (news !== undefined) add(news);

  let synapses: Synapse[] = [];
  const absent = new Set<Action>();
  const made = new Map<Action, TransitionAction>();
  chosen.forEach((action) => made.set(action, describeAction(set, action)));
  for (const action of chosen) {
    const inputs: number[] = [];
    for (const input of action.before) {
      if (!isNeededInput(action, input)) continue;
      input.written = true;
      inputs.push(input.action.id);
      if (!input.action.dumped) absent.add(input.action);
    }
    const priority = priorityOf(action);
    synapses.push({
      id: synapses.length,
      ...(priority === 0 ? {} : { priority }),
      action: made.get(action)!,
      inputs,
    });
  }
  const stuck = stuckActions(set, synapses);
  synapses = synapses.filter(({ action }) => !stuck.has(action.id));
  const { options } = set;
  return {
    transitionId: 0,
    clusterDelayMs: whole(delayMs(options.clusterDelay), 0, durationMsMax),
    stonithTimeoutMs: whole(options.stonithTimeoutMs, 0, durationMsMax),
    spelling: {
      clusterDelay: options.clusterDelay,
      stonithTimeout: optionValue(options.raw, "fencing-timeout") ?? "60s",
    },
    failedStopOffset: "INFINITY",
    failedStartOffset: options.startFailureIsFatal ? "INFINITY" : "1",
    batchLimit: whole(options.batchLimit, -limitMax, limitMax),
    ...(options.migrationLimit > 0
      ? { migrationLimit: whole(options.migrationLimit, 1, limitMax) }
      : {}),
    ...(set.recheckByS === undefined
      ? {}
      : { recheckBy: whole(Math.ceil(set.recheckByS), -dateSMax, dateSMax) }),
    synapses,
    ...(absent.size + stuck.size === 0 ? {} : {
      absent: [...[...absent].map((one) => describeAction(set, one)), ...stuck.values()],
    }),
  };
}

/**
 * Actions that wait for each other, by number. They are left out and reported: the transition could
 * never end with them. The actions after them never start, as they would not have either.
 */
function stuckActions(
  set: WorkingSet,
  synapses: readonly Synapse[],
): ReadonlyMap<number, TransitionAction> {
  const actions = new Map(synapses.map(({ action }) => [action.id, action]));
  const circles = circlesOf(synapses.map(({ action, inputs }) => ({ id: action.id, inputs })));
  const stuck = new Map<number, TransitionAction>();
  for (const circle of circles) {
    const members = circle.flatMap((id) => actions.get(id) ?? []);
    for (const action of members) stuck.set(action.id, action);
    const names = members.map(({ operationKey, onNode }) =>
      onNode === undefined ? operationKey : `${operationKey} on ${onNode}`
    );
    const said = names.length > namedMax
      ? [...names.slice(0, namedMax), `${names.length - namedMax} others`]
      : names;
    set.diagnostics.push({
      severity: "warning",
      path: ["constraints"],
      what: withCode(
        "HA4003",
        `These actions wait for each other, and none is carried out: ${said.join(", ")}. ` +
          `Fix: remove one of the orders between their resources.`,
      ),
    });
  }
  return stuck;
}

function addResource(set: WorkingSet, resource: Resource, add: (action: Action) => void): void {
  if (hasInstances(resource)) {
    for (const action of resource.actions) actionFlags(action, undefined);
    if (resource.clone !== undefined) createNotifications(set, resource);
  }
  for (const child of resource.children) addResource(set, child, add);
  for (const action of resource.actions) add(action);
}

/** The priority of what is written: that of the resource, unless the action has its own. */
function priorityOf(action: Action): number {
  let priority = action.resource?.priority ?? 0;
  if (action.priority > priority) priority = action.priority;
  return priority;
}

/** Several relations to one action are one, with all their flags. */
function mergeInputs(action: Action): void {
  const merged = new Map<Action, Relation>();
  for (const input of action.before) {
    const known = merged.get(input.action);
    if (known === undefined) merged.set(input.action, input);
    else known.type |= input.type;
  }
  action.before.length = 0;
  action.before.push(...merged.values());
}

/** Whether an action belongs to the graph at all. */
function isNeeded(action: Action): boolean {
  if (!action.runnable) return false;
  if (action.optional && !action.printAlways) return false;
  const { resource, node } = action;
  // What is unmanaged is left alone, but watched.
  if (resource !== undefined && !resource.managed && action.task !== "monitor") {
    if (action.intervalMs === 0) return false;
  }
  if (action.pseudo || action.task === "stonith" || action.task === "do_shutdown") return true;
  if (node === undefined) return false;
  if (action.task === "lrm_delete") return true;
  if (node.kind === "guest" && !node.remoteRequiresReset) return true;
  return node.online && !node.unclean;
}

function delayMs(text: string): number {
  const match = /^(\d+)\s*(ms|us|s|sec|m|min|h|hr)?$/.exec(text.trim());
  if (match === null) return 60_000;
  const value = Number(match[1]);
  switch (match[2]) {
    case "ms":
      return value;
    case "us":
      return Math.floor(value / 1000);
    case "m":
    case "min":
      return value * 60_000;
    case "h":
    case "hr":
      return value * 3_600_000;
    default:
      return value * 1000;
  }
}
