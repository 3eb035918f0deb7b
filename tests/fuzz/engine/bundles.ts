/**
 * The bundles of a random cluster.
 *
 * @module
 */
import { metaOf } from "./resource_parts.ts";
import {
  attributesXml,
  pairsXml,
  type Plan,
  type PlannedPrimitive,
  type PlannedResource,
  someOf,
} from "./plan.ts";

/** A bundle, with a primitive in it or without. */
export function bundleXml(
  plan: Plan,
  id: string,
  inner: { readonly planned: PlannedPrimitive; readonly xml: string },
): PlannedResource {
  const { random } = plan;
  const filled = random.chance(0.75);
  const replicas = random.between(1, 3);
  const network = {
    ...filled || random.chance(0.3) ? { "control-port": "3121" } : {},
    ...someOf(random, 0.4, { "ip-range-start": ["192.168.122.131"] }),
  };
  const ports = random.chance(0.3) ? `<port-mapping id="${id}-port" port="80"/>` : "";
  const container = {
    image: "pcmk:http",
    replicas: String(replicas),
    ...someOf(random, 0.3, { "replicas-per-host": ["1", "2"], "promoted-max": ["1", "2"] }),
  };
  return {
    id,
    kind: "bundle",
    instances: replicas,
    unique: true,
    members: filled ? [inner.planned] : [],
    xml: `<bundle id="${id}">${pairsXml("meta_attributes", `${id}-meta`, metaOf(plan))}` +
      `<podman${attributesXml(container)}/><network${attributesXml(network)}>${ports}</network>` +
      `${filled ? inner.xml : ""}</bundle>`,
  };
}
