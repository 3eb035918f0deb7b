/**
 * What the CIB should say of nodes, as changes of it: members, those that left, those that are down or
 * gone. Each is computed from the CIB as it is, so what it says already makes no change.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { elementAt, stepText } from "../cib/doors/path.ts";
import type { AgentName, CibChange, View } from "../runtime/messages.ts";
import { agentKey, noFacts } from "./agent_facts.ts";
import { upgradedFeatureSet } from "./feature_set.ts";
import { fencingsAfter, fencingsAttribute } from "./fencing_loop.ts";
import { isRecorded, lrmElement, pendingResult, resultChanges, xml } from "./history.ts";
import { type CrmdState, elements, fences, isTrue, type Join, nodeIdOf, nowS } from "./state.ts";

/** A member as the CIB has it. */
export const stateOf = (root: XmlElement, node: string): XmlElement | undefined =>
  elements(elementAt(root, "/cib/status"), "node_state").find(({ attributes }) =>
    attributes.uname === node
  );

/** Where a node's state stands. */
export const pathOf = (nodeId: string): string => `/cib/status${stepText("node_state", nodeId)}`;

/** Attribute of `node_state` that tells one life of a node's daemons from the next. */
export const incarnationAttribute = "incarnation";

/** A node was lost and must be fenced, and this is still the same life of it. */
export function awaitsFencing(
  root: XmlElement,
  known: XmlElement | undefined,
  incarnation: string,
): boolean {
  if (known === undefined || !fences(root)) return false;
  const { attributes } = known;
  return !isTrue(attributes.in_ccm) && attributes.expected !== "down" &&
    attributes[incarnationAttribute] === incarnation;
}

/** The CIB counts this life of a node as a full member. */
export const isMember = (known: XmlElement | undefined, incarnation: string): boolean =>
  known !== undefined && isTrue(known.attributes.in_ccm) &&
  known.attributes.crmd === "online" && known.attributes.join === "member" &&
  known.attributes[incarnationAttribute] === incarnation;

/** What the CIB says of the cluster as a whole. */
export function rootChanges({ attributes }: XmlElement, dc: string): CibChange[] {
  const set: Record<string, string> = {};
  if (attributes["have-quorum"] !== "1") set["have-quorum"] = "1";
  if (attributes["dc-uuid"] !== dc) set["dc-uuid"] = dc;
  const upgraded = upgradedFeatureSet(attributes.crm_feature_set);
  if (upgraded !== undefined) set.crm_feature_set = upgraded;
  return Object.keys(set).length > 0 ? [{ op: "modify", path: "/cib", set }] : [];
}

/**
 * Members of the CIB that are in the view no longer. Their attributes held for that life: `shutdown`
 * among them, or a node that is lost while it stops would count as stopped and not be fenced.
 */
export function leftChanges(root: XmlElement, view: View): CibChange[] {
  const members = new Set(view.members.map(({ node }) => node));
  return elements(elementAt(root, "/cib/status"), "node_state").flatMap((state) => {
    const { uname = "", id = "", in_ccm } = state.attributes;
    if (members.has(uname)) return [];
    const changes: CibChange[] = elements(state, "transient_attributes").map((attributes) => ({
      op: "delete",
      path: pathOf(id) + stepText("transient_attributes", attributes.attributes.id ?? id),
    }));
    if (isTrue(in_ccm)) {
      const set = { in_ccm: "false", crmd: "offline", join: "down" };
      changes.push({ op: "modify", path: pathOf(id), set });
    }
    return changes;
  });
}

/** Nodes that were members, are down for sure, and have been removed from the cluster, are forgotten. */
export function goneChanges(root: XmlElement, { members, electorate }: View): CibChange[] {
  const here = new Set([...electorate, ...members.map(({ node }) => node)]);
  return elements(elementAt(root, "/cib/configuration/nodes"), "node").flatMap(({ attributes }) => {
    const { id = "", uname = "", type = "member" } = attributes;
    const known = stateOf(root, uname);
    if (type !== "member" || here.has(uname) || known === undefined) return [];
    if (isTrue(known.attributes.in_ccm)) return [];
    if (fences(root) && known.attributes.expected !== "down") return [];
    return [
      { op: "delete", path: `/cib/configuration/nodes${stepText("node", id)}` },
      { op: "delete", path: pathOf(known.attributes.id ?? id) },
    ];
  });
}

/** A member reported all that it runs: the CIB contains exactly that from now on. */
export function joinChanges(
  { state, root, node, join }: {
    readonly state: CrmdState;
    readonly root: XmlElement;
    readonly node: string;
    readonly join: Join;
  },
  incarnation: string,
  at: number,
): CibChange[] {
  const nodeId = nodeIdOf(root, node);
  const known = stateOf(root, node);
  const underway = join.underway.filter(({ intervalMs }) => intervalMs === 0)
    .map((operation) => pendingResult(operation, nowS(state, at)));
  // Of what an agent of another node says, this node knows what its own agent says.
  const factsOf = (agent: AgentName) => state.agents.get(agentKey(agent)) ?? noFacts;
  const lrm = lrmElement(nodeId, node, [...join.results ?? [], ...underway], factsOf);
  const attributes = {
    in_ccm: "true",
    crmd: "online",
    "crm-debug-origin": "join",
    join: "member",
    expected: "member",
    [incarnationAttribute]: incarnation,
  };
  const id = known?.attributes.id;
  if (id !== undefined && known?.attributes[incarnationAttribute] === incarnation) {
    // The same life: what others count and set for it meanwhile must not be written over by a copy.
    return [
      { op: "modify", path: pathOf(id), set: attributes },
      { op: "create", path: pathOf(id), xml: stringify(lrm) },
    ];
  }
  // What is only true for one life of a node goes with it.
  const element = xml("node_state", {
    id: nodeId,
    uname: node,
    ...attributes,
    // What it was fenced for is remembered over its lives.
    ...(known?.attributes[fencingsAttribute] === undefined
      ? {}
      : { [fencingsAttribute]: known.attributes[fencingsAttribute] }),
  }, [lrm, noAttributes(nodeId)]);
  return [{ op: "create", path: "/cib/status", xml: stringify(element) }];
}

/**
 * The place of the attributes of one life. It is made with the member: attrd of the node and tengine of
 * the coordinator both write into it, and if each made it with its own first attribute, the later one
 * would take what the other one has written.
 */
const noAttributes = (nodeId: string): XmlElement =>
  xml("transient_attributes", { id: nodeId }, [
    xml("instance_attributes", { id: `status-${nodeId}` }),
  ]);

/** A member that needs no join works at something that a coordinator before this one ordered. */
export function underwayChanges(
  root: XmlElement,
  nodeId: string,
  node: string,
  join: Join,
  nowS: number,
): CibChange[] {
  return join.underway
    // A notification has no record: written as the last operation, it would hide a promotion.
    .filter(({ action, intervalMs }) => intervalMs === 0 && isRecorded(action))
    .flatMap((operation) => [...resultChanges(root, nodeId, node, pendingResult(operation, nowS))])
    .filter((change) => change.op === "create");
}

/** A device has confirmed that the node is dead: nothing runs on it. */
export function downChanges(root: XmlElement, node: string, nowS: number): CibChange[] {
  const known = stateOf(root, node);
  const fencings = fencingsAfter(root, known, nowS);
  const nodeId = known?.attributes.id ?? nodeIdOf(root, node);
  const { [incarnationAttribute]: incarnation } = known?.attributes ?? {};
  const element = xml("node_state", {
    id: nodeId,
    uname: node,
    in_ccm: "false",
    crmd: "offline",
    "crm-debug-origin": "fenced",
    join: "down",
    expected: "down",
    ...(incarnation === undefined ? {} : { [incarnationAttribute]: incarnation }),
    ...(fencings === undefined ? {} : { [fencingsAttribute]: fencings }),
  });
  return [{ op: "create", path: "/cib/status", xml: stringify(element) }];
}
