/**
 * What the coordinator waits for before it starts a transition, and since when. Each wait has a bound
 * of its own; a coordinator that starts nothing for longer has a defect, and its status shows where.
 *
 * @module
 */
import { awaitsFencing, stateOf } from "./node_states.ts";
import type { CrmdState } from "./state.ts";

/** One wait. */
export interface Awaited {
  readonly what: string;
  readonly forMs: number;
}

/** After each event: notes when the coordinator began what it does now. */
export function noteDoing({ coordination }: CrmdState, at: number): void {
  if (coordination === undefined || coordination.doing.policy === coordination.policy) return;
  coordination.doing = { policy: coordination.policy, sinceMs: at };
}

/** Undefined: this node is not the coordinator, a transition is under way, or there is nothing to do. */
export function awaited(state: CrmdState, at: number): Awaited | undefined {
  const { coordination } = state;
  if (coordination === undefined) return undefined;
  const { policy, doing, unsettledAtMs } = coordination;
  const since = (what: string, ms: number): Awaited => ({ what, forMs: Math.round(at - ms) });
  switch (policy.type) {
    case "running":
      return undefined;
    case "computing":
      return since("the answer of the policy engine", doing.sinceMs);
    case "waiting":
      return since("the next attempt, as the last ones changed nothing", doing.sinceMs);
    case "idle": {
      const what = unsettled(state);
      return what === undefined || unsettledAtMs === undefined
        ? undefined
        : since(what, unsettledAtMs);
    }
  }
}

/** What is missing before the policy engine can be asked. */
function unsettled({ coordination, view, replica: { root } }: CrmdState): string | undefined {
  if (coordination === undefined || view === undefined) return undefined;
  if (root === undefined) return "the CIB";
  if (coordination.writing) return "the CIB to record the members";
  const fenced = [...coordination.fenced.keys()].sort();
  if (fenced.length > 0) return `the CIB to record the fencing of ${fenced.join(", ")}`;
  if (!coordination.complete) return "the other configured nodes, as the cluster starts";
  const missing = view.members.flatMap(({ node, incarnation }) =>
    coordination.late || coordination.done.has(node) ||
      awaitsFencing(root, stateOf(root, node), `${incarnation}`)
      ? []
      : node
  );
  return missing.length === 0 ? undefined : `the join of ${missing.sort().join(", ")}`;
}
