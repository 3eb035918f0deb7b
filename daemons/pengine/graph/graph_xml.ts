/**
 * A transition graph as Pacemaker's `transition_graph` XML, and back.
 *
 * Two kinds of programs use this form: those that keep a graph for later study, and those that
 * compare our policy with the original's. An action is written twice where it matters: whole in
 * its own synapse, by its numbers and names in the inputs of those that wait for it.
 *
 * @module
 */
import { parse, stringify, type XmlElement } from "@std/xml";
import { parseMilliseconds } from "../unpack/interval.ts";
import type {
  ActionKind,
  Synapse,
  TransitionAction,
  TransitionGraph,
} from "../../runtime/transition.ts";

/** Numbers are written in decimal; a delay as the configuration spells it, else in seconds. */
export function writeGraph(graph: TransitionGraph): string {
  const all = [...graph.synapses.map(({ action }) => action), ...graph.absent ?? []];
  const actions = new Map(all.map((action) => [action.id, action]));
  const spelling = graph.spelling;
  return stringify(
    element("transition_graph", {
      "cluster-delay": spelling?.clusterDelay ?? seconds(graph.clusterDelayMs),
      "fencing-timeout": spelling?.stonithTimeout ?? seconds(graph.stonithTimeoutMs),
      "failed-stop-offset": graph.failedStopOffset,
      "failed-start-offset": graph.failedStartOffset,
      ...(graph.batchLimit > 0 ? { "batch-limit": String(graph.batchLimit) } : {}),
      transition_id: String(graph.transitionId),
      ...(graph.migrationLimit === undefined
        ? {}
        : { "migration-limit": String(graph.migrationLimit) }),
      ...(graph.recheckBy === undefined ? {} : { "recheck-by": String(graph.recheckBy) }),
    }, graph.synapses.map((synapse) => synapseElement(synapse, actions))),
    { indent: "  " },
  ) + "\n";
}

/**
 * Reads a graph.
 *
 * @throws {SyntaxError} if the text is not XML, or is XML of something else.
 */
export function readGraph(xml: string): TransitionGraph {
  const { root } = parse(xml, { ignoreWhitespace: true, ignoreComments: true });
  if (root.name.local !== "transition_graph") {
    throw new SyntaxError(`Cannot read a transition graph from <${root.name.raw}>`);
  }
  const of = root.attributes;
  const clusterDelay = of["cluster-delay"] ?? "60s";
  const stonithTimeout = of["fencing-timeout"] ?? of["stonith-timeout"] ?? "60s";
  return {
    transitionId: number(of.transition_id) ?? 0,
    clusterDelayMs: milliseconds(clusterDelay),
    stonithTimeoutMs: milliseconds(stonithTimeout),
    spelling: { clusterDelay, stonithTimeout },
    failedStartOffset: of["failed-start-offset"] ?? "INFINITY",
    failedStopOffset: of["failed-stop-offset"] ?? "INFINITY",
    batchLimit: number(of["batch-limit"]) ?? 0,
    ...given("migrationLimit", number(of["migration-limit"])),
    ...given("recheckBy", number(of["recheck-by"])),
    synapses: children(root, "synapse").map(readSynapse),
  };
}

function synapseElement(
  synapse: Synapse,
  actions: ReadonlyMap<number, TransitionAction>,
): XmlElement {
  const triggers = synapse.inputs.map((id) => {
    const action = actions.get(id);
    if (action === undefined) throw new Error(`Synapse ${synapse.id} waits for no action ${id}`);
    return element("trigger", {}, [element(action.kind, identity(action))]);
  });
  return element("synapse", {
    id: String(synapse.id),
    ...(synapse.priority ? { priority: String(synapse.priority) } : {}),
  }, [
    element("action_set", {}, [actionElement(synapse.action)]),
    element("inputs", {}, triggers),
  ]);
}

function actionElement(action: TransitionAction): XmlElement {
  const { resource, downed, maintenance, mode } = action;
  const inside: XmlElement[] = [];
  if (resource !== undefined) {
    inside.push(element("primitive", {
      id: resource.id,
      ...given("long-id", resource.longId),
      class: resource.class,
      ...given("provider", resource.provider),
      type: resource.type,
    }));
  }
  inside.push(attributesElement(action.attributes));
  if (downed !== undefined && downed.length > 0) {
    inside.push(element("downed", {}, downed.map((id) => element("node", { id }))));
  }
  if (maintenance !== undefined && maintenance.length > 0) {
    const nodes = maintenance.map(({ id, maintenance }) =>
      element("node", { id, node_in_maintenance: maintenance })
    );
    inside.push(element("maintenance", {}, nodes));
  }
  return element(action.kind, { ...given("mode", mode), ...identity(action) }, inside);
}

/**
 * A parameter whose name begins with a digit, which XML does not allow for an attribute, stands in
 * an element of its own. What the cluster itself made up (`fail-count-db#start_0`) is left out.
 */
function attributesElement(attributes: Readonly<Record<string, string>>): XmlElement {
  const plain: Record<string, string> = {};
  const params: XmlElement[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (startsWithDigit(name)) params.push(element("param", { name, value }));
    else if (!/[#:]/.test(name)) plain[name] = value;
  }
  return element("attributes", plain, params);
}

function readAttributes(attributes: XmlElement | undefined): Readonly<Record<string, string>> {
  if (attributes === undefined) return {};
  const params = children(attributes, "param");
  if (params.length === 0) return attributes.attributes;
  return {
    ...attributes.attributes,
    ...Object.fromEntries(params.map(({ attributes: { name = "", value = "" } }) => [name, value])),
  };
}

const startsWithDigit = (name: string): boolean => /^[0-9]/.test(name);

function identity(action: TransitionAction): Record<string, string> {
  return {
    id: String(action.id),
    operation: action.task,
    operation_key: action.operationKey,
    ...given("internal_operation_key", action.internalOperationKey),
    ...given("on_node", action.onNode),
    ...given("on_node_uuid", action.onNodeUuid),
    ...given("router_node", action.routerNode),
  };
}

function readSynapse(synapse: XmlElement): Synapse {
  const set = children(synapse, "action_set")[0];
  const action = set === undefined ? undefined : elements(set)[0];
  if (action === undefined) {
    throw new SyntaxError(`Synapse ${synapse.attributes.id} of the graph has no action`);
  }
  const inputs = children(synapse, "inputs").flatMap((all) => children(all, "trigger"))
    .flatMap(elements).map(({ attributes }) => number(attributes.id) ?? 0);
  return {
    id: number(synapse.attributes.id) ?? 0,
    ...given("priority", number(synapse.attributes.priority)),
    action: readAction(action),
    inputs,
  };
}

function readAction(action: XmlElement): TransitionAction {
  const of = action.attributes;
  const primitive = children(action, "primitive")[0]?.attributes;
  const attributes = readAttributes(children(action, "attributes")[0]);
  const downed = children(action, "downed").flatMap(elements)
    .flatMap((node) => node.attributes.id ?? []);
  const maintenance = children(action, "maintenance").flatMap(elements).map((node) => ({
    id: node.attributes.id ?? "",
    maintenance: node.attributes.node_in_maintenance ?? "",
  }));
  return {
    id: number(of.id) ?? 0,
    kind: kindOf(action),
    task: of.operation ?? "",
    operationKey: of.operation_key ?? "",
    ...given("internalOperationKey", of.internal_operation_key),
    ...given("onNode", of.on_node),
    ...given("onNodeUuid", of.on_node_uuid),
    ...given("routerNode", of.router_node),
    ...(primitive === undefined ? {} : {
      resource: {
        id: primitive.id ?? "",
        ...given("longId", primitive["long-id"]),
        class: primitive.class ?? "",
        ...given("provider", primitive.provider),
        type: primitive.type ?? "",
      },
    }),
    attributes,
    ...given("downed", downed.length > 0 ? downed : undefined),
    ...given("maintenance", maintenance.length > 0 ? maintenance : undefined),
    canFail: attributes.CRM_meta_can_fail === "true",
    ...(of.mode === "cib" ? { mode: "cib" } : {}),
  };
}

function kindOf({ name }: XmlElement): ActionKind {
  switch (name.local) {
    case "rsc_op":
    case "crm_event":
    case "pseudo_event":
      return name.local;
    default:
      throw new SyntaxError(`The graph holds an action of the unknown kind <${name.raw}>`);
  }
}

const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlElement[] = [],
): XmlElement => ({ type: "element", name: { raw: name, local: name }, attributes, children });

const elements = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((child): child is XmlElement => child.type === "element");

const children = (parent: XmlElement, name: string): XmlElement[] =>
  elements(parent).filter((child) => child.name.local === name);

/** A property that is left out when there is no value for it. */
function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  const found: { [P in K]?: V } = {};
  if (value !== undefined) found[name] = value;
  return found;
}

function number(text: string | undefined): number | undefined {
  const value = text === undefined || text === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)}s`;

/** A delay as the options of the cluster spell it: `60`, `60s`, `3m`. */
const milliseconds = (delay: string): number => parseMilliseconds(delay) ?? 0;
