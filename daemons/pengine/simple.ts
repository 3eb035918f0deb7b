/**
 * A placement of a few rules: keeps what runs where it runs, starts what does not, recovers what has
 * failed, fences what is lost, and empties nodes that are to be empty.
 *
 * It knows primitives only, and stands in where the whole policy engine is not wanted: it has the
 * same question and the same answer.
 *
 * @module
 */
import { parse, type XmlElement } from "../../metadata/xml/mod.ts";
import type { Synapse, TransitionAction, TransitionGraph } from "./transition.ts";

interface Node {
  readonly id: string;
  readonly uname: string;
  readonly state: XmlElement | undefined;
  /** It takes part and may run resources, unless it is to be empty. */
  readonly online: boolean;
  /** Nobody knows what runs there. */
  unclean: boolean;
  /** It may not run anything. */
  readonly empty: boolean;
  readonly shutdown: boolean;
  readonly maintenance: boolean;
}

interface Resource {
  readonly id: string;
  readonly element: XmlElement;
  readonly fencing: boolean;
}

/** What the history of one node says of one resource. */
type Found = "unknown" | "stopped" | "running" | "failed" | "stop failed" | "pending";

const infinity = 1_000_000;

/** Computes what is to be done. */
export function place(cibXml: string, _nowS: number): TransitionGraph {
  const { root } = parse(cibXml, { ignoreWhitespace: true, ignoreComments: true });
  const configuration = child(root, "configuration");
  const fencing = option(configuration, "stonith-enabled", "true") !== "false";
  const maintenance = option(configuration, "maintenance-mode", "false") === "true";
  const nodes = nodesOf(root, fencing);
  const resources = resourcesOf(child(configuration, "resources"));
  const found = new Map<string, Found>();
  for (const node of nodes) {
    for (const { id } of resources) {
      const here = findOut(node, id);
      found.set(`${node.id} ${id}`, here);
      if (here === "stop failed" && fencing) node.unclean = true;
    }
  }
  const graph = new Graph();
  const fences = new Map<string, number>();
  for (const node of nodes) {
    if (fencing && node.unclean) fences.set(node.id, graph.fence(node));
  }
  const load = new Map<string, number>();
  const stopsOf = new Map<string, number[]>();
  for (const resource of resources) {
    const { id, element } = resource;
    const at = (node: Node): Found => found.get(`${node.id} ${id}`) ?? "unknown";
    const meta = pairs(element, "meta_attributes");
    const live = nodes.filter((node) => node.online && !node.unclean);
    if (live.some((node) => at(node) === "pending")) continue;
    const unmanaged = maintenance || meta["is-managed"] === "false" ||
      meta.maintenance === "true";
    const before: number[] = resource.fencing ? [] : [...fences.values()];
    for (const node of live) {
      if (at(node) !== "unknown" || node.shutdown || node.maintenance) continue;
      before.push(
        graph.operation(resource, node, "monitor", 0, [], { CRM_meta_op_target_rc: "7" }),
      );
    }
    if (unmanaged) continue;
    const active = live.filter((node) => ["running", "failed", "stop failed"].includes(at(node)));
    if (active.some((node) => node.maintenance)) continue;
    if (active.some((node) => at(node) === "stop failed")) continue;
    const target = meta["target-role"]?.toLowerCase() === "stopped"
      ? undefined
      : choose(configuration, resource, live, active, load);
    if (target) load.set(target.id, (load.get(target.id) ?? 0) + 1);
    let after: number | undefined;
    if (target && active.length === 1 && active[0] === target && at(target) === "running") {
      after = 0;
    } else {
      for (const node of active) {
        const stop = graph.operation(resource, node, "stop", 0, []);
        before.push(stop);
        stopsOf.set(node.id, [...stopsOf.get(node.id) ?? [], stop]);
      }
      if (target) after = graph.operation(resource, target, "start", 0, before);
    }
    if (target === undefined || after === undefined) continue;
    for (const operation of operationsOf(element)) {
      const intervalMs = milliseconds(operation.attributes.interval ?? "0");
      if (intervalMs === 0 || operation.attributes.name !== "monitor") continue;
      const known = child(historyOf(target, id), "lrm_rsc_op", `${id}_monitor_${intervalMs}`);
      if (after === 0 && known) continue;
      graph.operation(resource, target, "monitor", intervalMs, after === 0 ? [] : [after]);
    }
  }
  for (const node of nodes) {
    if (node.shutdown && node.online) graph.shutdown(node, stopsOf.get(node.id) ?? []);
  }
  return graph.result();
}

function nodesOf(root: XmlElement, fencing: boolean): Node[] {
  const states = children(child(root, "status"), "node_state");
  const nodes = children(child(child(root, "configuration"), "nodes"), "node").map((element) => {
    const { id = "", uname = "" } = element.attributes;
    const state = states.find(({ attributes }) => attributes.id === id);
    const { in_ccm, crmd, join, expected } = state?.attributes ?? {};
    const transient = pairs(child(state, "transient_attributes"), "instance_attributes");
    const standing = pairs(element, "instance_attributes");
    const here = in_ccm === "true" && crmd === "online";
    const online = here && join === "member";
    const shutdown = (transient.shutdown ?? "0") !== "0";
    return {
      id,
      uname,
      state,
      online,
      unclean: fencing && state !== undefined && !here && expected === "member",
      empty: shutdown || standing.standby === "on" || standing.standby === "true" ||
        transient.standby === "on",
      shutdown,
      maintenance: standing.maintenance === "true",
    };
  });
  return nodes.sort((a, b) => a.uname < b.uname ? -1 : 1);
}

/** Every primitive that is no part of a clone. */
function resourcesOf(element: XmlElement | undefined): Resource[] {
  return children(element).flatMap((item) =>
    item.name.raw === "primitive"
      ? [{
        id: item.attributes.id ?? "",
        element: item,
        fencing: item.attributes.class === "stonith",
      }]
      : item.name.raw === "group"
      ? resourcesOf(item)
      : []
  );
}

const historyOf = (node: Node, resource: string): XmlElement | undefined =>
  child(child(child(node.state, "lrm"), "lrm_resources"), "lrm_resource", resource);

/** Follows the recorded operations, oldest first. */
function findOut(node: Node, resource: string): Found {
  const records = children(historyOf(node, resource), "lrm_rsc_op");
  const number = ({ attributes }: XmlElement) => {
    const call = Number(attributes["call-id"]);
    return call < 0 ? Number.MAX_SAFE_INTEGER : call;
  };
  const isCopy = ({ attributes }: XmlElement) => attributes.id?.endsWith("_last_failure_0") ? 1 : 0;
  let found: Found = "unknown";
  for (const record of records.toSorted((a, b) => number(a) - number(b) || isCopy(a) - isCopy(b))) {
    const { operation, "rc-code": rc, "op-status": status, interval } = record.attributes;
    const ok = status === "0" && rc === "0";
    if (status === "-1") found = "pending";
    else if (operation === "stop") found = ok ? "stopped" : "stop failed";
    else if (operation === "monitor" && interval === "0") {
      found = ok ? "running" : status === "0" && (rc === "7" || rc === "5") ? "stopped" : "failed";
    } else found = ok ? "running" : "failed";
  }
  return found;
}

/** The best node for a resource, or none. */
function choose(
  configuration: XmlElement | undefined,
  { id, element }: Resource,
  live: readonly Node[],
  active: readonly Node[],
  load: ReadonlyMap<string, number>,
): Node | undefined {
  const meta = pairs(element, "meta_attributes");
  const defaults = pairs(child(configuration, "rsc_defaults"), "meta_attributes");
  const stickiness = score(meta["resource-stickiness"] ?? defaults["resource-stickiness"] ?? "1");
  const threshold = score(
    meta["migration-threshold"] ?? defaults["migration-threshold"] ?? "INFINITY",
  );
  let best: Node | undefined;
  let bestScore = -infinity;
  for (const node of live) {
    if (node.empty || node.maintenance) continue;
    const failures = failuresOf(node, id);
    if (failures >= infinity || (threshold > 0 && failures >= threshold)) continue;
    let sum = active.includes(node) ? stickiness : 0;
    for (const rule of children(child(configuration, "constraints"), "rsc_location")) {
      const { rsc, node: where, score: text } = rule.attributes;
      if (rsc === id && where === node.uname) sum += score(text ?? "0");
    }
    if (sum <= -infinity) continue;
    const fewer = (load.get(node.id) ?? 0) < (load.get(best?.id ?? "") ?? 0);
    if (best === undefined || sum > bestScore || (sum === bestScore && fewer)) {
      best = node;
      bestScore = sum;
    }
  }
  return best;
}

function failuresOf(node: Node, resource: string): number {
  const transient = pairs(child(node.state, "transient_attributes"), "instance_attributes");
  let sum = 0;
  for (const [name, value] of Object.entries(transient)) {
    if (name.startsWith(`fail-count-${resource}#`)) sum += score(value);
  }
  return sum;
}

/** Collects actions and numbers them. */
class Graph {
  readonly #synapses: Synapse[] = [];

  fence(node: Node): number {
    return this.#add({
      kind: "crm_event",
      task: "stonith",
      operationKey: `stonith-${node.uname}-reboot`,
      onNode: node.uname,
      onNodeUuid: node.id,
      attributes: { ...target(node), CRM_meta_stonith_action: "reboot" },
      downed: [node.id],
      canFail: false,
    }, []);
  }

  shutdown(node: Node, inputs: readonly number[]): number {
    return this.#add({
      kind: "crm_event",
      task: "do_shutdown",
      operationKey: `do_shutdown-${node.uname}`,
      onNode: node.uname,
      onNodeUuid: node.id,
      attributes: { ...target(node), CRM_meta_op_no_wait: "true" },
      downed: [node.id],
      canFail: false,
    }, inputs);
  }

  operation(
    { id, element }: Resource,
    node: Node,
    task: string,
    intervalMs: number,
    inputs: readonly number[],
    more: Readonly<Record<string, string>> = {},
  ): number {
    const { class: class_ = "", provider, type = "" } = element.attributes;
    const configured = operationsOf(element).find(({ attributes }) =>
      attributes.name === task && milliseconds(attributes.interval ?? "0") === intervalMs
    );
    const timeoutMs = milliseconds(configured?.attributes.timeout ?? "20s");
    return this.#add({
      kind: "rsc_op",
      task,
      operationKey: `${id}_${task}_${intervalMs}`,
      onNode: node.uname,
      onNodeUuid: node.id,
      resource: { id, class: class_, type, ...(provider === undefined ? {} : { provider }) },
      attributes: {
        ...pairs(element, "instance_attributes"),
        ...target(node),
        CRM_meta_timeout: String(timeoutMs),
        ...(intervalMs > 0 ? { CRM_meta_interval: String(intervalMs), CRM_meta_name: task } : {}),
        ...more,
      },
      canFail: false,
    }, inputs);
  }

  result(): TransitionGraph {
    return {
      transitionId: 0,
      clusterDelayMs: 60_000,
      stonithTimeoutMs: 60_000,
      failedStartOffset: "INFINITY",
      failedStopOffset: "INFINITY",
      batchLimit: 0,
      synapses: this.#synapses,
    };
  }

  #add(action: Omit<TransitionAction, "id">, inputs: readonly number[]): number {
    const id = this.#synapses.length + 1;
    this.#synapses.push({ id: id - 1, action: { id, ...action }, inputs });
    return id;
  }
}

const target = ({ id, uname }: Node) => ({
  CRM_meta_on_node: uname,
  CRM_meta_on_node_uuid: id,
});

const operationsOf = (element: XmlElement): XmlElement[] =>
  children(child(element, "operations"), "op");

function option(configuration: XmlElement | undefined, name: string, otherwise: string): string {
  return pairs(child(configuration, "crm_config"), "cluster_property_set")[name] ?? otherwise;
}

/** All name and value pairs in the sets of one tag; the first of a name counts. */
function pairs(element: XmlElement | undefined, tag: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const set of children(element, tag)) {
    for (const { attributes: { name, value } } of children(set, "nvpair")) {
      if (name !== undefined) all[name] ??= value ?? "";
    }
  }
  return all;
}

const children = (element: XmlElement | undefined, tag?: string): XmlElement[] =>
  (element?.children ?? []).filter((item): item is XmlElement =>
    item.type === "element" && (tag === undefined || item.name.raw === tag)
  );

const child = (
  element: XmlElement | undefined,
  tag: string,
  id?: string,
): XmlElement | undefined =>
  children(element, tag).find(({ attributes }) => id === undefined || attributes.id === id);

function score(text: string): number {
  const plain = text.trim().toUpperCase();
  if (plain === "INFINITY" || plain === "+INFINITY") return infinity;
  if (plain === "-INFINITY") return -infinity;
  const value = Number(plain);
  return Number.isFinite(value) ? Math.max(-infinity, Math.min(infinity, value)) : 0;
}

function milliseconds(text: string): number {
  const found = /^(\d+)(ms|s|m|min|h)?$/.exec(text.trim());
  if (found === null) return 0;
  const unit = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 }[found[2] ?? "s"] ?? 1_000;
  return Number(found[1]) * unit;
}
