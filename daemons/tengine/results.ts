/**
 * What comes back: results in the CIB, confirmed and failed fencing, silence, and whatever else
 * changes while a graph is in progress.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import {
  hasFailed,
  pendingStatus,
  recordedAs,
  resultChanges,
  targetRcOf,
} from "../crmd/doors/status.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, LrmResult, Message } from "../runtime/messages.ts";
import { happeningOf, type OperationRecord } from "./events.ts";
import { countFailure, infinity } from "./failures.ts";
import { log, numberOf, send, type Step, stepOf, type TengineState } from "./state.ts";
import { change, unfenced } from "./orders.ts";
import { abort, settle } from "./walk.ts";

/** stonithd says what came of a request. */
export function onFenced(
  state: TengineState,
  message: Extract<Message, { readonly type: "fence/result" }>,
  at: number,
  out: Effect[],
): void {
  const [key = "", incarnation = ""] = message.id.split(" ");
  const { target, action, ok, delegate, error } = message;
  // A node cannot vouch for its own death; that it was switched on it can.
  const confirmed = ok && (delegate !== target || action === "on");
  log(
    out,
    confirmed ? "notice" : "err",
    confirmed
      ? `${target} is fenced (${action}), confirmed by ${delegate ?? "a device"}`
      : withCode(
        "HA8001",
        `${target} could not be fenced (${action}): ${error ?? "it confirmed its own fencing"}`,
      ),
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
  // The CIB must know before anything starts there, else the node is switched on again and again.
  const changes = confirmed
    ? unfenced(state, step, Math.floor((at + state.wallOffsetMs) / 1000))
    : [];
  if (change(key, changes, out)) return;
  settle(state, step, confirmed, `${target} could not be fenced`, out);
}

/** Something has happened that the graph did not reckon with. */
export function foreign(state: TengineState, what: string, out: Effect[]): void {
  state.foreign = state.replica.version;
  abort(state, what, out);
}

/** The CIB has changed: results are taken in, what nothing explains ends the graph. */
export function onChanges(
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

/** Whether a node's state changes because an action of the current graph is to change it. */
function isOwn(state: TengineState, nodeId: string, change: CibChange): boolean {
  for (const { synapse: { action }, state: { type } } of state.run?.steps.values() ?? []) {
    if (type === "waiting") continue;
    if (action.task === "stonith" && change.op === "create") {
      if (action.onNodeUuid === nodeId && change.xml.includes('expected="down"')) return true;
      if (action.onNodeUuid === nodeId && isUnfencing(action.attributes, change.xml)) return true;
    }
    if (action.task === "do_shutdown" && action.onNodeUuid === nodeId) return true;
    if (action.task === "clear_failcount" && action.onNodeUuid === nodeId) {
      if (change.op === "delete") return true;
    }
  }
  return false;
}

/** What is written of a node that was switched on for what devices guard. */
const isUnfencing = (attributes: Readonly<Record<string, string>>, xml: string): boolean =>
  attributes.CRM_meta_stonith_action === "on" &&
  /name="#(?:node-unfenced|digests-all|digests-secure)"/.test(xml);

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
  // Not by its name: that of an anonymous clone's instance may have a number in the graph. But by its
  // node: no node knows what another one has stopped.
  const { task, attributes, onNodeUuid } = step.synapse.action;
  if (
    onNodeUuid !== record.nodeId || recordedAs(task, record.status) !== record.task ||
    numberOf(attributes.CRM_meta_interval, 0) !== record.intervalMs
  ) {
    foreign(state, `${name} was not asked for`, out);
    return;
  }
  if (failed) {
    log(
      out,
      "warning",
      withCode("HA7001", `${name} failed: result ${record.rc}, status ${record.status}`),
    );
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

/** An executor has been silent for too long. */
export function onTimer(state: TengineState, name: string, at: number, out: Effect[]): void {
  if (!name.startsWith("action ")) return;
  const key = name.slice("action ".length);
  const step = stepOf(state, key);
  if (step?.state.type !== "underway") return;
  const { action } = step.synapse;
  log(
    out,
    "err",
    withCode("HA7003", `${action.operationKey} on ${action.onNode ?? "?"} was never answered`),
  );
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

/** A result that stands for one that never came. */
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
    output: "the node never reported a result",
  };
}
