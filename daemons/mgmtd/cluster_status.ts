/**
 * The state of a cluster as its CIB tells it, for people (in the shape of `crm_mon -1`) and for
 * programs (the same tree as JSON).
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";

/** One node. */
export interface NodeState {
  readonly name: string;
  /** `UNCLEAN`: lost, and not yet fenced. */
  readonly state: "online" | "standby" | "pending" | "OFFLINE" | "UNCLEAN (offline)";
}

/** One resource. */
export interface ResourceState {
  readonly id: string;
  /** `class:provider:type`. */
  readonly agent: string;
  /** Nodes on which it runs. */
  readonly runsOn: readonly string[];
  /** The node's last failure that still counts, if any. */
  readonly failed: boolean;
}

/** An operation that failed and was not cleaned up. */
export interface FailedAction {
  readonly operation: string;
  readonly node: string;
  readonly rc: number;
  readonly output: string;
}

/** A cluster's state. */
export interface ClusterState {
  readonly dc: string | undefined;
  readonly quorate: boolean;
  readonly version: string;
  readonly nodes: readonly NodeState[];
  readonly resources: readonly ResourceState[];
  readonly failedActions: readonly FailedAction[];
}

/**
 * Reads the state out of a CIB.
 *
 * @throws {XmlSyntaxError} if it is not XML.
 */
export function clusterState(cib: string): ClusterState {
  const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true });
  const { attributes } = root;
  const states = all(root, "node_state");
  const nodes = all(root, "node").filter(({ attributes }) => attributes.uname !== undefined);
  const primitives = all(child(root, "configuration") ?? root, "primitive");
  const failedActions: FailedAction[] = [];
  const resources = primitives.map((primitive): ResourceState => {
    const { id = "", class: kind = "", provider, type = "" } = primitive.attributes;
    const runsOn: string[] = [];
    let failed = false;
    for (const state of states) {
      const node = state.attributes.uname ?? state.attributes.id ?? "";
      const history = all(state, "lrm_resource").find(({ attributes }) => attributes.id === id);
      if (history === undefined) continue;
      const operations = all(history, "lrm_rsc_op")
        .sort((a, b) => number(a, "call-id") - number(b, "call-id"));
      let runs = false;
      for (const operation of operations) {
        const rc = number(operation, "rc-code");
        const { operation: task = "" } = operation.attributes;
        if (rc === 0) runs = task !== "stop" && task !== "migrate_to";
        else if (rc === 7) runs = false;
        const expected = rc === 0 || (task === "monitor" && (rc === 7 || rc === 8));
        if (!expected && rc >= 0 && rc < 190) {
          failed = true;
          failedActions.push({
            operation: operation.attributes.operation_key ?? operation.attributes.id ?? "",
            node,
            rc,
            output: operation.attributes["exit-reason"] ?? "",
          });
        }
      }
      if (runs && isOnline(state)) runsOn.push(node);
    }
    return {
      id,
      agent: [kind, ...(provider === undefined ? [] : [provider]), type].join(":"),
      runsOn: runsOn.sort(),
      failed,
    };
  });
  return {
    dc: nameOf(nodes, attributes["dc-uuid"]),
    quorate: attributes["have-quorum"] === "1" || attributes["have-quorum"] === "true",
    version: ["admin_epoch", "epoch", "num_updates"].map((name) => attributes[name] ?? "0").join(
      ".",
    ),
    nodes: nodes.map(({ attributes }) => {
      const name = attributes.uname ?? "";
      const state = states.find(({ attributes }) => attributes.uname === name);
      return { name, state: stateOf(state) };
    }).sort((a, b) => a.name < b.name ? -1 : 1),
    resources,
    failedActions,
  };
}

/** The state as people know it from `crm_mon -1`. */
export function clusterText(state: ClusterState): string {
  const lines = [
    "Cluster Summary:",
    `  * Current DC: ${state.dc ?? "NONE"} - partition ${
      state.quorate ? "with" : "WITHOUT"
    } quorum`,
    `  * CIB version: ${state.version}`,
    `  * ${state.nodes.length} nodes configured`,
    `  * ${state.resources.length} resource instances configured`,
    "",
    "Node List:",
  ];
  const names = (wanted: NodeState["state"]) =>
    state.nodes.filter((node) => node.state === wanted).map(({ name }) => name).join(" ");
  for (const wanted of ["pending", "standby", "UNCLEAN (offline)"] as const) {
    for (const { name, state: found } of state.nodes) {
      if (found === wanted) lines.push(`  * Node ${name}: ${wanted}`);
    }
  }
  for (const [title, wanted] of [["Online", "online"], ["OFFLINE", "OFFLINE"]] as const) {
    if (names(wanted) !== "") lines.push(`  * ${title}: [ ${names(wanted)} ]`);
  }
  lines.push("", "Full List of Resources:");
  for (const { id, agent, runsOn, failed } of state.resources) {
    const where = runsOn.length === 0 ? "Stopped" : `Started ${runsOn.join(" ")}`;
    lines.push(`  * ${id}\t(${agent}):\t ${failed && runsOn.length > 0 ? "FAILED " : ""}${where}`);
  }
  if (state.failedActions.length > 0) {
    lines.push("", "Failed Resource Actions:");
    for (const { operation, node, rc, output } of state.failedActions) {
      lines.push(`  * ${operation} on ${node} returned ${rc}${output === "" ? "" : `: ${output}`}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const isOnline = (state: XmlElement): boolean => stateOf(state) === "online";

function stateOf(state: XmlElement | undefined): NodeState["state"] {
  if (state === undefined) return "OFFLINE";
  const { in_ccm, crmd, join, expected } = state.attributes;
  const member = in_ccm !== undefined && in_ccm !== "false" && in_ccm !== "0";
  if (!member) return expected === "member" ? "UNCLEAN (offline)" : "OFFLINE";
  if (crmd !== "online" && !/^[1-9]\d*$/.test(crmd ?? "")) return "pending";
  return join === "member" ? "online" : "pending";
}

function nameOf(nodes: readonly XmlElement[], id: string | undefined): string | undefined {
  return nodes.find(({ attributes }) => attributes.id === id)?.attributes.uname ?? id;
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((node): node is XmlElement =>
    node.type === "element" && node.name.local === name
  );
}

function all(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((node) =>
    node.type !== "element" ? [] : node.name.local === name ? [node] : all(node, name)
  );
}

const number = (element: XmlElement, name: string): number =>
  Number(element.attributes[name] ?? -1);
