/**
 * Results of operations as the CIB's status section keeps them: `lrm_rsc_op` in `lrm_resource`, in
 * Pacemaker's words.
 *
 * `web_last_0` is the last operation that is no repetition, `web_monitor_10000` a repeated one, and
 * `web_last_failure_0` the last one that did not end as it was meant to.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import type { AgentName, CibChange, LrmOperation, LrmResult } from "../runtime/messages.ts";
import { elementAt, stepText } from "../cib/doors/path.ts";
import { type AgentFacts, digestsOf, noFacts } from "./agent_facts.ts";
import { featureSet } from "./feature_set.ts";

/** Operation status of an operation that is under way. */
export const pendingStatus = -1;
/** The result code that stands beside it. */
export const pendingRc = 193;
/** Characters of an exit reason at most. */
export const exitReasonCharactersMax = 256;

/** An element with attributes in the order given. */
export const xml = (
  tag: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlElement[] = [],
): XmlElement => ({ type: "element", name: { raw: tag, local: tag }, attributes, children });

/** Result code that an operation was meant to have: the third word of its transition key. */
export function targetRcOf(transitionKey: string): number {
  const rc = Number(transitionKey.split(":")[2]);
  return Number.isInteger(rc) ? rc : 0;
}

/** Whether an operation ended otherwise than it was meant to. */
export const hasFailed = (status: number, rc: number, targetRc: number): boolean =>
  status !== pendingStatus && status !== 1 && (status !== 0 || rc !== targetRc);

/** Operations whose results have no place in the CIB. */
export const isRecorded = (action: string): boolean =>
  action !== "notify" && action !== "meta-data" && action !== "cancel" && action !== "delete";

/** The name of an operation: `web_monitor_10000`. */
export const operationKeyOf = ({ resource, action, intervalMs }: LrmOperation): string =>
  `${resource}_${action}_${intervalMs}`;

/** Actions by which an agent takes over changed parameters. */
const isReload = (action: string): boolean => action === "reload" || action === "reload-agent";

/**
 * Under which name an action is recorded. By a reload that was done it runs with the parameters at
 * hand, as after a start; by another one it is only known that it was looked at.
 */
export const recordedAs = (action: string, status: number): string =>
  !isReload(action) ? action : status === 0 ? "start" : "monitor";

/** Where a node's history of one resource stands. */
export const resourcePath = (nodeId: string, resource: string): string =>
  `/cib/status${stepText("node_state", nodeId)}${stepText("lrm", nodeId)}/lrm_resources${
    stepText("lrm_resource", resource)
  }`;

/**
 * The changes by which a result gets into the CIB.
 *
 * @param root the current CIB: it shows what exists already.
 * @param facts what the agent says of its parameters
 */
export function resultChanges(
  root: XmlElement,
  nodeId: string,
  node: string,
  result: LrmResult,
  facts: AgentFacts = noFacts,
): readonly CibChange[] {
  const { resource, agent, action, intervalMs } = result.operation;
  const path = resourcePath(nodeId, resource);
  const old = elementAt(root, path);
  const records = recordsOf(node, result, facts);
  if (old === undefined) {
    return [{
      op: "create",
      path: path.slice(0, path.lastIndexOf("/lrm_resource")),
      xml: stringify(resourceElement(resource, agent, records)),
    }];
  }
  const changes: CibChange[] = [];
  if (voidsMonitors(action, intervalMs)) {
    for (const child of old.children) {
      if (child.type !== "element" || (child.attributes.interval ?? "0") === "0") continue;
      // The last failure is shown to people until they have cleaned it up.
      if (child.attributes.id?.endsWith("_last_failure_0")) continue;
      changes.push({
        op: "delete",
        path: path + stepText("lrm_rsc_op", child.attributes.id ?? ""),
      });
    }
  }
  for (const record of records) changes.push({ op: "create", path, xml: stringify(record) });
  return changes;
}

/** A change of state ends every monitor of the state before. */
const voidsMonitors = (action: string, intervalMs: number): boolean =>
  intervalMs === 0 && action !== "monitor";

/** The whole `lrm` element of a node, of all that its local resource manager still knows. */
export function lrmElement(
  nodeId: string,
  node: string,
  results: readonly LrmResult[],
  factsOf: (agent: AgentName) => AgentFacts = () => noFacts,
): XmlElement {
  const resources = new Map<string, { agent: AgentName; records: Map<string, XmlElement> }>();
  // What is under way has no number yet: it comes after all that is done.
  const order = ({ callId }: LrmResult) => callId < 0 ? Number.MAX_SAFE_INTEGER : callId;
  for (const result of results.toSorted((a, b) => order(a) - order(b))) {
    const { resource, agent, action } = result.operation;
    if (!isRecorded(action)) continue;
    let known = resources.get(resource);
    if (known === undefined) resources.set(resource, known = { agent, records: new Map() });
    for (const record of recordsOf(node, result, factsOf(agent))) {
      known.records.set(record.attributes.id ?? "", record);
    }
  }
  const elements = [...resources].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([id, { agent, records }]) => resourceElement(id, agent, [...records.values()]));
  return xml("lrm", { id: nodeId }, [xml("lrm_resources", {}, elements)]);
}

/** Where a record comes from whose operation is under way: a member has said so when it joined. */
const underwayOrigin = "underway";

/** An operation that is under way, as a result that has not come yet. */
export const pendingResult = (operation: LrmOperation, nowS: number): LrmResult => ({
  operation,
  callId: -1,
  rc: pendingRc,
  status: pendingStatus,
  execMs: 0,
  queueMs: 0,
  lastRunS: nowS,
  lastChangeS: nowS,
  output: "",
});

const resourceElement = (
  id: string,
  agent: AgentName,
  records: readonly XmlElement[],
): XmlElement =>
  xml("lrm_resource", {
    id,
    type: agent.type,
    class: agent.class,
    ...(agent.provider === undefined ? {} : { provider: agent.provider }),
  }, records);

/** What XML cannot carry, and what would disturb a terminal, becomes a blank. */
const plain = (text: string): string =>
  // deno-lint-ignore no-control-regex -- these are the characters meant
  text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, " ").trim();

/** The reason that was given; else the end of what the agent said. */
const exitReasonOf = ({ output, reason }: LrmResult): string =>
  plain(reason?.slice(0, exitReasonCharactersMax) ?? output.slice(-exitReasonCharactersMax));

/** One result is one record, or two if it is the last one and a failure. */
function recordsOf(
  node: string,
  result: LrmResult,
  facts: AgentFacts = noFacts,
): readonly XmlElement[] {
  const { resource, intervalMs, transitionKey } = result.operation;
  const action = recordedAs(result.operation.action, result.status);
  const key = `${resource}_${action}_${intervalMs}`;
  const failed = hasFailed(result.status, result.rc, targetRcOf(transitionKey));
  const ids: string[] = [];
  if (failed) ids.push(`${resource}_last_failure_0`);
  if (intervalMs === 0) ids.push(`${resource}_last_0`);
  else if (!failed) ids.push(key);
  return ids.map((id) =>
    xml("lrm_rsc_op", {
      id,
      operation_key: key,
      operation: action,
      // The engine stops once more what is being stopped (`../pengine/unpack/operation_result.ts`).
      "crm-debug-origin": result.status === pendingStatus ? underwayOrigin : "crmd",
      crm_feature_set: featureSet,
      "transition-key": transitionKey,
      "transition-magic": `${result.status}:${result.rc};${transitionKey}`,
      "exit-reason": failed ? exitReasonOf(result) : "",
      on_node: node,
      "call-id": String(result.callId),
      "rc-code": String(result.rc),
      "op-status": String(result.status),
      interval: String(intervalMs),
      ...(intervalMs === 0 ? { "last-run": String(result.lastRunS) } : {}),
      "last-rc-change": String(result.lastChangeS),
      "exec-time": String(result.execMs),
      "queue-time": String(result.queueMs),
      ...digestsOf(result.operation, facts),
    })
  );
}
