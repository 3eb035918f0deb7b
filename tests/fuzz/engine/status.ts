/**
 * The status of a random cluster: which nodes are there, and what ran where and how it went.
 *
 * @module
 */
import { historyXml, type Life } from "./history.ts";
import {
  attributesXml,
  pairsXml,
  type Plan,
  type PlannedNode,
  type PlannedResource,
  someOf,
} from "./plan.ts";

/** The status section. */
export function statusXml(plan: Plan): string {
  return plan.nodes.map((node) => stateXml(plan, node)).join("") + ticketsXml(plan);
}

function stateXml(plan: Plan, node: PlannedNode): string {
  const { name, kind, state } = node;
  if (state === "absent") return "";
  const { random } = plan;
  if (kind !== "cluster") {
    const attributes = {
      id: name,
      uname: name,
      remote_node: "true",
      in_ccm: state === "online" ? "true" : "false",
      ...someOf(random, 0.1, { node_fenced: ["1"] }),
    };
    return `<node_state${attributesXml(attributes)}>${inside(plan, node, name)}</node_state>`;
  }
  const presence = {
    online: { in_ccm: "true", crmd: "online", join: "member", expected: "member" },
    offline: { in_ccm: "false", crmd: "offline", join: "down", expected: "down" },
    lost: { in_ccm: "false", crmd: "offline", join: "member", expected: "member" },
    pending: { in_ccm: "true", crmd: "offline", join: "down", expected: "down" },
  }[state];
  return `<node_state${attributesXml({ id: `${name}-id`, uname: name, ...presence })}>${
    inside(plan, node, `${name}-id`)
  }</node_state>`;
}

function inside(plan: Plan, node: PlannedNode, id: string): string {
  const { random, has } = plan;
  const attributes: Record<string, string> = {
    ...someOf(random, 0.05, {
      shutdown: ["1699999000"],
      standby: ["true"],
      ...node.kind === "cluster" ? { terminate: ["true"] } : {},
    }),
    ...has.has("locks") ? someOf(random, 0.2, { shutdown: ["1699999000", "1699990000"] }) : {},
    ...has.has("health")
      ? someOf(random, 0.3, { "#health-cpu": ["red", "yellow", "green", "-5"] })
      : {},
    ...has.has("maintenance") ? someOf(random, 0.1, { maintenance: ["true"] }) : {},
    ...has.has("fencing") ? someOf(random, 0.2, { "#node-unfenced": ["1699999000"] }) : {},
  };
  for (const { members, kind } of plan.resources) {
    for (const { id: member } of members) {
      if (has.has("failures") && random.chance(0.15)) {
        const key = `${member}#${random.pick(["monitor_10000", "start_0", "stop_0"])}`;
        attributes[`fail-count-${key}`] = random.pick(["1", "2", "INFINITY"]);
        attributes[`last-failure-${key}`] = random.pick(["1699999995", "1699990000"]);
      }
      if ((kind === "promotable" || kind === "bundle") && random.chance(0.5)) {
        attributes[`master-${member}`] = random.pick(["5", "10", "100", "-INFINITY", "INFINITY"]);
      }
    }
  }
  const histories = node.state === "offline" && random.chance(0.8)
    ? ""
    : plan.resources.map((resource) => historiesXml(plan, node, resource)).join("") +
      orphanXml(plan);
  const transient = pairsXml("instance_attributes", `${node.name}-t`, attributes);
  return (transient === ""
    ? ""
    : `<transient_attributes id="${id}">${transient}</transient_attributes>`) +
    `<lrm id="${id}"><lrm_resources>${histories}</lrm_resources></lrm>`;
}

function historiesXml(plan: Plan, node: PlannedNode, resource: PlannedResource): string {
  const { random } = plan;
  if (resource.kind === "bundle") return bundleHistories(plan, node, resource);
  const life = anyLife(plan, resource);
  const lock = plan.has.has("locks") && random.chance(0.15)
    ? random.pick(["1699999900", "1699990000"])
    : undefined;
  const number = resource.unique ? `:${random.between(0, resource.instances)}` : "";
  return resource.members.map((member) => {
    // The members of a group fare alike, mostly.
    const own = random.chance(0.85) ? life : anyLife(plan, resource);
    // A connection runs on cluster nodes only.
    if (member.node !== undefined && node.kind !== "cluster") return "";
    return historyXml(plan, member, own, `${member.id}${number}`, node.name, lock);
  }).join("");
}

/** A bundle's containers, connections and what runs in them. */
function bundleHistories(
  plan: Plan,
  node: PlannedNode,
  { id, instances }: PlannedResource,
): string {
  const { random } = plan;
  if (node.kind !== "cluster" || random.chance(0.3)) return "";
  const replica = random.between(0, instances - 1);
  const life = random.pick(["started", "started", "stopped", "failed"] as const);
  const part = (name: string, agent: { class: string; provider: string; type: string }): string =>
    historyXml(
      plan,
      { id: name, agent, parameters: {}, monitors: [60_000] },
      life,
      name,
      node.name,
    );
  return part(`${id}-podman-${replica}`, {
    class: "ocf",
    provider: "heartbeat",
    type: "podman",
  }) + part(`${id}-${replica}`, { class: "ocf", provider: "pacemaker", type: "remote" });
}

function anyLife({ random, has }: Plan, { kind }: PlannedResource): Life {
  const lives: Life[] = ["unknown", "stopped", "stopped", "stopped", "started", "started"];
  if (kind === "promotable") lives.push("promoted", "promoted", "demoted");
  if (has.has("failures")) lives.push("failed", "start failed", "stop failed", "timed out");
  if (has.has("failures") && kind === "promotable") lives.push("promote failed", "demote failed");
  if (has.has("pending")) lives.push("starting", "stopping", "probing");
  if (has.has("migration")) lives.push("migrated to", "migrated from", "migrating");
  return random.pick(lives);
}

function orphanXml(plan: Plan): string {
  const { random, has } = plan;
  if (!has.has("orphans") || random.chance(0.6)) return "";
  const agent = { class: "ocf", provider: "pacemaker", type: "Dummy" };
  const life = random.pick(["started", "stopped", "failed"] as const);
  const planned = { id: "orphan", agent, parameters: {}, monitors: [10_000] };
  return historyXml(plan, planned, life, "orphan", "");
}

function ticketsXml({ random, has, tickets }: Plan): string {
  if (!has.has("tickets")) return "";
  const states = tickets.filter(() => random.chance(0.7)).map((ticket) =>
    `<ticket_state${
      attributesXml({
        id: ticket,
        granted: random.pick(["true", "false"]),
        ...someOf(random, 0.3, { standby: ["true", "false"], "last-granted": ["1699990000"] }),
      })
    }/>`
  );
  return `<tickets>${states.join("")}</tickets>`;
}
