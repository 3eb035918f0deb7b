/**
 * The nodes of a random cluster.
 *
 * @module
 */
import { attributesXml, pairsXml, type Plan, someOf } from "./plan.ts";

/** Chooses the nodes; remote ones and guests are added with their resources. */
export function planNodes({ random, nodes, has }: Plan): void {
  const states = ["online", "online", "online", "online", "offline", "lost"] as const;
  for (let n = 1; n <= random.between(1, 4); n++) {
    const state = has.has("pending") && random.chance(0.15)
      ? random.pick(["pending", "absent"] as const)
      : random.pick(states);
    nodes.push({ name: `node${n}`, kind: "cluster", state });
  }
}

/** The nodes section. */
export function nodesXml(plan: Plan): string {
  const { random, has } = plan;
  return plan.nodes.map(({ name, kind }) => {
    // Remote nodes are listed once they have an attribute.
    if (kind !== "cluster" && random.chance(0.5)) return "";
    const id = kind === "cluster" ? `${name}-id` : name;
    const attributes = {
      ...someOf(random, 0.08, { standby: ["on", "true", "off"] }),
      ...has.has("maintenance") ? someOf(random, 0.2, { maintenance: ["true", "false"] }) : {},
      ...has.has("node attributes") || has.has("rules")
        ? someOf(random, 0.6, {
          site: ["a", "b"],
          rack: ["a", "b", "1"],
          weight: ["1", "10", "9", "x"],
        })
        : {},
      ...has.has("health")
        ? someOf(random, 0.25, { "#health-disk": ["red", "yellow", "green", "-20", "15"] })
        : {},
    };
    const room = has.has("utilization")
      ? someOf(random, 0.7, { cpu: ["1", "2", "4"], memory: ["10", "20"] })
      : {};
    return `<node${
      attributesXml({ id, uname: name, type: kind === "cluster" ? undefined : "remote" })
    }>${pairsXml("instance_attributes", `${name}-a`, attributes)}${
      pairsXml("utilization", `${name}-u`, room)
    }</node>`;
  }).join("");
}
