/**
 * Configurations and states of small clusters, as a generator of fast-check makes them up.
 *
 * For property tests only: clusters as nobody would build them, in states nobody would like.
 *
 * @module
 */
import fc from "fast-check";

/** One node. */
export interface RandomNode {
  readonly name: string;
  readonly state: "online" | "offline" | "lost";
  readonly standby: boolean;
}

/** One resource: alone, in a group, or cloned. */
export interface RandomResource {
  readonly id: string;
  readonly kind: "primitive" | "group" | "clone" | "promotable";
  readonly stopped: boolean;
  readonly stickiness: number;
  readonly migrate: boolean;
  /** For each node what the history says of it there. */
  readonly history: readonly ("unknown" | "stopped" | "running" | "failed")[];
}

/** One constraint; numbers choose among the resources and nodes. */
export interface RandomConstraint {
  readonly kind: "location" | "colocation" | "order";
  readonly first: number;
  readonly then: number;
  readonly score: number | "INFINITY" | "-INFINITY";
  readonly order: "Mandatory" | "Optional" | "Serialize";
  readonly symmetrical: boolean;
}

/** A whole cluster. */
export interface RandomCluster {
  readonly nodes: readonly RandomNode[];
  readonly resources: readonly RandomResource[];
  readonly constraints: readonly RandomConstraint[];
  readonly fencing: boolean;
  readonly quorate: boolean;
  readonly quorumPolicy: "stop" | "ignore" | "freeze";
}

const nodesMax = 4;
const resourcesMax = 6;
const constraintsMax = 8;

const resource = fc.record({
  kind: fc.constantFrom("primitive" as const, "primitive", "group", "clone", "promotable"),
  stopped: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  stickiness: fc.constantFrom(0, 0, 1, 100),
  migrate: fc.boolean(),
  history: fc.array(
    fc.constantFrom("unknown" as const, "stopped", "stopped", "running", "failed"),
    {
      minLength: nodesMax,
      maxLength: nodesMax,
    },
  ),
});

const constraint = fc.record({
  kind: fc.constantFrom("location" as const, "colocation", "order"),
  first: fc.nat(resourcesMax * nodesMax),
  then: fc.nat(resourcesMax * nodesMax),
  score: fc.constantFrom(100, -100, 10, "INFINITY" as const, "-INFINITY" as const),
  order: fc.constantFrom("Mandatory" as const, "Mandatory", "Optional", "Serialize"),
  symmetrical: fc.boolean(),
});

/** Clusters of all sorts. */
export const randomCluster: fc.Arbitrary<RandomCluster> = fc.record({
  nodes: fc.array(
    fc.record({
      state: fc.constantFrom("online" as const, "online", "online", "offline", "lost"),
      standby: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: nodesMax },
  ).map((nodes) => nodes.map((node, n) => ({ ...node, name: `node${n + 1}` }))),
  resources: fc.array(resource, { minLength: 1, maxLength: resourcesMax })
    .map((resources) => resources.map((one, n) => ({ ...one, id: `r${n + 1}` }))),
  constraints: fc.array(constraint, { maxLength: constraintsMax }),
  fencing: fc.boolean(),
  quorate: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
  quorumPolicy: fc.constantFrom("stop" as const, "ignore", "freeze"),
});

/**
 * The CIB of a cluster. With `reversed` nodes, locations and orders stand the other way round. (The
 * order of resources decides between equals, that of colocations between contradictions, and that
 * of the status numbers the instances of clones.)
 */
export function randomCib(cluster: RandomCluster, reversed = false): string {
  const { nodes, resources, fencing } = cluster;
  const turned = <T>(list: readonly T[]): readonly T[] => reversed ? list.toReversed() : list;
  const option = (name: string, value: string): string =>
    `<nvpair id="o-${name}" name="${name}" value="${value}"/>`;
  return `<cib validate-with="pacemaker-3.8" admin_epoch="0" epoch="1" num_updates="0" ` +
    `have-quorum="${cluster.quorate ? 1 : 0}"><configuration><crm_config>` +
    `<cluster_property_set id="o">${option("stonith-enabled", String(fencing))}` +
    `${option("no-quorum-policy", cluster.quorumPolicy)}</cluster_property_set></crm_config>` +
    `<nodes>${turned(nodes).map(nodeXml).join("")}</nodes><resources>` +
    (fencing ? `<primitive id="fence" class="stonith" type="fence_dummy"/>` : "") +
    `${resources.map(resourceXml).join("")}</resources><constraints>` +
    constraintsXml(cluster, reversed) +
    `</constraints></configuration><status>` +
    nodes.map((node, n) => stateXml(node, n, resources)).join("") +
    `</status></cib>`;
}

/** The primitives of a resource, by the id under which the configuration knows them. */
export function primitiveIds({ id, kind }: RandomResource): readonly string[] {
  return kind === "group" ? [`${id}a`, `${id}b`] : [id];
}

/** The id that constraints use for a resource. */
export function outerId({ id, kind }: RandomResource): string {
  return kind === "primitive" ? id : `${id}-${kind}`;
}

/**
 * The two resources of an order, first the one that stands first in the configuration: orders in a
 * circle contradict themselves, and nothing can be promised of such.
 */
export function ordered(
  { resources }: RandomCluster,
  { first, then }: RandomConstraint,
): readonly [RandomResource, RandomResource] {
  const a = named(resources, first);
  const b = named(resources, then);
  return resources.indexOf(a) < resources.indexOf(b) ? [a, b] : [b, a];
}

/** The nth of a list, counted round and round. */
function named<T>(list: readonly T[], n: number): T {
  const found = list[n % list.length];
  if (found === undefined) throw new Error("A cluster has at least one of each");
  return found;
}

function nodeXml({ name, standby }: RandomNode): string {
  const inside = standby
    ? `<instance_attributes id="${name}-a"><nvpair id="${name}-s" name="standby" value="on"/>` +
      `</instance_attributes>`
    : "";
  return `<node id="${name}-id" uname="${name}">${inside}</node>`;
}

function resourceXml(resource: RandomResource): string {
  const { id, kind, stopped, stickiness, migrate } = resource;
  const meta = (values: Readonly<Record<string, string>>): string =>
    `<meta_attributes id="${id}-${kind}-m">` + Object.entries(values).map(([name, value]) =>
      `<nvpair id="${id}-${kind}-${name}" name="${name}" value="${value}"/>`
    ).join("") + `</meta_attributes>`;
  const own = {
    ...(stopped ? { "target-role": "Stopped" } : {}),
    "resource-stickiness": String(stickiness),
    "allow-migrate": String(migrate),
  };
  const primitives = primitiveIds(resource).map((one) =>
    `<primitive id="${one}" class="ocf" provider="pacemaker" type="Stateful">` +
    (kind === "primitive" ? meta(own) : "") +
    `<operations><op id="${one}-m" name="monitor" interval="10s"/></operations></primitive>`
  ).join("");
  switch (kind) {
    case "primitive":
      return primitives;
    case "group":
      return `<group id="${outerId(resource)}">${meta(own)}${primitives}</group>`;
    case "clone":
      return `<clone id="${outerId(resource)}">${meta(own)}${primitives}</clone>`;
    case "promotable":
      return `<clone id="${outerId(resource)}">${
        meta({ ...own, promotable: "true" })
      }${primitives}</clone>`;
  }
}

function constraintsXml(cluster: RandomCluster, reversed: boolean): string {
  const all = cluster.constraints.map((one, n) => ({ one, xml: constraintXml(one, n, cluster) }));
  const colocations = all.filter(({ one }) => one.kind === "colocation");
  const others = all.filter(({ one }) => one.kind !== "colocation");
  return [...colocations, ...reversed ? others.toReversed() : others].map(({ xml }) => xml).join(
    "",
  );
}

function constraintXml(one: RandomConstraint, n: number, cluster: RandomCluster): string {
  const first = outerId(named(cluster.resources, one.first));
  const then = outerId(named(cluster.resources, one.then));
  const node = named(cluster.nodes, one.then).name;
  if (one.kind === "location") {
    return `<rsc_location id="c${n}" rsc="${first}" node="${node}" score="${one.score}"/>`;
  }
  if (first === then) return "";
  if (one.kind === "colocation") {
    return `<rsc_colocation id="c${n}" rsc="${first}" with-rsc="${then}" score="${one.score}"/>`;
  }
  const [earlier, later] = ordered(cluster, one).map(outerId);
  const symmetrical = one.order !== "Serialize" && one.symmetrical;
  return `<rsc_order id="c${n}" first="${earlier}" then="${later}" kind="${one.order}" ` +
    `symmetrical="${symmetrical}"/>`;
}

function stateXml(node: RandomNode, n: number, resources: readonly RandomResource[]): string {
  const presence = {
    online: `in_ccm="true" crmd="online" join="member" expected="member"`,
    offline: `in_ccm="false" crmd="offline" join="down" expected="down"`,
    lost: `in_ccm="false" crmd="offline" join="member" expected="member"`,
  }[node.state];
  const histories = node.state === "offline"
    ? ""
    : resources.flatMap((resource) => historyXml(resource, n)).join("");
  return `<node_state id="${node.name}-id" uname="${node.name}" ${presence}>` +
    `<lrm id="${node.name}-id"><lrm_resources>${histories}</lrm_resources></lrm></node_state>`;
}

function historyXml(resource: RandomResource, n: number): readonly string[] {
  const state = resource.history[n] ?? "unknown";
  if (state === "unknown") return [];
  const record = (id: string, name: string, task: string, rc: number, callId: number): string => {
    const interval = name === "last_0" ? 0 : 10000;
    const target = task === "monitor" && interval === 0 ? 7 : 0;
    const key = `1:1:${target}:00000000-0000-0000-0000-000000000000`;
    return `<lrm_rsc_op id="${id}_${name}" operation_key="${id}_${task}_${interval}" ` +
      `operation="${task}" crm_feature_set="3.16.1" transition-key="${key}" ` +
      `transition-magic="0:${rc};${key}" call-id="${callId}" rc-code="${rc}" op-status="0" ` +
      `interval="${interval}"/>`;
  };
  return primitiveIds(resource).map((id) => {
    const records = state === "stopped"
      ? record(id, "last_0", "monitor", 7, 1)
      : record(id, "last_0", "start", 0, 1) + (state === "failed"
        ? record(id, "last_failure_0", "monitor", 1, 2)
        : record(id, "monitor_10000", "monitor", 0, 2));
    return `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="Stateful">` +
      `${records}</lrm_resource>`;
  });
}
