/**
 * Nodes that have asked to leave for good: as soon as such a node is down for sure, the coordinator has
 * heartbeat forget it, on every node. Then it no longer counts, and it is taken out of the CIB.
 *
 * The wish is in the CIB, so it outlives the command, the node itself, and the coordinator. It is asked
 * for again until heartbeat no longer has the node.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { leavesMark, markedNodes } from "./node_marks.ts";
import { type CrmdState, isTrue, log, tell } from "./state.ts";

/** Milliseconds between two requests to heartbeat. */
const againMs = 5_000;
/** The timer between them. */
export const forgetTimer = "forget";
/** Begins the ids of these requests. */
const idStart = "forget ";

/** Asks heartbeat to forget the nodes that have left. @param again the timer is over */
export function forgetLeft(state: CrmdState, again: boolean, out: Effect[]): void {
  const { coordination, view, replica: { root } } = state;
  if (coordination === undefined || view === undefined || root === undefined) return;
  const here = new Set(view.members.map(({ node }) => node));
  const gone = markedNodes(root, leavesMark).filter(({ node, state: { attributes } }) =>
    !here.has(node) && !isTrue(attributes.in_ccm) && attributes.expected === "down"
  );
  const asked = gone.map(({ node }) => node).filter((node) =>
    again || !coordination.forgetting.has(node)
  );
  coordination.forgetting.clear();
  for (const { node } of gone) coordination.forgetting.add(node);
  for (const node of asked) {
    log(out, "notice", `${node} has left the cluster for good: heartbeat is asked to forget it`);
    tell(out, "heartbeat", {
      type: "heartbeat/change",
      id: `${idStart}${node}`,
      change: { change: "remove", nodes: [node] },
    });
  }
  if (asked.length > 0) out.push({ type: "timer", name: forgetTimer, inMs: againMs });
}

/** Heartbeat has answered. */
export function onForgotten(
  { coordination }: CrmdState,
  { id, ok, error = "it gave no reason" }: {
    readonly id: string;
    readonly ok: boolean;
    readonly error?: string;
  },
  out: Effect[],
): void {
  if (ok || coordination === undefined || !id.startsWith(idStart)) return;
  const node = id.slice(idStart.length);
  if (!coordination.forgetting.has(node)) return;
  const text = `${node} has left the cluster, and heartbeat does not forget it yet: ${error}`;
  log(out, "warning", withCode("HA0014", text));
}
