/**
 * The transition engine: walks a transition graph.
 *
 * It gives an action to whoever carries it out as soon as all its inputs are done: operations of
 * resources to the crmd of their node, fencing to stonithd, marks in time to nobody. An action of a
 * resource is done when its result is in the CIB, on every disk: so a successor of this coordinator
 * knows it too. A graph that is overtaken by events begins nothing new; what is under way is awaited.
 *
 * @module
 */
import { newReplica, subscribe, take } from "../cib/replica.ts";
import { elementAt } from "../cib/path.ts";
import { compareVersions } from "../cib/version.ts";
import { attributeNames, unsetAttributes } from "../crmd/attributes.ts";
import {
  hasFailed,
  pendingStatus,
  resourcePath,
  resultChanges,
  targetRcOf,
} from "../crmd/history.ts";
import { elements } from "../crmd/state.ts";
import type { Effect, Event, Machine } from "../machine.ts";
import type { CibChange, LrmResult, Message } from "../messages.ts";
import { happeningOf, type OperationRecord } from "./events.ts";
import { countFailure, infinity } from "./failures.ts";
import {
  log,
  resultDelayMs,
  type Run,
  type Step,
  stepOf,
  type TengineState,
  transitionKey,
  underwayMax,
  uuidFrom,
} from "./state.ts";

/** Makes the machine of service `tengine`. */
export function tengine(): Machine<TengineState> {
  const state: TengineState = {
    self: "",
    wallOffsetMs: 0,
    uuid: "",
    lastId: 0,
    replica: newReplica(),
    view: undefined,
    run: undefined,
    foreign: undefined,
  };
  return { service: "tengine", state, step };
}

function step(state: TengineState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      state.uuid = uuidFrom(event.seed, event.wallMs, event.node);
      send(out, "ccm", { type: "ccm/subscribe" });
      subscribe(state.replica, out);
      break;
    case "peer":
      if (event.service === "ccm" && event.up) send(out, "ccm", { type: "ccm/subscribe" });
      if (event.service === "cib" && event.up) subscribe(state.replica, out);
      if (event.service === "stonithd" && !event.up) {
        endLost(state, (step) => step.synapse.action.task === "stonith", "stonithd is gone", out);
      }
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      onTimer(state, event.name, event.at, out);
      break;
    case "stop":
      out.push({ type: "stopped" });
      break;
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  return out;
}

function onMessage(
  state: TengineState,
  from: { readonly node: string; readonly service: string },
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "tengine/run":
      begin(state, message, out);
      return;
    case "tengine/abort":
      abort(state, message.why, out);
      finishIfOver(state, out);
      return;
    case "ccm/view": {
      state.view = message.view;
      // Whoever was told to act and is gone, or has begun a new life, will not answer.
      const lives = new Map(
        message.view.members.map(({ node, incarnation }) => [node, incarnation]),
      );
      endLost(
        state,
        ({ synapse: { action }, state }) =>
          action.kind === "rsc_op" && state.type === "underway" &&
          state.incarnation !== undefined &&
          lives.get(actorOf(action) ?? "") !== state.incarnation,
        "its node has left",
        out,
      );
      return;
    }
    case "ccm/evicted":
      state.view = undefined;
      abort(state, "this node belongs to no membership", out);
      endLost(state, ({ synapse: { action } }) => action.kind === "rsc_op", "no membership", out);
      return;
    case "cib/changed":
    case "cib/document": {
      const before = state.replica.root;
      if (!take(state.replica, message, out)) return;
      if (message.type === "cib/document" || message.replaced) {
        if (before !== undefined) foreign(state, "the whole CIB is another one", out);
        state.foreign = state.replica.version;
      } else onChanges(state, message.changes, at, out);
      advance(state, out);
      return;
    }
    case "cib/applied":
      if (!message.ok) log(out, "warning", `A change of the CIB failed: ${message.error ?? ""}`);
      if (message.id.startsWith("done ")) {
        const step = stepOf(state, message.id.slice("done ".length));
        if (step) settle(state, step, message.ok, message.error ?? "", out);
      }
      return;
    case "crmd/performed": {
      const step = stepOf(state, message.key);
      if (step) settle(state, step, message.ok, message.error ?? "it failed", out);
      return;
    }
    case "fence/result":
      onFenced(state, message, out);
      return;
    case "status/query":
      send(out, from.service, { type: "status/answer", id: message.id, status: statusOf(state) });
      return;
    default:
      log(
        out,
        "warning",
        `A message of type "${message.type}" from "${from.service}" is not for the tengine`,
      );
  }
}

/** Takes a new graph, unless the CIB has moved on since it was computed. */
function begin(
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
    aborted: undefined,
    fencingFailed: false,
  };
  for (const step of steps.values()) {
    for (const input of new Set(step.synapse.inputs)) {
      const before = steps.get(input);
      if (before === undefined) continue;
      before.next.push(step);
      step.missing++;
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
const actorOf = (action: Step["synapse"]["action"]): string | undefined =>
  action.routerNode ?? action.onNode;

function fire(state: TengineState, run: Run, step: Step, out: Effect[]): void {
  const { action } = step.synapse;
  const key = transitionKey(state, run, step);
  const node = actorOf(action);
  run.underway++;
  step.state = { type: "underway" };
  if (action.kind === "crm_event") {
    switch (action.task) {
      case "stonith":
        return fence(state, run, step, key, out);
      case "clear_failcount":
        return change(state, key, clearFailcount(state, step), out);
      case "lrm_delete":
        if (action.onNodeUuid !== undefined && action.resource !== undefined) {
          const path = resourcePath(action.onNodeUuid, action.resource.id);
          return change(state, key, [{ op: "delete", path }], out);
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
  const timeoutMs = numberOf(action.attributes.CRM_meta_timeout, 20_000) +
    numberOf(action.attributes.CRM_meta_start_delay, 0) + resultDelayMs;
  out.push({ type: "timer", name: `action ${key}`, inMs: timeoutMs });
}

/** Asks for a node to be fenced, or switched on. */
function fence(state: TengineState, run: Run, step: Step, key: string, out: Effect[]): void {
  const { attributes, onNode } = step.synapse.action;
  const target = onNode ?? attributes.CRM_meta_on_node ?? "";
  const wanted = attributes.CRM_meta_stonith_action ?? "reboot";
  const action = wanted === "on" ? "on" : wanted === "reboot" ? "reboot" : "off";
  log(out, "notice", `${target} is to be fenced (${action})`);
  const timeoutMs = run.graph.stonithTimeoutMs;
  send(out, "stonithd", {
    type: "fence/request",
    id: `${key} ${incarnationOf(state, target) ?? ""}`,
    target,
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

function onFenced(
  state: TengineState,
  message: Extract<Message, { readonly type: "fence/result" }>,
  out: Effect[],
): void {
  const [key = "", incarnation = ""] = message.id.split(" ");
  const { target, action, ok, delegate, error } = message;
  // A node cannot vouch for its own death.
  const confirmed = ok && delegate !== target;
  log(
    out,
    confirmed ? "notice" : "err",
    confirmed
      ? `${target} is fenced (${action}), confirmed by ${delegate ?? "a device"}`
      : `${target} could not be fenced (${action}): ${error ?? "it confirmed its own fencing"}`,
  );
  if (confirmed && action !== "on") {
    // Even if the graph has been given up: the CIB must know before anybody builds on it.
    send(out, "crmd", {
      type: "crmd/fenced",
      key,
      node: target,
      ...(incarnation === "" ? {} : { incarnation }),
    });
    return;
  }
  const step = stepOf(state, key);
  if (step === undefined || state.run === undefined) return;
  if (!confirmed) state.run.fencingFailed = true;
  settle(state, step, confirmed, `${target} could not be fenced`, out);
}

/** An action that is a change of the CIB: done when that is acknowledged. */
function change(
  state: TengineState,
  key: string,
  changes: readonly CibChange[],
  out: Effect[],
): void {
  if (changes.length === 0) {
    const step = stepOf(state, key);
    if (step) settle(state, step, true, "", out);
    return;
  }
  send(out, "cib", { type: "cib/apply", id: `done ${key}`, changes });
}

/** Forgets the failures of a resource on a node. */
function clearFailcount(state: TengineState, step: Step): readonly CibChange[] {
  const { root } = state.replica;
  const { resource, onNodeUuid } = step.synapse.action;
  if (root === undefined || resource === undefined || onNodeUuid === undefined) return [];
  const mine = [`fail-count-${resource.id}#`, `last-failure-${resource.id}#`];
  const names = attributeNames(root, onNodeUuid).filter((name) =>
    mine.some((prefix) => name.startsWith(prefix) || `${name}#` === prefix)
  );
  return unsetAttributes(root, onNodeUuid, names);
}

/** An action that was under way has ended. */
function settle(state: TengineState, step: Step, ok: boolean, why: string, out: Effect[]): void {
  const { run } = state;
  if (run === undefined || step.state.type !== "underway") return;
  run.underway--;
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

/** An action is over: what waited for it may begin. */
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

/** Begins nothing new of this graph. */
function abort(state: TengineState, why: string, out: Effect[]): void {
  const { run } = state;
  if (run === undefined || run.aborted !== undefined) return;
  run.aborted = why;
  log(out, "info", `Transition ${run.graph.transitionId} is given up: ${why}`);
}

/** The graph is over when nothing of it is under way and nothing more will begin. */
function finishIfOver(state: TengineState, out: Effect[]): void {
  const { run } = state;
  if (run === undefined || run.underway > 0) return;
  if (run.aborted === undefined && run.ready.length + run.marks.length > 0) return;
  state.run = undefined;
  const left = [...run.steps.values()].filter(({ state }) => state.type === "waiting").length;
  const complete = run.aborted === undefined && left === 0;
  const why = run.aborted ??
    (left === 0 ? "all actions are done" : `${left} actions wait for ever`);
  send(out, "crmd", {
    type: "tengine/done",
    transitionId: run.graph.transitionId,
    complete,
    why,
    ...(run.fencingFailed ? { fencingFailed: true } : {}),
  });
}

/** Actions whose actor will never answer. */
function endLost(
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

/** Something has happened that the graph did not reckon with. */
function foreign(state: TengineState, what: string, out: Effect[]): void {
  state.foreign = state.replica.version;
  abort(state, what, out);
}

function onChanges(
  state: TengineState,
  changes: readonly CibChange[],
  at: number,
  out: Effect[],
): void {
  for (const change of changes) {
    const happening = happeningOf(change);
    switch (happening.type) {
      case "cleared":
        if (state.run === undefined) state.foreign = state.replica.version;
        break;
      case "other":
        foreign(state, happening.what, out);
        break;
      case "node":
        if (!isOwn(state, happening.nodeId, change)) {
          foreign(state, `change of the state of node ${happening.nodeId}`, out);
        }
        break;
      case "results":
        for (const record of happening.records) onRecord(state, record, at, out);
        break;
    }
  }
}

/** Whether a node's state changes because an action of the graph at hand is to change it. */
function isOwn(state: TengineState, nodeId: string, change: CibChange): boolean {
  for (const { synapse: { action }, state: { type } } of state.run?.steps.values() ?? []) {
    if (type === "waiting") continue;
    if (action.task === "stonith" && change.op === "create") {
      if (action.onNodeUuid === nodeId && change.xml.includes('expected="down"')) return true;
    }
    if (action.task === "do_shutdown" && action.onNodeUuid === nodeId) return true;
    if (action.task === "clear_failcount" && action.onNodeUuid === nodeId) {
      if (change.op === "delete") return true;
    }
  }
  return false;
}

/** A result has come into the CIB. */
function onRecord(state: TengineState, record: OperationRecord, at: number, out: Effect[]): void {
  if (record.status === pendingStatus) return;
  const step = stepOf(state, record.key);
  const failed = hasFailed(record.status, record.rc, targetRcOf(record.key));
  const name = `${record.resource}_${record.task}_${record.intervalMs}`;
  if (step === undefined || step.state.type !== "underway") {
    // The second record of a failure tells nothing new.
    if (step !== undefined && step.state.type === "failed") return;
    if (failed && (record.intervalMs > 0 || !record.isFailureCopy)) count(state, record, at, out);
    foreign(state, `${name} has come to ${record.rc} by itself`, out);
    return;
  }
  // Not by its name: that of an anonymous clone's instance may have a number in the graph.
  const { task, attributes } = step.synapse.action;
  if (task !== record.task || numberOf(attributes.CRM_meta_interval, 0) !== record.intervalMs) {
    foreign(state, `${name} was not asked for`, out);
    return;
  }
  if (failed) {
    log(out, "warning", `${name} failed: result ${record.rc}, status ${record.status}`);
    count(state, record, at, out);
  }
  settle(state, step, !failed, `result ${record.rc}, status ${record.status}`, out);
}

/** The coordinator's tengine counts failures of resources. */
function count(state: TengineState, record: OperationRecord, at: number, out: Effect[]): void {
  const { root } = state.replica;
  if (root === undefined || state.view?.members[0]?.node !== state.self) return;
  const { failedStartOffset, failedStopOffset } = state.run?.graph ?? {};
  const changes = countFailure(
    root,
    record,
    { start: failedStartOffset ?? infinity, stop: failedStopOffset ?? infinity },
    Math.floor((at + state.wallOffsetMs) / 1000),
  );
  if (changes.length === 0) return;
  send(out, "cib", { type: "cib/apply", id: `failure ${++state.lastId}`, changes });
}

function onTimer(state: TengineState, name: string, at: number, out: Effect[]): void {
  if (!name.startsWith("action ")) return;
  const key = name.slice("action ".length);
  const step = stepOf(state, key);
  if (step?.state.type !== "underway") return;
  const { action } = step.synapse;
  log(out, "err", `${action.operationKey} on ${action.onNode ?? "?"} was never answered`);
  const { root } = state.replica;
  if (action.kind === "rsc_op" && action.resource && action.onNode && action.onNodeUuid && root) {
    // The policy must know that it is unknown what runs there.
    const changes = resultChanges(
      root,
      action.onNodeUuid,
      action.onNode,
      lost(state, step, key, at),
    );
    send(out, "cib", { type: "cib/apply", id: `done ${key}`, changes });
    return;
  }
  if (action.task === "stonith" && state.run) state.run.fencingFailed = true;
  settle(state, step, false, "it was never answered", out);
}

/** A result in the place of one that never came. */
function lost(
  state: TengineState,
  { synapse: { action } }: Step,
  key: string,
  at: number,
): LrmResult {
  const nowS = Math.floor((at + state.wallOffsetMs) / 1000);
  const { id, class: class_, provider, type } = action.resource!;
  return {
    operation: {
      resource: id,
      agent: { class: class_, type, ...(provider === undefined ? {} : { provider }) },
      action: action.task,
      intervalMs: numberOf(action.attributes.CRM_meta_interval, 0),
      timeoutMs: numberOf(action.attributes.CRM_meta_timeout, 0),
      startDelayMs: 0,
      parameters: action.attributes,
      transitionKey: key,
    },
    callId: Number.MAX_SAFE_INTEGER,
    rc: 1,
    status: 2,
    execMs: 0,
    queueMs: 0,
    lastRunS: nowS,
    lastChangeS: nowS,
    output: "the node never said how it ended",
  };
}

const numberOf = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value >= 0 ? value : otherwise;
};

const send = (out: Effect[], service: string, message: Message): void =>
  void out.push({ type: "send", to: { service }, message });

/** For faces: the graph at hand. */
function statusOf(state: TengineState) {
  const { run } = state;
  if (run === undefined) return { running: false };
  const count = (type: string) =>
    [...run.steps.values()].filter(({ state }) => state.type === type).length;
  return {
    running: true,
    transition: run.graph.transitionId,
    waiting: count("waiting"),
    underway: count("underway"),
    done: count("done"),
    failed: count("failed"),
    aborted: run.aborted ?? null,
  };
}
