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
import { elementAt } from "../cib/doors/path.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, View } from "../runtime/messages.ts";
import { isAlive } from "./alive.ts";
import { xml } from "./history.ts";
import {
  awaitsFencing,
  downChanges,
  goneChanges,
  incarnationAttribute,
  isMember,
  joinChanges,
  leftChanges,
  pathOf,
  rootChanges,
  stateOf,
  underwayChanges,
} from "./node_states.ts";
import { awaitHeld, joinOf } from "./refused_joins.ts";
import {
  type Coordination,
  type CrmdState,
  dcOf,
  elements,
  isTrue,
  type Join,
  log,
  nodeIdOf,
  nowS,
  say,
  tell,
  write,
} from "./state.ts";

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
    const join = joinOf(coordination, node, at);
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
        !isMember(known, incarnation) && known.attributes.join !== "pending"
      ) {
        changes.push({
          op: "modify",
          path: pathOf(known.attributes.id!),
          set: { join: "pending" },
        });
      }
      continue;
    }
    if (coordination.done.get(node) === join.number) continue;
    if (awaitsFencing(root, known, incarnation)) continue;
    if (joined.length >= coordination.joinsAtOnce) continue;
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
  awaitHeld(coordination, at, out);
  if (changes.length === 0) {
    settle(state, joined, out);
    return isSettled(state, root);
  }
  coordination.writing = true;
  write(state, { type: "members", joined }, changes, out);
  return false;
}

/** Whether the CIB names the coordinator of a view, and nobody as a member who is none. */
export function isPictured(root: XmlElement, view: View): boolean {
  const dc = dcOf(view);
  return dc !== undefined && root.attributes["dc-uuid"] === nodeIdOf(root, dc) &&
    leftChanges(root, view).length === 0;
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
