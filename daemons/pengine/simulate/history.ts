/**
 * What a node's local resource manager would have recorded: results of operations, in the status.
 *
 * A resource keeps few records on a node: one of the last operation that changed something, one of
 * each recurring operation, one of the last failure, and, since later transitions need both ends
 * of them, one of each migration and each sort of notification.
 *
 * @module
 */
import { operationDigest } from "../unpack/digest.ts";
import { append, childWithId, type EditableElement, ensure, set } from "./cib_edit.ts";

/** The result of an operation, as an executor would report it. */
export interface OperationResult {
  /** Id of the resource as the history names it. */
  readonly resource: string;
  /** Where it was carried out. */
  readonly node: string;
  readonly task: string;
  readonly intervalMs: number;
  /** What the agent returned, and what was expected of it. */
  readonly rc: number;
  readonly targetRc: number;
  /** Kept with a failure. */
  readonly exitReason: string;
  /** Parameters of agent and cluster (`CRM_meta_...`); absent: not known, so no digest. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly atS: number;
}

/** The agent of a resource. */
export interface AgentName {
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
}

/** The feature set whose form of history this is. */
const featureSet = "3.16.1";
/** Stands for the unique id of a transition engine, as in every simulated record. */
const noEngine = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

/**
 * The history of a resource on a node, made if there is none.
 *
 * @param names that it may have there already, the one wanted for a new history last.
 */
export function resourceHistory(
  state: EditableElement,
  names: readonly [string, ...string[]],
  agent: AgentName,
): EditableElement {
  const lrm = ensure(state, "lrm", { id: state.attributes.id ?? "" });
  const resources = ensure(lrm, "lrm_resources");
  for (const name of names) {
    const found = childWithId(resources, "lrm_resource", name);
    if (found !== undefined) return found;
  }
  return append(resources, "lrm_resource", {
    id: names.at(-1) ?? names[0],
    class: agent.class,
    ...(agent.provider === undefined ? {} : { provider: agent.provider }),
    type: agent.type,
  });
}

/** Writes a result into the history of a resource. */
export function recordResult(history: EditableElement, result: OperationResult): void {
  const { resource, intervalMs, targetRc } = result;
  const task = recordedTask(result.task);
  const notify = task === "notify";
  const rc = notify ? 0 : result.rc; // The outcome of a notification means nothing.
  const failed = rc !== targetRc && !notify;
  const callId = lastCallId(history) + 1;
  const onNode = nodeAsRecorded(history, result.node);
  const transitionKey = `${callId}:-1:${targetRc}:${noEngine}`;
  const migration = task === "migrate_to" || task === "migrate_from";
  const meta = (name: string): string | undefined => result.parameters?.[`CRM_meta_${name}`];

  for (const id of recordIds(result, task, failed)) {
    const record = childWithId(history, "lrm_rsc_op", id) ?? append(history, "lrm_rsc_op", { id });
    set(record, {
      operation_key: `${resource}_${task}_${intervalMs}`,
      operation: task,
      "crm-debug-origin": "crm_simulate",
      crm_feature_set: featureSet,
      "transition-key": transitionKey,
      "transition-magic": `0:${rc};${transitionKey}`,
      "exit-reason": failed && !migration ? result.exitReason : "",
      on_node: onNode,
      "call-id": String(callId),
      "rc-code": String(rc),
      "op-status": "0",
      interval: String(intervalMs),
      "last-rc-change": String(result.atS),
      "exec-time": "0",
      "queue-time": "0",
      migrate_source: migration ? meta("migrate_source") : undefined,
      migrate_target: migration ? meta("migrate_target") : undefined,
      "op-digest": result.parameters === undefined
        ? undefined
        : operationDigest(result.parameters, intervalMs),
    });
  }
}

/** A reload that worked is recorded as a start, because that is what it leaves behind. */
const recordedTask = (task: string): string =>
  task === "reload" || task === "reload-agent" ? "start" : task;

/** Under which ids a result is kept. */
function recordIds(result: OperationResult, task: string, failed: boolean): readonly string[] {
  const { resource, intervalMs, parameters } = result;
  if (task === "notify") {
    const type = parameters?.CRM_meta_notify_type ?? "";
    const about = parameters?.CRM_meta_notify_operation ?? "";
    return [`${resource}_${type}_notify_${about}_0`];
  }
  const key = `${resource}_${task}_${intervalMs}`;
  if (task === "migrate_to" || task === "migrate_from") return [key];
  const last = `${resource}_last_0`;
  if (failed) {
    const failure = `${resource}_last_failure_0`;
    return intervalMs === 0 ? [failure, last] : [failure];
  }
  return [intervalMs > 0 ? key : last];
}

/**
 * How a history names its node: old releases did not, and that of a remote node names its host. One
 * history does it in one way, since only so its records have an order.
 */
function nodeAsRecorded({ children }: EditableElement, node: string): string | undefined {
  const records = children.flatMap((item) => item.type === "element" ? [item] : []);
  const known = records.find(({ attributes }) => attributes.on_node !== undefined);
  return records.length === 0 ? node : known?.attributes.on_node;
}

function lastCallId(history: EditableElement): number {
  let last = 0;
  for (const item of history.children) {
    if (item.type !== "element" || item.name.local !== "lrm_rsc_op") continue;
    const callId = Number(item.attributes["call-id"]);
    if (callId > last) last = callId;
  }
  return last;
}
