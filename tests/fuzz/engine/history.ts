/**
 * The operations that a node has recorded for a resource.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { attributesXml, type Plan, type PlannedPrimitive } from "./plan.ts";

/** What a resource went through on a node. */
export type Life =
  | "unknown"
  | "stopped"
  | "started"
  | "promoted"
  | "demoted"
  | "failed"
  | "timed out"
  | "start failed"
  | "stop failed"
  | "promote failed"
  | "demote failed"
  | "starting"
  | "stopping"
  | "probing"
  | "migrating"
  | "migrated to"
  | "migrated from";

interface Entry {
  readonly task: string;
  readonly rc: number;
  readonly intervalMs?: number;
  /** 0 done, 2 timed out, -1 pending. */
  readonly status?: number;
  readonly name?: string;
}

/** The history of one resource on one node; nothing where nothing is known. */
export function historyXml(
  plan: Plan,
  member: PlannedPrimitive,
  life: Life,
  id: string,
  node: string,
  lock?: string,
): string {
  const entries = entriesOf(plan, member, life);
  if (entries.length === 0) return "";
  const { class: agentClass, provider, type } = member.agent;
  const others = plan.nodes.filter(({ kind, name }) => kind === "cluster" && name !== node);
  const other = plan.random.pick(others.length === 0 ? plan.nodes : others).name;
  const records = entries.map((entry, n) => entryXml(plan, member, id, entry, n + 1, [node, other]))
    .join("");
  return `<lrm_resource${
    attributesXml({ id, class: agentClass, provider, type, "shutdown-lock": lock })
  }>${records}</lrm_resource>`;
}

function entriesOf({ random }: Plan, { monitors }: PlannedPrimitive, life: Life): readonly Entry[] {
  const start: Entry = { task: "start", rc: 0 };
  const monitor = (rc: number, status = 0): readonly Entry[] =>
    monitors.map((intervalMs) => ({ task: "monitor", rc, intervalMs, status }));
  const failed = (rc: number, status = 0): readonly Entry[] =>
    (monitors.length === 0 ? [10_000] : monitors).map((intervalMs) => ({
      task: "monitor",
      rc,
      intervalMs,
      status,
      name: "last_failure_0",
    }));
  const code = random.pick([1, 1, 5, 6, 7]);
  switch (life) {
    case "unknown":
      return [];
    case "stopped":
      return random.chance(0.7) ? [{ task: "monitor", rc: 7 }] : [{ task: "stop", rc: 0 }];
    case "started":
      return random.chance(0.85) ? [start, ...monitor(0)] : [{ task: "monitor", rc: 0 }];
    case "promoted":
      return random.chance(0.8)
        ? [{ task: "promote", rc: 0 }, { task: "monitor", rc: 8, intervalMs: 11_000 }]
        : [{ task: "monitor", rc: 8 }];
    case "demoted":
      return [{ task: "demote", rc: 0 }, ...monitor(0)];
    case "failed":
      return [start, ...failed(random.pick([1, 7, 9]))];
    case "timed out":
      return [start, ...failed(1, 2)];
    case "start failed":
      return [{ task: "start", rc: code }];
    case "stop failed":
      return [{ task: "stop", rc: code === 7 ? 1 : code }];
    case "promote failed":
      return [{ task: "promote", rc: code }];
    case "demote failed":
      return [{ task: "demote", rc: code }];
    case "starting":
      return [{ task: "start", rc: 193, status: -1 }];
    case "stopping":
      return [{ task: "stop", rc: 193, status: -1 }];
    case "probing":
      return [{ task: "monitor", rc: 193, status: -1 }];
    case "migrating":
      return [{ task: "migrate_to", rc: 193, status: -1 }];
    case "migrated to":
      return [{ task: "migrate_to", rc: random.chance(0.7) ? 0 : 1 }];
    case "migrated from":
      return [{ task: "migrate_from", rc: random.chance(0.7) ? 0 : 1 }, ...monitor(0)];
  }
}

function entryXml(
  { random, has }: Plan,
  member: PlannedPrimitive,
  id: string,
  { task, rc, intervalMs = 0, status = 0, name }: Entry,
  callId: number,
  [node, other]: readonly [string, string],
): string {
  const wanted = task === "monitor" && intervalMs === 0 ? 7 : intervalMs === 11_000 ? 8 : 0;
  const key = `${callId}:1:${wanted}:00000000-0000-0000-0000-000000000000`;
  const migrates = task.startsWith("migrate");
  const changed = has.has("digests") && random.chance(0.15);
  // The executor adds the timeout to what it digests of a recurring operation.
  const known = intervalMs === 0
    ? member.parameters
    : { ...member.parameters, CRM_meta_timeout: "20000" };
  return `<lrm_rsc_op${
    attributesXml({
      id: `${id}_${name ?? (intervalMs === 0 ? "last_0" : `monitor_${intervalMs}`)}`,
      operation_key: `${id}_${task}_${intervalMs}`,
      operation: task,
      crm_feature_set: "3.20.1",
      "transition-key": key,
      "transition-magic": `${status}:${rc};${key}`,
      "call-id": status === -1 ? "-1" : String(callId),
      "rc-code": String(rc),
      "op-status": String(status),
      interval: String(intervalMs),
      "last-rc-change": random.pick(["1699999990", "1699999000", "1699990000"]),
      "op-digest": changed ? random.pick(["0", undefined]) : digest(known),
      migrate_source: migrates ? (task === "migrate_to" ? node : other) : undefined,
      migrate_target: migrates ? (task === "migrate_to" ? other : node) : undefined,
      on_node: node === "" ? undefined : node,
    })
  }/>`;
}

function digest(parameters: Readonly<Record<string, string>>): string {
  const text = Object.keys(parameters).sort()
    .map((name) => ` ${name}="${parameters[name]}"`).join("");
  return createHash("md5").update(` <parameters${text}/>\n`).digest("hex");
}
