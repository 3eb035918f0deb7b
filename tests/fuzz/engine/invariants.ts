/**
 * What must hold of every graph, whatever the configuration says: asked of the graph and of the
 * status that it came from, without an oracle.
 *
 * @module
 */
import type { XmlElement } from "../../../metadata/xml/mod.ts";
import type { Node, WorkingSet } from "../../../daemons/pengine/model.ts";
import { primitivesOf } from "../../../daemons/pengine/place/resource.ts";
import type { Scheduled } from "../../../daemons/pengine/schedule.ts";
import { child, children } from "../../../daemons/pengine/unpack/xml.ts";
import type { TransitionAction, TransitionGraph } from "../../../daemons/runtime/transition.ts";

/** Everything that a graph does and must not do, in words. */
export function violations(
  cib: XmlElement,
  { graph, set }: Pick<Scheduled, "graph" | "set">,
): readonly string[] {
  if (isCircle(graph)) return ["actions wait for each other in a circle"];
  return [
    ...secondInstances(cib, graph),
    ...earlyStarts(cib, graph),
    ...unguardedStarts(cib, graph, set),
    ...tooManyInstances(graph, set),
  ];
}

/** Whether actions of a graph wait for each other. */
export function isCircle({ synapses }: TransitionGraph): boolean {
  const left = new Map(synapses.map(({ action, inputs }) => [action.id, new Set(inputs)]));
  // An action that cannot run in this transition holds up those after it, but in no circle.
  for (const inputs of left.values()) for (const id of inputs) if (!left.has(id)) inputs.delete(id);
  for (let done = true; done && left.size > 0;) {
    done = false;
    for (const [id, inputs] of left) {
      if (inputs.size > 0) continue;
      left.delete(id);
      for (const others of left.values()) others.delete(id);
      done = true;
    }
  }
  return left.size > 0;
}

/** No primitive that stands alone or in a group is started twice. */
function secondInstances(cib: XmlElement, graph: TransitionGraph): readonly string[] {
  return lonePrimitives(cib).flatMap((id) => {
    const starts = actionsOf(graph, `${id}_start_0`).length;
    return starts > 1 ? [`${id} is started ${starts} times`] : [];
  });
}

/**
 * A primitive does not start while it may be active elsewhere: it is stopped there before, or the
 * node is fenced. Where the history says `start` last and the node is known to be away, it is not.
 */
function earlyStarts(cib: XmlElement, graph: TransitionGraph): readonly string[] {
  const before = ancestors(graph);
  return lonePrimitives(cib).flatMap((id) => {
    if (actionsOf(graph, `${id}_migrate_from_0`).length > 0) return [];
    const stops = actionsOf(graph, `${id}_stop_0`).filter(({ kind }) => kind !== "pseudo_event");
    return actionsOf(graph, `${id}_start_0`).flatMap((start) =>
      stops.filter((stop) => !before(start.id).has(stop.id)).map((stop) =>
        `${id} may start on ${start.onNode} before it stops on ${stop.onNode}`
      )
    );
  });
}

/**
 * What is active on a node starts on another only after it stopped there, or the node was fenced; of
 * a node that is lost, unless nothing is to be fenced for it.
 */
function unguardedStarts(
  cib: XmlElement,
  graph: TransitionGraph,
  set: WorkingSet,
): readonly string[] {
  const before = ancestors(graph);
  const byId = new Map(graph.synapses.map(({ action }) => [action.id, action]));
  // What waits for an action that is left out of the graph never starts.
  const canRun = ({ id }: TransitionAction): boolean =>
    [...before(id)].every((one) => byId.has(one));
  const ends = (id: string, node: Node) => (action: TransitionAction | undefined): boolean =>
    (action?.operationKey === `${id}_stop_0` &&
      (action.kind === "pseudo_event" || action.onNode === node.name)) ||
    (action?.task === "stonith" && action.onNode === node.name);
  return lonePrimitives(cib).flatMap((id) => {
    const resource = set.resourceById.get(id);
    if (resource === undefined) return [];
    if (actionsOf(graph, `${id}_migrate_from_0`).length > 0) return [];
    const must = resource.runningOn.filter(({ online, unclean }) =>
      online && !unclean || unclean && resource.needsFencing && set.options.stonithEnabled
    );
    const starts = actionsOf(graph, `${id}_start_0`)
      .filter((start) => start.kind === "rsc_op" && canRun(start));
    return starts.flatMap((start) => {
      const earlier = [...before(start.id)].map((one) => byId.get(one));
      return must.filter((node) => node.name !== start.onNode && !earlier.some(ends(id, node)))
        .map(({ name }) => `${id} may start on ${start.onNode} while it is active on ${name}`);
    });
  });
}

/** No clone gets more instances than it may have, nor more of them on one node. */
function tooManyInstances(graph: TransitionGraph, set: WorkingSet): readonly string[] {
  return set.resources.flatMap((clone) => {
    const data = clone.clone;
    if (data === undefined) return [];
    const nodes = clone.children.flatMap((instance) => {
      const [first] = primitivesOf(instance);
      return actionsOf(graph, `${first?.id}_start_0`).flatMap(({ onNode }) => onNode ?? []);
    });
    const crowded = [...Map.groupBy(nodes, (name) => name)]
      .filter(([, starts]) => starts.length > data.nodeMax);
    return [
      ...nodes.length > data.max ? [`${clone.id} starts ${nodes.length} instances`] : [],
      ...crowded.map(([name, starts]) => `${clone.id} starts ${starts.length} times on ${name}`),
    ];
  });
}

/** Primitives of which there is one instance. */
function lonePrimitives(cib: XmlElement): readonly string[] {
  const resources = child(child(cib, "configuration"), "resources");
  const own = (from: XmlElement | undefined) =>
    children(from, "primitive").flatMap(({ attributes }) => attributes.id ?? []);
  return [...own(resources), ...children(resources, "group").flatMap(own)];
}

function actionsOf({ synapses }: TransitionGraph, key: string): readonly TransitionAction[] {
  return synapses.map(({ action }) => action).filter(({ operationKey }) => operationKey === key);
}

/** All that comes before an action. */
function ancestors({ synapses }: TransitionGraph): (id: number) => ReadonlySet<number> {
  const inputs = new Map(synapses.map(({ action, inputs }) => [action.id, inputs]));
  return (id) => {
    const found = new Set<number>();
    const open = [id];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      for (const input of inputs.get(one) ?? []) {
        if (found.has(input)) continue;
        found.add(input);
        open.push(input);
      }
    }
    return found;
  };
}
