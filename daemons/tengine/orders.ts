/**
 * Actions that are no operation of a resource: fencing, and changes of the CIB.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { elementAt, stepText } from "../cib/doors/path.ts";
import {
  attributeNames,
  elements,
  resourcePath,
  setAttributes,
  unsetAttributes,
} from "../crmd/doors/status.ts";
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import {
  log,
  numberOf,
  resultDelayMs,
  type Run,
  send,
  type Step,
  stepOf,
  type TengineState,
} from "./state.ts";

/** Asks for a node to be fenced, or switched on. */
export function fence(state: TengineState, run: Run, step: Step, key: string, out: Effect[]): void {
  const { attributes, onNode } = step.synapse.action;
  const target = onNode ?? attributes.CRM_meta_on_node ?? "";
  const wanted = attributes.CRM_meta_stonith_action ?? "reboot";
  const action = wanted === "on" ? "on" : wanted === "reboot" ? "reboot" : "off";
  log(out, "notice", `${target} must be fenced (${action})`);
  const timeoutMs = boundedMs(run.graph.stonithTimeoutMs);
  // Seconds, as the policy engine has it: the side of the more important node may shoot first.
  const delayMs = boundedMs(numberOf(attributes.CRM_meta_priority_fencing_delay, 0) * 1_000);
  const incarnation = incarnationOf(state, target);
  send(out, "stonithd", {
    type: "fence/request",
    id: `${key} ${incarnation ?? ""}`,
    target,
    ...(incarnation === undefined ? {} : { incarnation: Number(incarnation) }),
    action,
    timeoutMs,
    ...(delayMs > 0 ? { delayMs } : {}),
  });
  // stonithd itself answers within the time; this is for a stonithd that hangs.
  out.push({ type: "timer", name: `action ${key}`, inMs: timeoutMs + delayMs + resultDelayMs });
}

/** stonithd needs more time than it was given, as the timeouts and delays of its devices are longer. */
export function fenceLonger(
  state: TengineState,
  { id, timeoutMs }: Extract<Message, { readonly type: "fence/underway" }>,
  out: Effect[],
): void {
  const [key = ""] = id.split(" ");
  if (stepOf(state, key)?.state.type !== "underway") return;
  out.push({ type: "timer", name: `action ${key}`, inMs: boundedMs(timeoutMs) + resultDelayMs });
}

/**
 * The changes that say that a node was switched on for what devices guard: when, and what these devices
 * were. They hold for one life of the node, so each join begins with it.
 */
export function unfenced(
  state: TengineState,
  { synapse: { action: { attributes, onNodeUuid } } }: Step,
  nowS: number,
): readonly CibChange[] {
  const { root } = state.replica;
  if (root === undefined || onNodeUuid === undefined) return [];
  const known = elements(elementAt(root, "/cib/status"), "node_state")
    .some((one) => one.attributes.id === onNodeUuid);
  if (!known) return [];
  const { CRM_meta_digests_all: all, CRM_meta_digests_secure: secure } = attributes;
  return setAttributes(root, onNodeUuid, {
    "#node-unfenced": String(nowS),
    ...(all === undefined ? {} : { "#digests-all": all }),
    ...(secure === undefined ? {} : { "#digests-secure": secure }),
  });
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

/**
 * Forgets the failures of a resource on a node: what counts them, and the record of the last one. A
 * record that stayed would forbid the resource permanently, if its parameters were the failure, and the
 * engine would have it cleared in each transition.
 */
export function clearFailcount(state: TengineState, step: Step): readonly CibChange[] {
  const { root } = state.replica;
  const { resource, onNodeUuid } = step.synapse.action;
  if (root === undefined || resource === undefined || onNodeUuid === undefined) return [];
  const mine = [`fail-count-${resource.id}#`, `last-failure-${resource.id}#`];
  const names = attributeNames(root, onNodeUuid).filter((name) =>
    mine.some((prefix) => name.startsWith(prefix) || `${name}#` === prefix)
  );
  return [...unsetAttributes(root, onNodeUuid, names), ...forgotten(root, onNodeUuid, resource.id)];
}

/** Takes the record of the last failure away, if there is one. */
function forgotten(root: XmlElement, nodeId: string, resource: string): readonly CibChange[] {
  const path = `${resourcePath(nodeId, resource)}${
    stepText("lrm_rsc_op", `${resource}_last_failure_0`)
  }`;
  return elementAt(root, path) === undefined ? [] : [{ op: "delete", path }];
}
