/**
 * The walk through a graph: what may begin begins, what has ended lets others begin, until nothing is
 * left or the graph is given up.
 *
 * @module
 */
import { compareVersions } from "../cib/doors/document.ts";
import { resourcePath } from "../crmd/doors/status.ts";
import { boundedMs } from "../runtime/duration.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { change, clearFailcount, fence } from "./orders.ts";
import {
  log,
  numberOf,
  resultDelayMs,
  type Run,
  send,
  type Step,
  type TengineState,
  transitionKey,
  underwayMax,
} from "./state.ts";

/** Takes a new graph, unless the CIB has moved on since it was computed. */
export function begin(
  state: TengineState,
  { graph, view, version }: Extract<Message, { readonly type: "tengine/run" }>,
  out: Effect[],
): void {
  const done = (why: string) =>
    send(out, "crmd", {
      type: "tengine/done",
      transitionId: graph.transitionId,
      complete: false,
      why,
    });
  if (state.run !== undefined) return done("another graph is under way");
  if (state.foreign !== undefined && compareVersions(state.foreign, version) > 0) {
    return done("the CIB has changed since it was computed");
  }
  const steps = new Map<number, Step>();
  for (const synapse of graph.synapses) {
    steps.set(synapse.action.id, { synapse, missing: 0, next: [], state: { type: "waiting" } });
  }
  const run: Run = {
    graph,
    view,
    steps,
    marks: [],
    ready: [],
    sorted: false,
    underway: 0,
    recurring: 0,
    aborted: undefined,
    fencingFailed: false,
  };
  const absent = new Set((graph.absent ?? []).map(({ id }) => id));
  for (const step of steps.values()) {
    for (const input of new Set(step.synapse.inputs)) {
      const before = steps.get(input);
      // What waits for something that cannot be done never begins.
      if (before !== undefined || absent.has(input)) step.missing++;
      before?.next.push(step);
    }
    if (step.missing === 0) makeReady(run, step);
  }
  state.run = run;
  log(out, "info", `Transition ${graph.transitionId}: ${steps.size} actions`);
  advance(state, out);
}

/** Begins whatever may begin. */
function advance(state: TengineState, out: Effect[]): void {
  const { run } = state;
  if (run === undefined) return;
  const { batchLimit } = run.graph;
  const most = batchLimit > 0 ? Math.min(batchLimit, underwayMax) : underwayMax;
  while (run.aborted === undefined) {
    const mark = run.marks.pop();
    if (mark !== undefined) {
      pass(run, mark, "done");
      continue;
    }
    if (run.underway >= most || run.ready.length === 0) break;
    if (!run.sorted) {
      run.ready.sort((a, b) =>
        (a.synapse.priority ?? 0) - (b.synapse.priority ?? 0) ||
        b.synapse.action.id - a.synapse.action.id
      );
      run.sorted = true;
    }
    fire(state, run, run.ready.pop()!, out);
  }
  finishIfOver(state, out);
}

/** The node whose crmd carries an action out. */
export const actorOf = (action: Step["synapse"]["action"]): string | undefined =>
  action.routerNode ?? action.onNode;

function fire(state: TengineState, run: Run, step: Step, out: Effect[]): void {
  const { action } = step.synapse;
  const key = transitionKey(state, run, step);
  const node = actorOf(action);
  run.underway++;
  if (isRecurring(step)) run.recurring++;
  step.state = { type: "underway" };
  if (action.kind === "crm_event") {
    switch (action.task) {
      case "stonith":
        return fence(state, run, step, key, out);
      case "clear_failcount":
        if (!change(key, clearFailcount(state, step), out)) settle(state, step, true, "", out);
        return;
      case "lrm_delete":
        if (action.onNodeUuid !== undefined && action.resource !== undefined) {
          const path = resourcePath(action.onNodeUuid, action.resource.id);
          change(key, [{ op: "delete", path }], out);
          return;
        }
        return settle(state, step, true, "", out);
      case "do_shutdown":
        break;
      default:
        // Marks for executors that this cluster does not have.
        return settle(state, step, true, "", out);
    }
  }
  if (node === undefined) return settle(state, step, false, "no node is to do it", out);
  const incarnation = state.view?.members.find((member) => member.node === node)?.incarnation;
  step.state = { type: "underway", ...(incarnation === undefined ? {} : { incarnation }) };
  log(out, "notice", `${action.operationKey} on ${node}`);
  out.push({
    type: "send",
    to: { node, service: "crmd" },
    message: { type: "crmd/perform", view: run.view, key, action },
  });
  if (action.attributes.CRM_meta_op_no_wait === "true" && action.kind === "crm_event") {
    return settle(state, step, true, "", out);
  }
  const waitMs = boundedMs(
    numberOf(action.attributes.CRM_meta_timeout, 20_000) +
      numberOf(action.attributes.CRM_meta_start_delay, 0),
  );
  out.push({ type: "timer", name: `action ${key}`, inMs: waitMs + resultDelayMs });
}

/** An action that was in progress has ended. */
export function settle(
  state: TengineState,
  step: Step,
  ok: boolean,
  why: string,
  out: Effect[],
): void {
  const { run } = state;
  if (run === undefined || step.state.type !== "underway") return;
  run.underway--;
  if (isRecurring(step)) run.recurring--;
  out.push({ type: "cancel", name: `action ${transitionKey(state, run, step)}` });
  const { action } = step.synapse;
  if (ok || action.canFail) pass(run, step, ok ? "done" : "failed");
  else {
    step.state = { type: "failed" };
    abort(
      state,
      `${action.operationKey}${action.onNode ? ` on ${action.onNode}` : ""}: ${why}`,
      out,
    );
  }
  advance(state, out);
}

/** An action has ended: what waited for it may begin. */
function pass(run: Run, step: Step, type: "done" | "failed"): void {
  step.state = { type };
  for (const next of step.next) if (--next.missing === 0) makeReady(run, next);
}

function makeReady(run: Run, step: Step): void {
  if (step.synapse.action.kind === "pseudo_event") run.marks.push(step);
  else {
    run.ready.push(step);
    run.sorted = false;
  }
}

/** Begins nothing new of this graph, which ends at once if it waits only for monitors. */
export function abort(state: TengineState, why: string, out: Effect[]): void {
  const { run } = state;
  if (run === undefined || run.aborted !== undefined) return;
  run.aborted = why;
  log(out, "info", `Transition ${run.graph.transitionId} is given up: ${why}`);
  finishIfOver(state, out);
}

/** Whether an action is a repeated operation: its first run shows only that nothing has failed yet. */
const isRecurring = ({ synapse: { action } }: Step): boolean =>
  action.kind === "rsc_op" && numberOf(action.attributes.CRM_meta_interval, 0) > 0;

/**
 * The graph ends when nothing of it is in progress: what may begin has begun. A graph that was
 * given up waits for no monitor: one that hangs would hold up the recovery of its own resource.
 */
function finishIfOver(state: TengineState, out: Effect[]): void {
  const { run } = state;
  if (run === undefined) return;
  if (run.underway > (run.aborted === undefined ? 0 : run.recurring)) return;
  for (const step of run.underway > 0 ? run.steps.values() : []) {
    if (step.state.type !== "underway") continue;
    out.push({ type: "cancel", name: `action ${transitionKey(state, run, step)}` });
  }
  state.run = undefined;
  const left = [...run.steps.values()].filter(({ state }) => state.type === "waiting").length;
  const complete = run.aborted === undefined && left === 0;
  const why = run.aborted ??
    (left === 0 ? "all actions are done" : `${left} actions wait for each other forever`);
  send(out, "crmd", {
    type: "tengine/done",
    transitionId: run.graph.transitionId,
    complete,
    why,
    ...(run.fencingFailed ? { fencingFailed: true } : {}),
  });
}

/** Actions whose actor will never answer. */
export function endLost(
  state: TengineState,
  isLost: (step: Step) => boolean,
  why: string,
  out: Effect[],
): void {
  for (const step of state.run?.steps.values() ?? []) {
    if (step.state.type !== "underway" || !isLost(step)) continue;
    abort(state, `${step.synapse.action.operationKey}: ${why}`, out);
    settle(state, step, false, why, out);
  }
}
