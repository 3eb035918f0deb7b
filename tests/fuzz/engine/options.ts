/**
 * Options, defaults, fencing levels and tags of a random cluster.
 *
 * @module
 */
import { pairsXml, type Plan, someOf } from "./plan.ts";
import { ruleXml } from "./rules.ts";

/** The cluster's properties. */
export function optionsXml({ random, has, fencing }: Plan): string {
  const options = {
    "fencing-enabled": String(fencing),
    ...someOf(random, 0.5, { "no-quorum-policy": ["stop", "ignore", "freeze", "demote", "fence"] }),
    ...has.has("options")
      ? someOf(random, 0.1, {
        "symmetric-cluster": ["false"],
        "stop-all-resources": ["true"],
        "maintenance-mode": ["true"],
        "concurrent-fencing": ["true", "false"],
        "start-failure-is-fatal": ["true", "false"],
        "enable-startup-probes": ["false"],
        "fencing-action": ["off", "reboot"],
        "startup-fencing": ["false"],
        "stop-orphan-resources": ["false"],
        "stop-orphan-actions": ["false"],
        "migration-limit": ["0", "1"],
        "priority-fencing-delay": ["30s"],
        "have-watchdog": ["true"],
        "fencing-watchdog-timeout": ["10s"],
        "fence-remote-without-quorum": ["true"],
      })
      : {},
    ...has.has("health")
      ? {
        "node-health-strategy": random.pick([
          "none",
          "migrate-on-red",
          "only-green",
          "progressive",
          "custom",
        ]),
        ...someOf(random, 0.3, {
          "node-health-base": ["10"],
          "node-health-yellow": ["-10"],
          "node-health-green": ["5"],
          "node-health-red": ["-100"],
        }),
      }
      : {},
    ...has.has("utilization")
      ? {
        "placement-strategy": random.pick(["default", "utilization", "minimal", "balanced"]),
      }
      : {},
    ...has.has("locks")
      ? { "shutdown-lock": "true", ...someOf(random, 0.3, { "shutdown-lock-limit": ["10min"] }) }
      : {},
  };
  return pairsXml("cluster_property_set", "options", options);
}

/** Defaults of resources and operations, sometimes by a rule. */
export function defaultsXml({ random, has }: Plan): string {
  if (!has.has("defaults")) return "";
  const rule = (id: string, kind: "resource" | "operation"): string =>
    has.has("rules") && random.chance(0.6) ? ruleXml(random, id, kind) : "";
  const resources = pairsXml(
    "meta_attributes",
    "rd",
    someOf(random, 0.3, {
      "resource-stickiness": ["1", "50"],
      "migration-threshold": ["1", "3"],
      "failure-timeout": ["60s"],
      "is-managed": ["false"],
      "allow-migrate": ["true"],
      priority: ["2"],
    }),
    rule("rd-rule", "resource"),
  );
  const operations = pairsXml(
    "meta_attributes",
    "od",
    someOf(random, 0.4, {
      timeout: ["44s"],
      "on-fail": ["block", "ignore", "stop", "restart"],
      enabled: ["false"],
      "record-pending": ["true"],
    }),
    rule("od-rule", "operation"),
  );
  return (operations === "" ? "" : `<op_defaults>${operations}</op_defaults>`) +
    (resources === "" ? "" : `<rsc_defaults>${resources}</rsc_defaults>`);
}

/** Levels of fencing. */
export function topologyXml({ random, has, nodes, resources }: Plan): string {
  const devices = resources.filter(({ id }) => id.startsWith("fence")).map(({ id }) => id);
  if (!has.has("fencing") || devices.length === 0 || random.chance(0.5)) return "";
  return `<fencing-topology>${
    nodes.map(({ name }, n) =>
      random.chance(0.4)
        ? ""
        : `<fencing-level id="level${n}" target="${name}" index="1" devices="${
          random.shuffle(devices).join(",")
        }"/>`
    ).join("")
  }</fencing-topology>`;
}

/** A tag that names some resources. */
export function tagsXml({ random, has, resources }: Plan): string {
  if (!has.has("tags")) return "";
  const refs = resources.filter(() => random.chance(0.6)).map(({ id }) => `<obj_ref id="${id}"/>`);
  return refs.length === 0 ? "" : `<tags><tag id="tag1">${refs.join("")}</tag></tags>`;
}
