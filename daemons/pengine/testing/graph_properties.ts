/**
 * What must be true of every transition, whatever the configuration: checked on graphs of random
 * clusters. For tests only.
 *
 * @module
 */
import type { TransitionAction, TransitionGraph } from "../../runtime/transition.ts";
import {
  ordered,
  primitiveIds,
  type RandomCluster,
  type RandomConstraint,
  type RandomResource,
} from "./random_cib.ts";

/** Everything a graph does that it must not, in words. */
export function violations(cluster: RandomCluster, graph: TransitionGraph): readonly string[] {
  const found = cycles(graph);
  if (found.length > 0) return found; // The other properties ask what comes before what.
  return [
    ...startsBeforeStops(cluster, graph),
    ...startsBeforeFencing(cluster, graph),
    ...brokenOrders(cluster, graph),
  ];
}

function cycles(graph: TransitionGraph): readonly string[] {
  const inputs = inputsOf(graph);
  const state = new Map<number, "open" | "closed">();
  const found: string[] = [];
  const visit = (id: number): void => {
    state.set(id, "open");
    for (const input of inputs.get(id) ?? []) {
      if (state.get(input) === "open") found.push(`actions ${input} and ${id} wait for each other`);
      else if (state.get(input) === undefined) visit(input);
    }
    state.set(id, "closed");
  };
  for (const id of inputs.keys()) if (state.get(id) === undefined) visit(id);
  return found;
}

/** No resource that is not cloned starts while it may still be active elsewhere. */
function startsBeforeStops(cluster: RandomCluster, graph: TransitionGraph): readonly string[] {
  const before = ancestors(graph);
  return lonePrimitives(cluster).flatMap((id) => {
    const starts = actionsOf(graph, `${id}_start_0`);
    const stops = actionsOf(graph, `${id}_stop_0`);
    const migrated = actionsOf(graph, `${id}_migrate_from_0`).length > 0;
    if (migrated) return [];
    return [
      ...(starts.length > 1 ? [`${id} is started ${starts.length} times`] : []),
      ...starts.flatMap((start) =>
        stops.filter((stop) => !before(start.id).has(stop.id))
          .map((stop) => `${id} may start on ${start.onNode} before it stops on ${stop.onNode}`)
      ),
    ];
  });
}

/** What a lost node may still run starts elsewhere only when that node has been fenced. */
function startsBeforeFencing(cluster: RandomCluster, graph: TransitionGraph): readonly string[] {
  if (!cluster.fencing) return [];
  const before = ancestors(graph);
  return cluster.nodes.flatMap((node, n) => {
    if (node.state !== "lost") return [];
    const fencing = graph.synapses.map(({ action }) => action)
      .find(({ task, onNode }) => task === "stonith" && onNode === node.name);
    return cluster.resources.filter(({ kind, history }) =>
      (kind === "primitive" || kind === "group") &&
      (history[n] === "running" || history[n] === "failed")
    ).flatMap(primitiveIds).flatMap((id) =>
      actionsOf(graph, `${id}_start_0`)
        .filter((start) => fencing === undefined || !before(start.id).has(fencing.id))
        .map((start) => `${id} may start on ${start.onNode} before ${node.name} is fenced`)
    );
  });
}

/** A mandatory order holds between the starts, and the other way round between the stops. */
function brokenOrders(cluster: RandomCluster, graph: TransitionGraph): readonly string[] {
  const before = ancestors(graph);
  const check = (
    constraint: string,
    first: readonly TransitionAction[],
    then: readonly TransitionAction[],
  ): readonly string[] =>
    then.flatMap((later) =>
      first.filter((earlier) => !before(later.id).has(earlier.id))
        .map((earlier) =>
          `${later.operationKey} does not wait for ${earlier.operationKey}, ` +
          `though ${constraint} is mandatory`
        )
    );
  return cluster.constraints.flatMap((one, n) => {
    const pair = orderedPair(cluster, one);
    if (pair === undefined) return [];
    const [first, then] = pair;
    const of = (resource: RandomResource, task: string): readonly TransitionAction[] =>
      primitiveIds(resource).flatMap((id) => actionsOf(graph, `${id}_${task}_0`));
    return [
      ...check(`c${n}`, of(first, "start"), of(then, "start")),
      ...(one.symmetrical ? check(`c${n}`, of(then, "stop"), of(first, "stop")) : []),
    ];
  });
}

/** The pair of a mandatory order between resources that are not cloned. */
function orderedPair(
  cluster: RandomCluster,
  one: RandomConstraint,
): readonly [RandomResource, RandomResource] | undefined {
  if (one.kind !== "order" || one.order !== "Mandatory") return undefined;
  const [first, then] = ordered(cluster, one);
  const lone = ({ kind }: RandomResource): boolean => kind === "primitive" || kind === "group";
  return first !== then && lone(first) && lone(then) ? [first, then] : undefined;
}

const lonePrimitives = ({ resources }: RandomCluster): readonly string[] =>
  resources.filter(({ kind }) => kind === "primitive" || kind === "group").flatMap(primitiveIds);

const actionsOf = (graph: TransitionGraph, key: string): readonly TransitionAction[] =>
  graph.synapses.map(({ action }) => action).filter(({ operationKey }) => operationKey === key);

const inputsOf = (graph: TransitionGraph): ReadonlyMap<number, readonly number[]> =>
  new Map(graph.synapses.map(({ action, inputs }) => [action.id, inputs]));

/** Everything that comes before an action, near or far. */
function ancestors(graph: TransitionGraph): (id: number) => ReadonlySet<number> {
  const inputs = inputsOf(graph);
  return (id) => {
    const found = new Set<number>();
    const waiting = [...inputs.get(id) ?? []];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      waiting.push(...inputs.get(at) ?? []);
    }
    return found;
  };
}
