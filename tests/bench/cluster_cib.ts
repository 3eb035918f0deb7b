/**
 * CIBs of invented clusters of any size, always the same for the same numbers.
 *
 * Two thirds of the resources stand alone, in chains of four that are joined by order and
 * colocation; the others in groups of five; and there are clones on every node. That is roughly
 * what large configurations look like, and every part of the policy has something to do.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * What the status says: `cold`: nothing was ever looked at; `noprobe`: the same, and startup probes
 * are switched off; `steady`: all is well; `fail`: all was well and the last node is lost.
 */
export type ClusterMode = "cold" | "noprobe" | "steady" | "fail";

/** How large, and in which state. */
export interface ClusterSize {
  readonly nodes: number;
  readonly resources: number;
  readonly mode: ClusterMode;
}

const clones = 5;
const promotables = 2;
const chainLength = 4;
const groupSize = 5;

/** The CIB as XML. */
export function clusterCib({ nodes, resources, mode }: ClusterSize): string {
  const names = range(nodes).map((n) => `node${padded(n, 3)}`);
  const singles = range(Math.floor(resources * 0.65)).map((n) => `r${padded(n, 5)}`);
  const groups = range(Math.floor((resources - singles.length) / groupSize))
    .map((n) => `g${padded(n, 5)}`);
  const members = (group: string): readonly string[] =>
    range(groupSize).map((m) => `${group}m${m}`);

  const place = new Map<string, number>();
  for (const [n, id] of singles.entries()) {
    const chained = n % chainLength > 0 ? place.get(singles[n - 1] ?? "") : undefined;
    place.set(id, chained ?? n % nodes);
  }
  for (const [n, group] of groups.entries()) {
    for (const id of [group, ...members(group)]) place.set(id, (n * 7) % nodes);
  }

  const lines = [
    `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.8" epoch="1" num_updates="0" ` +
    `admin_epoch="0" have-quorum="1" dc-uuid="1" execution-date="1700000000">`,
    `<configuration><crm_config><cluster_property_set id="p">` +
    `<nvpair id="p-st" name="stonith-enabled" value="true"/>`,
    ...(mode === "noprobe"
      ? [`<nvpair id="p-pr" name="enable-startup-probes" value="false"/>`]
      : []),
    `</cluster_property_set></crm_config><nodes>`,
    ...names.map((name, n) => `<node id="${n + 1}" uname="${name}"/>`),
    `</nodes><resources><primitive id="fence" class="stonith" type="fence_dummy"/>`,
    ...singles.map(primitive),
    ...groups.flatMap((group) => [
      `<group id="${group}">`,
      ...members(group).map(primitive),
      `</group>`,
    ]),
    ...range(clones).map((c) => clone(`c${c}`, `c${c}-i`, "interleave", `cp${c}`)),
    ...range(promotables).map((c) => clone(`pc${c}`, `pc${c}-p`, "promotable", `pp${c}`)),
    `</resources><constraints>`,
    ...singles.flatMap((id, n) => constraints(id, n, singles[n - 1], names[n % nodes] ?? "")),
    ...groups.map((id) =>
      `<rsc_location id="loc-${id}" rsc="${id}" node="${names[place.get(id) ?? 0]}" score="50"/>`
    ),
    `</constraints><rsc_defaults><meta_attributes id="rd">` +
    `<nvpair id="rd-s" name="resource-stickiness" value="10"/></meta_attributes></rsc_defaults>` +
    `</configuration><status>`,
  ];

  const primitives = [...singles, ...groups.flatMap(members)];
  const everywhere = [
    ...range(clones).map((c) => `cp${c}`),
    ...range(promotables).map((c) => `pp${c}`),
  ];
  for (const [n, name] of names.entries()) {
    const lost = mode === "fail" && n === nodes - 1;
    const presence = lost
      ? `in_ccm="false" crmd="offline" join="down"`
      : `in_ccm="true" crmd="online" join="member"`;
    lines.push(`<node_state id="${n + 1}" uname="${name}" ${presence} expected="member">`);
    if (mode === "fail" || mode === "steady") {
      let callId = 1;
      const record = (id: string, runs: boolean): void => {
        lines.push(history(id, runs, callId));
        callId += 2;
      };
      lines.push(`<lrm id="${n + 1}"><lrm_resources>`);
      record("fence", n === 0);
      for (const id of primitives) record(id, place.get(id) === n);
      for (const id of everywhere) record(id, true);
      lines.push(`</lrm_resources></lrm>`);
    } else lines.push(`<lrm id="${n + 1}"><lrm_resources/></lrm>`);
    lines.push(`</node_state>`);
  }
  lines.push(`</status></cib>`);
  return lines.join("\n") + "\n";
}

function primitive(id: string): string {
  return `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">` +
    `<instance_attributes id="${id}-ia"><nvpair id="${id}-x" name="fake" value="${id}"/>` +
    `</instance_attributes><operations>` +
    `<op id="${id}-mon" name="monitor" interval="10s" timeout="20s"/>` +
    `<op id="${id}-st" name="start" interval="0" timeout="60s"/></operations></primitive>`;
}

function clone(id: string, optionId: string, option: string, inside: string): string {
  return `<clone id="${id}"><meta_attributes id="${id}-m">` +
    `<nvpair id="${optionId}" name="${option}" value="true"/></meta_attributes>` +
    `${primitive(inside)}</clone>`;
}

/** The first of a chain has a favourite node and needs a clone there; each other follows the one before. */
function constraints(
  id: string,
  n: number,
  before: string | undefined,
  favourite: string,
): readonly string[] {
  if (n % chainLength > 0) {
    return [
      `<rsc_colocation id="col-${id}" rsc="${id}" with-rsc="${before}" score="INFINITY"/>` +
      `<rsc_order id="ord-${id}" first="${before}" then="${id}"/>`,
    ];
  }
  const needed = `c${n % clones}`;
  return [
    `<rsc_location id="loc-${id}" rsc="${id}" node="${favourite}" score="100"/>`,
    `<rsc_order id="oc-${id}" first="${needed}" then="${id}"/>` +
    `<rsc_colocation id="cc-${id}" rsc="${id}" with-rsc="${needed}" score="INFINITY"/>`,
  ];
}

function history(id: string, runs: boolean, callId: number): string {
  const fencing = id === "fence";
  const agent = fencing
    ? `type="fence_dummy" class="stonith"`
    : `type="Dummy" class="ocf" provider="pacemaker"`;
  const record = (
    name: string,
    task: string,
    rc: number,
    call: number,
    intervalMs: number,
  ): string => {
    const target = task === "monitor" && intervalMs === 0 ? 7 : 0;
    const key = `1:1:${target}:11111111-1111-1111-1111-111111111111`;
    return `<lrm_rsc_op id="${id}_${name}" operation_key="${id}_${task}_${intervalMs}" ` +
      `operation="${task}" transition-key="${key}" transition-magic="0:${rc};${key}" ` +
      `${digest(id, fencing, intervalMs)} call-id="${call}" rc-code="${rc}" op-status="0" ` +
      `interval="${intervalMs}"/>`;
  };
  const records = !runs
    ? record("last_0", "monitor", 7, callId, 0)
    : record("last_0", "start", 0, callId, 0) +
      (fencing ? "" : record("monitor_10000", "monitor", 0, callId + 1, 10000));
  return `<lrm_resource id="${id}" ${agent}>${records}</lrm_resource>`;
}

function digest(id: string, fencing: boolean, intervalMs: number): string {
  const timeout = intervalMs > 0 ? ` CRM_meta_timeout="20000"` : "";
  const parameters = fencing ? "" : ` fake="${id}"`;
  const md5 = createHash("md5").update(` <parameters${timeout}${parameters}/>\n`).digest("hex");
  return `op-digest="${md5}" crm_feature_set="3.16.1"`;
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const padded = (n: number, width: number): string => String(n).padStart(width, "0");
