/**
 * Changes a CIB as if something had happened: nodes come and go, tickets move, operations fail.
 *
 * @module
 */
import {
  append,
  child,
  childrenNamed,
  childWithId,
  countConfigurationChange,
  countStatusChange,
  type EditableCib,
  type EditableElement,
  ensure,
  nodeState,
  removeChildren,
} from "./cib_edit.ts";
import { countFailure } from "./fail_count.ts";
import { type AgentName, recordResult, resourceHistory } from "./history.ts";
import { type Presence, setNodePresence } from "./node_presence.ts";
import { parseOperationSpec } from "./operation_spec.ts";

/** What is to have happened, in the words of the command line. */
export interface Injections {
  /** `true`, `1`, `false`... as the CIB has it. */
  readonly quorum?: string;
  readonly watchdog?: string;
  readonly nodesUp?: readonly string[];
  readonly nodesDown?: readonly string[];
  readonly nodesFailed?: readonly string[];
  readonly ticketsGranted?: readonly string[];
  readonly ticketsRevoked?: readonly string[];
  readonly ticketsStandby?: readonly string[];
  readonly ticketsActive?: readonly string[];
  /** `RESOURCE_TASK_INTERVAL@NODE=RC` */
  readonly operations?: readonly string[];
}

/** Whether anything is to have happened. */
export function isEmpty(injections: Injections): boolean {
  return Object.values(injections).every((value) => value === undefined || value.length === 0);
}

/**
 * Applies injections to a CIB, which is changed.
 *
 * @param agentOf tells the agent of a resource by the id of the instance that is meant.
 * @param nowS seconds since 1970.
 * @returns one line for each change, and what could not be done.
 */
export function inject(
  cib: EditableCib,
  injections: Injections,
  agentOf: (resource: string) => AgentName | undefined,
  nowS: number,
): { readonly lines: readonly string[]; readonly problems: readonly string[] } {
  const lines: string[] = [];
  const problems: string[] = [];
  const { quorum, watchdog } = injections;
  if (quorum !== undefined) {
    lines.push(`  * Setting quorum: ${quorum}`);
    cib.root.attributes["have-quorum"] = quorum;
  }
  if (watchdog !== undefined) {
    lines.push(`  * Setting watchdog: ${watchdog}`);
    setClusterOption(cib, "have-watchdog", watchdog);
  }
  for (const node of injections.nodesUp ?? []) {
    lines.push(`  * Bringing node ${node} online`);
    configureNode(cib, node);
    setNodePresence(cib, node, "up");
  }
  const leave = (node: string, presence: Presence): EditableElement | undefined => {
    if (isNode(cib, node)) return setNodePresence(cib, node, presence);
    problems.push(`Cannot take node "${node}" offline: the configuration has no such node`);
    return undefined;
  };
  for (const node of injections.nodesDown ?? []) {
    lines.push(`  * Taking node ${node} offline`);
    const state = leave(node, "down");
    if (state === undefined) continue;
    removeChildren(state, "lrm");
    removeChildren(state, "transient_attributes");
  }
  for (const node of injections.nodesFailed ?? []) {
    lines.push(`  * Failing node ${node}`);
    leave(node, "lost");
  }
  const tickets = (ids: readonly string[] | undefined, doing: string, state: [string, string]) => {
    for (const id of ids ?? []) {
      lines.push(`  * ${doing.replace("%", id)}`);
      ticketState(cib, id).attributes[state[0]] = state[1];
      countStatusChange(cib);
    }
  };
  tickets(injections.ticketsGranted, "Granting ticket %", ["granted", "true"]);
  tickets(injections.ticketsRevoked, "Revoking ticket %", ["granted", "false"]);
  tickets(injections.ticketsStandby, "Making ticket % standby", ["standby", "true"]);
  tickets(injections.ticketsActive, "Activating ticket %", ["standby", "false"]);
  for (const text of injections.operations ?? []) {
    lines.push(`  * Injecting ${text} into the configuration`);
    const done = injectOperation(cib, text, agentOf, nowS);
    if (typeof done === "string") problems.push(done);
    else lines.push(...done);
  }
  return { lines, problems };
}

function injectOperation(
  cib: EditableCib,
  text: string,
  agentOf: (resource: string) => AgentName | undefined,
  nowS: number,
): readonly string[] | string {
  const spec = parseOperationSpec(text);
  if (typeof spec === "string") return spec;
  const { resource, task, intervalMs, node, rc } = spec;
  const agent = agentOf(resource);
  if (agent === undefined) {
    return `Cannot inject "${text}": there is no resource "${resource}". An instance of a clone ` +
      `is named with its number, as in "${resource}:0"`;
  }
  if (!isNode(cib, node)) return `Cannot inject "${text}": there is no node "${node}"`;
  const state = nodeState(cib, node);
  const lines = countFailure(state, { resource, task, intervalMs, rc, atS: nowS });
  recordResult(resourceHistory(state, [resource], agent), {
    resource,
    node,
    task,
    intervalMs,
    rc,
    targetRc: 0,
    exitReason: "Simulated action result",
    atS: nowS,
  });
  countStatusChange(cib);
  return lines;
}

/** Whether configuration or status know a node of this name: cluster nodes, remote nodes, guests. */
function isNode(cib: EditableCib, node: string): boolean {
  if (cib.nodeStates.has(node)) return true;
  const nodes = childrenNamed(configuration(cib, "nodes"), "node");
  return nodes.some(({ attributes }) => attributes.uname === node);
}

function configureNode(cib: EditableCib, node: string): void {
  const nodes = configuration(cib, "nodes");
  if (childrenNamed(nodes, "node").some(({ attributes }) => attributes.uname === node)) return;
  append(nodes, "node", { id: node, uname: node });
  countConfigurationChange(cib);
}

function setClusterOption(cib: EditableCib, name: string, value: string): void {
  const options = configuration(cib, "crm_config");
  const sets = childrenNamed(options, "cluster_property_set");
  const written = sets.flatMap((set) => childrenNamed(set, "nvpair"))
    .find(({ attributes }) => attributes.name === name);
  if (written !== undefined) written.attributes.value = value;
  else {
    const id = "cib-bootstrap-options";
    const set = childWithId(options, "cluster_property_set", id) ??
      append(options, "cluster_property_set", { id });
    append(set, "nvpair", { id: `${id}-${name}`, name, value });
  }
  countConfigurationChange(cib);
}

function ticketState(cib: EditableCib, id: string): EditableElement {
  const tickets = ensure(cib.status, "tickets");
  return childWithId(tickets, "ticket_state", id) ?? append(tickets, "ticket_state", { id });
}

function configuration({ root }: EditableCib, section: string): EditableElement {
  return ensure(child(root, "configuration") ?? append(root, "configuration"), section);
}
