/**
 * Plays a transition on a CIB: every action that can run is taken to run, as expected or as
 * specified.
 *
 * This is how a person sees what a transition will have done before a cluster does it, and how
 * the policy is tested: applied and scheduled again, a good transition leaves nothing to do.
 * The order is that of the graph: again and again from its first synapse, until nothing is ready.
 *
 * @module
 */
import type { WorkingSet } from "../model.ts";
import type { TransitionAction, TransitionGraph } from "../../runtime/transition.ts";
import { countStatusChange, type EditableCib, nodeState, removeChildren } from "./cib_edit.ts";
import { countFailure } from "./fail_count.ts";
import { recordResult, resourceHistory } from "./history.ts";
import { setNodePresence } from "./node_presence.ts";
import type { OperationSpec } from "./operation_spec.ts";

/** What the execution depends on beside the graph. */
export interface ExecuteOptions {
  /** Seconds since 1970. */
  readonly nowS: number;
  /** Whether the working set holds a resource of that name (see `resourceNames`). */
  readonly known: (resource: string) => boolean;
  /** Results that differ from what the graph expects. */
  readonly failures?: readonly OperationSpec[];
}

/** What came of it. The CIB given has been changed. */
export interface Execution {
  /** One line for each action carried out and each thing done because of it. */
  readonly lines: readonly string[];
  /** Actions that were never ready: something they need did not happen. */
  readonly unreached: readonly TransitionAction[];
  /** Whether a failure that was asked for stopped it. */
  readonly failed: boolean;
}

/** Applies a graph to a CIB. */
export function execute(
  cib: EditableCib,
  graph: TransitionGraph,
  options: ExecuteOptions,
): Execution {
  const lines: string[] = [];
  const done = new Set<number>();
  let failed = false;
  let waiting = graph.synapses;
  const succeeded = new Set<number>();
  for (let before = Infinity; waiting.length < before;) {
    before = waiting.length;
    waiting = waiting.filter((synapse) => {
      // A failure stops the transition, but for marks in time and what has the highest priority.
      const urgent = synapse.priority === 1_000_000;
      if (failed && !urgent && synapse.action.kind !== "pseudo_event") return true;
      const through = urgent ? done : succeeded;
      if (!synapse.inputs.every((id) => through.has(id))) return true;
      const good = carryOut(cib, synapse.action, options, lines);
      done.add(synapse.action.id);
      if (good) succeeded.add(synapse.action.id);
      else failed = true;
      return false;
    });
  }
  return { lines, unreached: waiting.map(({ action }) => action), failed };
}

/**
 * The names by which a working set knows resources: their ids, and the names that the histories of
 * nodes gave to instances of clones.
 */
export function resourceNames(set: WorkingSet): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { id, historyId } of set.resourceById.values()) {
    names.add(id);
    names.add(historyId);
  }
  return names;
}

/** @returns whether it went well. */
function carryOut(
  cib: EditableCib,
  action: TransitionAction,
  options: ExecuteOptions,
  lines: string[],
): boolean {
  switch (action.kind) {
    case "pseudo_event": {
      const on = action.onNode === undefined ? "" : ` on ${action.onNode}`;
      lines.push(`  * Pseudo action:   ${action.operationKey}${on}`);
      return true;
    }
    case "crm_event":
      if (action.task === "stonith") fence(cib, action, lines);
      else {
        const about = action.resource === undefined ? "" : ` for ${action.resource.id}`;
        lines.push(`  * Cluster action:  ${action.task}${about} on ${action.onNode}`);
      }
      return true;
    case "rsc_op":
      return operate(cib, action, options, lines);
  }
}

/** The node that is fenced is gone, and with it what was known of what runs there. */
function fence(cib: EditableCib, action: TransitionAction, lines: string[]): void {
  const node = action.onNode ?? "";
  const operation = action.attributes.CRM_meta_stonith_action ?? "";
  lines.push(`  * Fencing ${node} (${operation})`);
  if (operation.toLowerCase() === "on") return;
  const state = setNodePresence(cib, node, "down");
  removeChildren(state, "lrm");
  removeChildren(state, "transient_attributes");
}

function operate(
  cib: EditableCib,
  action: TransitionAction,
  options: ExecuteOptions,
  lines: string[],
): boolean {
  const { task, resource } = action;
  const node = action.onNode ?? "";
  if (task === "probe_complete" || resource === undefined) return true;
  // The graph names an instance of a clone without its number; people see the number unless the
  // node's history made the engine know the instance by the bare name.
  const name = options.known(resource.id) ? resource.id : resource.longId ?? resource.id;
  const intervalMs = Number(action.attributes.CRM_meta_interval ?? 0);
  if (task === "delete" || task === "meta-data") {
    lines.push(operationLine(name, task, 0, node));
    return true;
  }
  lines.push(operationLine(name, task, intervalMs, node));
  const targetRc = Number(action.attributes.CRM_meta_op_target_rc ?? 0);
  // The history of a remote node is kept under its name, whatever else its id may be.
  const id = action.routerNode === undefined ? action.onNodeUuid : node;
  const state = nodeState(cib, node, id);
  const history = resourceHistory(
    state,
    name === resource.id ? [name] : [name, resource.id],
    resource,
  );
  let rc = targetRc;
  let good = true;
  for (const failure of options.failures ?? []) {
    const asked = failure.task === task && failure.intervalMs === intervalMs &&
      failure.node.toLowerCase() === node.toLowerCase();
    const matched = [name, resource.id].find((known) =>
      known.toLowerCase() === failure.resource.toLowerCase()
    );
    if (!asked || matched === undefined) continue;
    good = false;
    rc = failure.rc;
    lines.push(`Pretending action ${action.id} failed with rc=${rc}`);
    lines.push(
      ...countFailure(state, { resource: matched, task, intervalMs, rc, atS: options.nowS }),
    );
    break;
  }
  recordResult(history, {
    resource: resource.id,
    node,
    task,
    intervalMs,
    rc,
    targetRc,
    exitReason: "User-injected result",
    parameters: action.attributes,
    atS: options.nowS,
  });
  countStatusChange(cib);
  return good;
}

function operationLine(resource: string, task: string, intervalMs: number, node: string): string {
  const every = intervalMs > 0 ? `=${intervalMs}` : "";
  return `  * Resource action: ${resource.padEnd(15)} ${task}${every} on ${node}`;
}
