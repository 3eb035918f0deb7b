/**
 * Events of operations, from the results in the CIB's status.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { hasFailed, pendingStatus, targetRcOf } from "../crmd/doors/status.ts";
import { changed, childOf, children } from "./changed.ts";
import { goneMax } from "./limits.ts";
import type { EventsState, Happened } from "./state.ts";
import { executionText, exitText } from "../pengine/doors/result_text.ts";

/** The results of one node that are new. */
export function operationsOf(
  state: EventsState,
  node: string,
  before: XmlElement | undefined,
  after: XmlElement | undefined,
): readonly Happened[] {
  const [old, now] = [before, after].map((of) => childOf(childOf(of, "lrm"), "lrm_resources"));
  return changed(old, now, "lrm_resource").flatMap((pair) => {
    const resource = (pair.after ?? pair.before)?.attributes.id ?? "";
    const was = new Set(children(pair.before, "lrm_rsc_op").map((op) => nameOf(node, op)));
    const is = new Map(children(pair.after, "lrm_rsc_op").map((op) => [nameOf(node, op), op]));
    for (const name of was) if (!is.has(name)) forget(state, name);
    return [...is].flatMap(([name, op]) =>
      was.has(name) || state.gone.has(name) ? [] : operation(node, resource, op) ?? []
    );
  });
}

/** The last failure and the last result may be the same operation: it has one name. */
function nameOf(node: string, { attributes }: XmlElement): string {
  const { operation_key, "call-id": call, "transition-magic": magic } = attributes;
  return [node, operation_key, call, magic, attributes["last-rc-change"]].join(" ");
}

/** A node that comes back brings its results again. */
function forget({ gone }: EventsState, name: string): void {
  gone.delete(name);
  gone.add(name);
  for (const oldest of gone) {
    if (gone.size <= goneMax) return;
    gone.delete(oldest);
  }
}

/** What a state is called after an operation that has succeeded. */
const states: Readonly<Record<string, string>> = {
  start: "started",
  stop: "stopped",
  promote: "promoted",
  demote: "unpromoted",
};

function operation(node: string, resource: string, op: XmlElement): Happened | undefined {
  const { attributes } = op;
  const [rc, status] = [Number(attributes["rc-code"]), Number(attributes["op-status"])];
  const { operation: task = "", interval = "0" } = attributes;
  if (status === pendingStatus || status === 1) return undefined;
  const target = targetRcOf(attributes["transition-key"] ?? "");
  const failed = hasFailed(status, rc, target);
  // Probes that find what was expected are no news: every resource has one on every node.
  if (!failed && task === "monitor" && interval === "0") return undefined;
  const desc = status === 0 ? exitText(rc) : executionText(status);
  const state = failed ? "failed" : states[task];
  return {
    kind: "resource",
    node,
    resource,
    what: failed
      ? `${resource}: ${task} failed on ${node}: ${desc}`
      : state === undefined
      ? `${resource}: ${task} on ${node}: ${desc}`
      : `${resource} is ${state} on ${node}`,
    why: attributes["exit-reason"] ?? "",
    facts: {
      node,
      rsc: resource,
      task,
      interval,
      desc,
      status: String(status),
      target_rc: String(target),
      rc: String(rc),
      exec_time: attributes["exec-time"] ?? "0",
      ...(state === undefined ? {} : { state }),
    },
  };
}
