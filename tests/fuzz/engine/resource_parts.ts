/**
 * Meta-attributes, parameters and operations of the resources of a random cluster.
 *
 * @module
 */
import { attributesXml, pairsXml, type Plan, someOf } from "./plan.ts";
import { ruleXml } from "./rules.ts";

/** Meta-attributes that every resource may have. */
export function metaOf({ random, has }: Plan): Readonly<Record<string, string>> {
  return {
    ...someOf(random, 0.05, { "target-role": ["Stopped", "Started"] }),
    ...has.has("stickiness")
      ? someOf(random, 0.5, { "resource-stickiness": ["1", "100", "INFINITY", "-5"] })
      : {},
    ...has.has("maintenance")
      ? someOf(random, 0.15, { "is-managed": ["false"], maintenance: ["true"] })
      : {},
    ...has.has("failures")
      ? someOf(random, 0.25, {
        "migration-threshold": ["1", "2", "INFINITY"],
        "failure-timeout": ["10s", "1h"],
      })
      : {},
    ...has.has("meta")
      ? someOf(random, 0.12, {
        "target-role": ["Stopped", "Started", "Promoted", "Unpromoted"],
        "multiple-active": ["stop_start", "stop_only", "block", "stop_unexpected"],
        priority: ["10", "-5", "1"],
        critical: ["false"],
        requires: ["nothing", "quorum", "fencing", "unfencing"],
        "allow-unhealthy-nodes": ["true"],
      })
      : {},
  };
}

/** The parameters, sometimes with a set that a rule chooses. */
export function parametersXml(
  { random, has }: Plan,
  id: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const ruled = has.has("rules") && random.chance(0.2)
    ? pairsXml(
      "instance_attributes",
      `${id}-ruled`,
      { fake: "3" },
      ruleXml(random, `${id}-rule`, random.pick(["date", "location"])),
    )
    : "";
  return ruled + pairsXml("instance_attributes", `${id}-par`, parameters);
}

/** The operations: the monitors, and others with what should happen when they fail. */
export function operationsXml(
  { random, has }: Plan,
  id: string,
  monitors: readonly number[],
  stateful: boolean,
): string {
  const rich = has.has("operations") || has.has("failures");
  const other = (own: Readonly<Record<string, readonly string[]>>, share = 0.3) =>
    rich ? someOf(random, share, own) : {};
  const onFail = ["ignore", "block", "stop", "restart", "fence", "standby"];
  const ops: string[] = monitors.map((ms) =>
    opXml(id, `m${ms}`, {
      name: "monitor",
      interval: `${ms / 1000}s`,
      ...other({
        "on-fail": stateful ? [...onFail, "demote"] : onFail,
        timeout: ["20s"],
      }),
      ...other({ enabled: ["false"], "start-delay": ["5s"] }, 0.05),
      ...stateful ? { role: "Unpromoted" } : {},
    }, metaXml(`${id}-m${ms}`))
  );
  if (stateful) {
    ops.push(opXml(id, "mp", {
      name: "monitor",
      interval: "11s",
      role: "Promoted",
      ...other({ "on-fail": [...onFail, "demote"] }),
    }));
  }
  if (rich && random.chance(0.15)) {
    ops.push(opXml(id, "ms", { name: "monitor", interval: "12s", role: "Stopped" }));
  }
  for (const name of stateful ? ["start", "stop", "promote", "demote"] : ["start", "stop"]) {
    if (!rich || !random.chance(0.25)) continue;
    const chosen = name === "stop" ? ["block", "fence", "ignore"] : onFail;
    ops.push(opXml(id, name, {
      name,
      interval: "0",
      ...other({ "on-fail": name === "promote" ? [...chosen, "demote"] : chosen }, 0.8),
    }));
  }
  return ops.length === 0 ? "" : `<operations>${ops.join("")}</operations>`;

  function metaXml(base: string): string {
    if (!rich || !random.chance(0.15)) return "";
    const rule = has.has("rules") ? ruleXml(random, `${base}-rule`, "date") : "";
    return pairsXml("meta_attributes", `${base}-meta`, {
      "on-fail": random.pick(onFail),
      ...someOf(random, 0.3, { timeout: ["33s"] }),
    }, rule);
  }
}

function opXml(
  id: string,
  suffix: string,
  values: Readonly<Record<string, string>>,
  inside = "",
): string {
  return `<op${attributesXml({ id: `${id}-${suffix}`, ...values })}>${inside}</op>`;
}
