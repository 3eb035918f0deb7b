/**
 * The coordinator's loop: something has changed, so the policy engine is asked what to do, and the
 * transition engine does it; then it is asked again, until there is nothing left to do.
 *
 * No two computations and no two graphs are ever under way at once. What came to nothing is tried
 * again after a while that grows.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { textOf } from "../cib/doors/document.ts";
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import type { TransitionGraph } from "../runtime/transition.ts";
import {
  blame,
  configurationToAsk,
  countDeath,
  praise,
  withConfiguration,
} from "./configurations.ts";
import { forgetAlive } from "./alive.ts";
import { forgetLeft } from "./forget_left.ts";
import { heldIn, reportHeld, withHeld } from "./fencing_loop.ts";
import { reconcile } from "./members.ts";
import { withPriorityDelay } from "./priority_delay.ts";
import { millisecondsOf } from "./quorum_loss.ts";
import {
  type CrmdState,
  log,
  newId,
  nowS,
  optionOf,
  policyMsMax,
  retryMs,
  retryMsMax,
  tell,
} from "./state.ts";
import { reportUnsupported, unsupportedIn, withoutUnsupported } from "./unsupported.ts";

/** The CIB or the members have changed: brings the picture up to date and then asks. */
export function consider(state: CrmdState, at: number, out: Effect[]): void {
  const { coordination } = state;
  if (coordination === undefined) return;
  const settled = reconcile(state, at, out);
  if (settled) coordination.unsettledAtMs = undefined;
  else coordination.unsettledAtMs ??= at;
  forgetLeft(state, false, out);
  const { policy } = coordination;
  switch (policy.type) {
    case "computing":
      policy.stale = true;
      return;
    case "running":
    case "waiting":
      return;
    case "idle":
      if (settled) ask(state, at, out);
  }
}

function ask(state: CrmdState, at: number, out: Effect[]): void {
  const { coordination, replica: { root } } = state;
  const configuration = configurationToAsk(state, at);
  if (coordination === undefined || root === undefined || configuration === undefined) return;
  const id = newId(state, "policy");
  coordination.policy = { type: "computing", id, configuration, stale: false };
  const held = heldIn(root);
  reportHeld(state, held, out);
  const asked = withConfiguration(root, configuration);
  const unsupported = unsupportedIn(asked);
  reportUnsupported(state, unsupported, out);
  out.push({ type: "timer", name: "policy", inMs: policyMsMax });
  tell(out, "pengine", {
    type: "pengine/schedule",
    id,
    cib: textOf(withoutUnsupported(withHeld(asked, held), unsupported)),
    nowS: nowS(state, at),
  });
}

/** The policy engine was started again, or says nothing: what it was asked is void. */
export function askAgain(state: CrmdState, at: number, out: Effect[]): void {
  const { coordination } = state;
  if (coordination?.policy.type !== "computing") return;
  coordination.policy = { type: "idle" };
  consider(state, at, out);
}

/** The policy engine is gone, or silent. What it computes is asked again when it is there. */
export function engineGone(state: CrmdState, why: string, at: number, out: Effect[]): void {
  const policy = state.coordination?.policy;
  if (policy?.type === "computing") countDeath(state, policy.configuration, why, at, out);
}

/** The policy engine has answered. */
export function onTransition(
  state: CrmdState,
  message: Extract<Message, { readonly type: "pengine/transition" }>,
  at: number,
  out: Effect[],
): void {
  const { coordination, view, replica } = state;
  if (coordination === undefined || view === undefined || replica.version === undefined) return;
  const { policy } = coordination;
  if (policy.type !== "computing" || policy.id !== message.id) return;
  coordination.policy = { type: "idle" };
  const { graph: decided, findings = [], error = "no reason given", hung = false } = message;
  if (decided === undefined) {
    if (blame(state, policy.configuration, { why: error, hung }, at, out)) consider(state, at, out);
    else wait(state, out);
    return;
  }
  praise(state, policy.configuration, out);
  if (policy.stale) {
    consider(state, at, out);
    return;
  }
  report(state, findings, out);
  const graph = withPriorityDelay(state, decided, message.standing);
  recheck(state, graph, at, out);
  if (graph.synapses.length === 0) {
    coordination.lastGraph = "";
    coordination.attempts = 0;
    coordination.waited = false;
    return;
  }
  const digest = digestOf(graph);
  if (digest !== coordination.lastGraph) coordination.attempts = 0;
  else if (!coordination.waited && coordination.attempts++ > 0) {
    // The same again: what was done has changed nothing.
    wait(state, out);
    return;
  }
  coordination.lastGraph = digest;
  coordination.waited = false;
  const transitionId = ++state.lastTransition;
  coordination.policy = { type: "running", transitionId };
  tell(out, "tengine", {
    type: "tengine/run",
    // Numbered here, since a restarted policy engine starts from one.
    graph: { ...graph, transitionId },
    view: view.epoch,
    version: replica.version,
  });
}

/** A graph has ended, or was given up: asks again, so that nothing is overlooked. */
export function onDone(
  state: CrmdState,
  message: Extract<Message, { readonly type: "tengine/done" }>,
  at: number,
  out: Effect[],
): void {
  const { coordination } = state;
  if (coordination === undefined) return;
  if (coordination.policy.type !== "running") return;
  coordination.policy = { type: "idle" };
  forgetAlive(state.view, coordination.fenced, out);
  if (!message.complete) {
    log(out, "info", `Transition ${message.transitionId} was not completed: ${message.why}`);
  }
  if (message.fencingFailed) wait(state, out);
  else consider(state, at, out);
}

/** Waits before the next attempt, each time longer. */
function wait(state: CrmdState, out: Effect[]): void {
  const { coordination } = state;
  if (coordination === undefined) return;
  coordination.policy = { type: "waiting" };
  const inMs = Math.min(retryMs * 2 ** Math.min(coordination.attempts, 10), retryMsMax);
  coordination.attempts++;
  out.push({ type: "timer", name: "retry", inMs });
}

/** The wait is over. */
export function retry(state: CrmdState, at: number, out: Effect[]): void {
  if (state.coordination?.policy.type !== "waiting") return;
  state.coordination.policy = { type: "idle" };
  state.coordination.waited = true;
  consider(state, at, out);
}

/** Errors of the configuration are reported when they appear, not at each computation. */
function report(state: CrmdState, findings: readonly string[], out: Effect[]): void {
  for (const finding of findings) {
    if (!state.findings.has(finding)) log(out, "warning", `The CIB: ${finding}`);
  }
  state.findings = new Set(findings);
}

/** Times in the CIB (failures that expire, rules) make the policy another one by themselves. */
function recheck(state: CrmdState, graph: TransitionGraph, at: number, out: Effect[]): void {
  const { root } = state.replica;
  const option = root && optionOf(root, "cluster-recheck-interval");
  let inMs = option === undefined ? state.config.recheckMs : millisecondsOf(option);
  if (graph.recheckBy !== undefined) {
    const byMs = Math.max(1, graph.recheckBy - nowS(state, at)) * 1_000;
    inMs = inMs > 0 ? Math.min(inMs, byMs) : byMs;
  }
  if (inMs > 0) out.push({ type: "timer", name: "recheck", inMs: boundedMs(inMs) });
}

/** What a graph does, without its number. */
function digestOf(graph: TransitionGraph): string {
  return createHash("md5").update(JSON.stringify(graph.synapses)).digest("hex");
}
