/**
 * Actions that are no operation of a resource: fencing, and changes of the CIB.
 *
 * @module
 */
import { elementAt } from "../cib/doors/document.ts";
import { attributeNames, elements, unsetAttributes } from "../crmd/doors/status.ts";
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange } from "../runtime/messages.ts";
import { log, resultDelayMs, type Run, send, type Step, type TengineState } from "./state.ts";

/** Asks for a node to be fenced, or switched on. */
export function fence(state: TengineState, run: Run, step: Step, key: string, out: Effect[]): void {
  const { attributes, onNode } = step.synapse.action;
  const target = onNode ?? attributes.CRM_meta_on_node ?? "";
  const wanted = attributes.CRM_meta_stonith_action ?? "reboot";
  const action = wanted === "on" ? "on" : wanted === "reboot" ? "reboot" : "off";
  log(out, "notice", `${target} must be fenced (${action})`);
  const timeoutMs = boundedMs(run.graph.stonithTimeoutMs);
  const incarnation = incarnationOf(state, target);
  send(out, "stonithd", {
    type: "fence/request",
    id: `${key} ${incarnation ?? ""}`,
    target,
    ...(incarnation === undefined ? {} : { incarnation: Number(incarnation) }),
    action,
    timeoutMs,
  });
  // stonithd itself answers within the time; this is for one that does not.
  out.push({ type: "timer", name: `action ${key}`, inMs: timeoutMs + resultDelayMs });
}

/** The life of a node that the CIB knows. */
function incarnationOf(state: TengineState, node: string): string | undefined {
  const { root } = state.replica;
  const known = root && elements(elementAt(root, "/cib/status"), "node_state")
    .find(({ attributes }) => attributes.uname === node);
  return known?.attributes.incarnation;
}

/**
 * An action that is a change of the CIB: done when that is acknowledged.
 *
 * @returns false if there is nothing to change, so that it is done already.
 */
export function change(key: string, changes: readonly CibChange[], out: Effect[]): boolean {
  if (changes.length > 0) send(out, "cib", { type: "cib/apply", id: `done ${key}`, changes });
  return changes.length > 0;
}

/** Forgets the failures of a resource on a node. */
export function clearFailcount(state: TengineState, step: Step): readonly CibChange[] {
  const { root } = state.replica;
  const { resource, onNodeUuid } = step.synapse.action;
  if (root === undefined || resource === undefined || onNodeUuid === undefined) return [];
  const mine = [`fail-count-${resource.id}#`, `last-failure-${resource.id}#`];
  const names = attributeNames(root, onNodeUuid).filter((name) =>
    mine.some((prefix) => name.startsWith(prefix) || `${name}#` === prefix)
  );
  return unsetAttributes(root, onNodeUuid, names);
}
