/**
 * The coordinator's office: a node takes it up with a view, and lays it down with another.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { nodesMax } from "../runtime/reader.ts";
import { forgetAlive } from "./alive.ts";
import { forgetTimer } from "./forget_left.ts";
import { goesOn, onJoin } from "./members.ts";
import { consider } from "./policy.ts";
import { type CrmdState, tell } from "./state.ts";

/** This node is the coordinator of a view. */
export function coordinate(state: CrmdState, at: number, out: Effect[]): void {
  const { coordination } = state;
  const policy = coordination?.policy ?? { type: "idle" };
  if (policy.type === "computing") policy.stale = true;
  if (policy.type === "running") {
    // What is under way is awaited; the rest of the graph is about a cluster that has changed.
    tell(out, "tengine", { type: "tengine/abort", why: "the membership has changed" });
  }
  state.coordination = {
    joins: new Map(),
    done: new Map(),
    heldJoins: new Map(),
    joinsAtOnce: nodesMax,
    late: false,
    complete: goesOn(state),
    policy: policy.type === "waiting" ? { type: "idle" } : policy,
    doing: coordination?.doing ?? { policy, sinceMs: at },
    unsettledAtMs: at,
    writing: coordination?.writing ?? false,
    fenced: coordination?.fenced ?? new Map(),
    forgetting: new Set(),
    lastGraph: "",
    attempts: 0,
    waited: false,
  };
  forgetAlive(state.view, state.coordination.fenced, out);
  const epoch = state.view?.epoch ?? 0;
  for (const [node, join] of state.early) {
    if (join.view === epoch) onJoin(state, node, join, out);
    // What is for a later view stays.
    if (join.view <= epoch) state.early.delete(node);
  }
  const { joinWaitMs, startupWaitMs } = state.config;
  out.push({ type: "timer", name: "join", inMs: joinWaitMs });
  if (!state.coordination.complete) {
    out.push({ type: "timer", name: "startup", inMs: startupWaitMs });
  }
  consider(state, at, out);
}

/** This node is no longer the coordinator: services that wait for it are informed. */
export function endCoordination(state: CrmdState, why: string, out: Effect[]): void {
  const { coordination } = state;
  if (coordination === undefined) return;
  if (coordination.policy.type === "running") tell(out, "tengine", { type: "tengine/abort", why });
  for (const key of [...coordination.fenced.values()].flatMap(({ keys }) => keys)) {
    tell(out, "tengine", { type: "crmd/performed", key, ok: false, error: why });
  }
  state.coordination = undefined;
  for (const name of ["join", "startup", "retry", "recheck", "policy", "trial", forgetTimer]) {
    out.push({ type: "cancel", name });
  }
}

/** Something new makes it worth while to try again at once. */
export function stopWaiting(state: CrmdState, out: Effect[]): void {
  if (state.coordination?.policy.type !== "waiting") return;
  state.coordination.policy = { type: "idle" };
  state.coordination.attempts = 0;
  out.push({ type: "cancel", name: "retry" });
}
