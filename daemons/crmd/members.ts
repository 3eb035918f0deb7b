/**
 * The coordinator's picture of the members, in the CIB's `node_state`: which are present, which
 * have left cleanly, which are lost, and what each runs.
 *
 * It is level triggered: what the CIB should say is computed from the view and from what members
 * reported, and differences are written until there are none.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { elementAt, stepText } from "../cib/doors/document.ts";
import type { Effect } from "../runtime/machine.ts";
import type { AgentName, CibChange, View } from "../runtime/messages.ts";
import { agentKey, noFacts } from "./agent_facts.ts";
import { isAlive } from "./alive.ts";
import { upgradedFeatureSet } from "./feature_set.ts";
import { fencingsAfter, fencingsAttribute } from "./fencing_loop.ts";
import { lrmElement, pendingResult, resultChanges, xml } from "./history.ts";
import {
  type Coordination,
  type CrmdState,
  dcOf,
  elements,
  fences,
  isTrue,
  type Join,
  log,
  nodeIdOf,
  nowS,
  say,
  tell,
  write,
} from "./state.ts";

/** A member as the CIB has it. */
const stateOf = (root: XmlElement, node: string): XmlElement | undefined =>
  elements(elementAt(root, "/cib/status"), "node_state").find(({ attributes }) =>
    attributes.uname === node
  );

/** Where a node's state stands. */
const pathOf = (nodeId: string): string => `/cib/status${stepText("node_state", nodeId)}`;

/** Attribute of `node_state` that tells one life of a node's daemons from the next. */
export const incarnationAttribute = "incarnation";

/** A node was lost and must be fenced, and this is still the same life of it. */
function awaitsFencing(root: XmlElement, known: XmlElement | undefined, incarnation: string) {
  if (known === undefined || !fences(root)) return false;
  const { attributes } = known;
  return !isTrue(attributes.in_ccm) && attributes.expected !== "down" &&
    attributes[incarnationAttribute] === incarnation;
}

/** The CIB counts this life of a node as a full member. */
const isMember = (known: XmlElement | undefined, incarnation: string): boolean =>
  known !== undefined && isTrue(known.attributes.in_ccm) &&
  known.attributes.crmd === "online" && known.attributes.join === "member" &&
  known.attributes[incarnationAttribute] === incarnation;

/** Writes what the CIB should say of the members. Tells whether it says so already. */
export function reconcile(state: CrmdState, at: number, out: Effect[]): boolean {
  const { coordination, view, replica: { root } } = state;
  if (coordination === undefined || view === undefined || root === undefined) return false;
  if (coordination.writing) return false;
  const changes: CibChange[] = [
    ...rootChanges(root, nodeIdOf(root, state.self)),
    ...leftChanges(root, view),
    ...fencedChanges(state, coordination, root, at, out),
  ];
  const joined: { node: string; number: number }[] = [];
  for (const { node, incarnation: life } of view.members) {
    if (coordination.fenced.has(node)) continue;
    const incarnation = `${life}`;
    const join = coordination.joins.get(node);
    const known = stateOf(root, node);
    const nodeId = nodeIdOf(root, node);
    if (!isConfigured(root, node)) {
      changes.push({
        op: "create",
        path: "/cib/configuration/nodes",
        xml: stringify(xml("node", { id: nodeId, uname: node })),
      });
    }
    if (join === undefined) {
      // Its old life is over, but what it runs is unknown as yet.
      if (
        coordination.late && known && isTrue(known.attributes.in_ccm) &&
        !isMember(known, incarnation)
      ) {
        if (known.attributes.join !== "pending") {
          changes.push({
            op: "modify",
            path: pathOf(known.attributes.id!),
            set: { join: "pending" },
          });
        }
      }
      continue;
    }
    if (coordination.done.get(node) === join.number) continue;
    if (awaitsFencing(root, known, incarnation)) continue;
    if (join.results === undefined) {
      if (!isMember(known, incarnation)) {
        coordination.joins.delete(node);
        say(out, node, { type: "tell", view: view.epoch });
        continue;
      }
      changes.push(...underwayChanges(root, nodeId, node, join, nowS(state, at)));
    } else changes.push(...joinChanges({ state, root, node, join }, incarnation, at));
    joined.push({ node, number: join.number });
  }
  changes.push(...goneChanges(root, view));
  if (changes.length === 0) {
    settle(state, joined, out);
    return isSettled(state, root);
  }
  coordination.writing = true;
  write(state, { type: "members", joined }, changes, out);
  return false;
}

/** What the CIB says of the cluster as a whole. */
function rootChanges({ attributes }: XmlElement, dc: string): CibChange[] {
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
function leftChanges(root: XmlElement, view: View): CibChange[] {
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

/** Nodes whose fencing is confirmed. */
function fencedChanges(
  state: CrmdState,
  { fenced }: Coordination,
  root: XmlElement,
  at: number,
  out: Effect[],
): CibChange[] {
  const changes: CibChange[] = [];
  for (const [node, { keys, incarnation }] of [...fenced].sort()) {
    if (isAlive(state.view, node, incarnation)) continue;
    const known = stateOf(root, node);
    const now = known?.attributes[incarnationAttribute];
    if (now !== incarnation || known?.attributes.expected === "down") {
      // Another life of the node has joined since, or the CIB knows already.
      for (const key of keys) tell(out, "tengine", { type: "crmd/performed", key, ok: true });
      fenced.delete(node);
      continue;
    }
    changes.push(...downChanges(root, node, nowS(state, at)));
  }
  return changes;
}

/** Joins that are in the CIB: the members may go on. */
export function settle(
  state: CrmdState,
  joined: readonly { readonly node: string; readonly number: number }[],
  out: Effect[],
): void {
  const { coordination, view } = state;
  if (coordination === undefined || view === undefined) return;
  for (const { node, number } of joined) {
    coordination.done.set(node, number);
    say(out, node, { type: "joined", view: view.epoch, number });
  }
}

/** Whether every member's state is known, or is not waited for any longer. */
function isSettled(state: CrmdState, root: XmlElement): boolean {
  const { coordination, view } = state;
  if (coordination === undefined || view === undefined) return false;
  const isUnwritten = [...coordination.fenced].some(([node, { incarnation }]) =>
    !isAlive(view, node, incarnation)
  );
  if (isUnwritten) return false;
  if (!coordination.complete && !isComplete(state, root)) return false;
  coordination.complete = true;
  return view.members.every(({ node, incarnation }) =>
    coordination.late || coordination.done.has(node) ||
    awaitsFencing(root, stateOf(root, node), `${incarnation}`)
  );
}

/** Whether every node that is configured has been seen. */
function isComplete({ view }: CrmdState, root: XmlElement): boolean {
  const members = new Set(view?.members.map(({ node }) => node));
  return elements(elementAt(root, "/cib/configuration/nodes"), "node").every(({ attributes }) =>
    (attributes.type ?? "member") !== "member" || members.has(attributes.uname ?? "") ||
    stateOf(root, attributes.uname ?? "")?.attributes.expected === "down"
  );
}

/** Whether this is a cluster that goes on: somebody in the view is the member it was before. */
export function goesOn({ view, replica: { root } }: CrmdState): boolean {
  return root !== undefined && view !== undefined &&
    view.members.some(({ node, incarnation }) => isMember(stateOf(root, node), `${incarnation}`));
}

const isConfigured = (root: XmlElement, node: string): boolean =>
  elements(elementAt(root, "/cib/configuration/nodes"), "node").some(({ attributes }) =>
    attributes.uname === node
  );

/** Nodes that were members, are down for sure, and have been removed from the cluster, are forgotten. */
function goneChanges(root: XmlElement, { members, electorate }: View): CibChange[] {
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
function joinChanges(
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
  const children = [lrmElement(nodeId, node, [...join.results ?? [], ...underway], factsOf)];
  // What is only true for one life of a node goes with it.
  if (known?.attributes[incarnationAttribute] === incarnation) {
    children.push(...elements(known, "transient_attributes"));
  }
  const element = xml("node_state", {
    id: nodeId,
    uname: node,
    in_ccm: "true",
    crmd: "online",
    "crm-debug-origin": "join",
    join: "member",
    expected: "member",
    [incarnationAttribute]: incarnation,
    // What it was fenced for is remembered over its lives.
    ...(known?.attributes[fencingsAttribute] === undefined
      ? {}
      : { [fencingsAttribute]: known.attributes[fencingsAttribute] }),
  }, children);
  return [{ op: "create", path: "/cib/status", xml: stringify(element) }];
}

/** A member that needs no join works at something that a coordinator before this one ordered. */
function underwayChanges(
  root: XmlElement,
  nodeId: string,
  node: string,
  join: Join,
  nowS: number,
): CibChange[] {
  return join.underway
    .filter(({ intervalMs }) => intervalMs === 0)
    .flatMap((operation) => [...resultChanges(root, nodeId, node, pendingResult(operation, nowS))])
    .filter((change) => change.op === "create");
}

/** A device has confirmed that the node is dead: nothing runs on it. */
function downChanges(root: XmlElement, node: string, nowS: number): CibChange[] {
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

/** A member speaks. */
export function onJoin(state: CrmdState, node: string, join: Join, out: Effect[]): void {
  const { coordination, view } = state;
  if (coordination === undefined || view?.epoch !== join.view || dcOf(view) !== state.self) return;
  const before = coordination.joins.get(node);
  if (before !== undefined && before.number >= join.number) {
    if (coordination.done.get(node) === join.number) {
      say(out, node, { type: "joined", view: view.epoch, number: join.number });
    }
    return;
  }
  coordination.joins.set(node, join);
  log(
    out,
    "info",
    `${node} has joined` +
      (join.results === undefined ? "" : `; it knows of ${join.results.length} operations`) +
      (join.underway.length === 0 ? "" : `; ${join.underway.length} are under way`),
  );
}
