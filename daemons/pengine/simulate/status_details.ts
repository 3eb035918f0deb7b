/**
 * What the status may tell beyond nodes and resources: attributes of nodes, fail counts, failures.
 *
 * @module
 */
import type { Node, Resource, WorkingSet } from "../model.ts";
import { primitivesOf } from "../place/resource.ts";
import { failCount } from "../unpack/mod.ts";
import { parseScore } from "../unpack/score.ts";
import { executionText, exitText, timeText } from "./result_text.ts";

/** Which of it to show. */
export interface StatusDetails {
  readonly attributes?: boolean;
  readonly failCounts?: boolean;
}

/** The lines, each part after an empty one. */
export function statusDetails(set: WorkingSet, details: StatusDetails): readonly string[] {
  return [
    ...(details.attributes === true ? attributeLines(set) : []),
    ...(details.failCounts === true ? [...failCountLines(set), ...failureLines(set)] : []),
  ];
}

/** What the cluster keeps for itself is not shown. */
const internal = /^(#|fail-count-|last-failure-|(shutdown|terminate|standby|maintenance-pending)$)/;

function attributeLines(set: WorkingSet): readonly string[] {
  const lines = set.nodes.filter(({ online }) => online).flatMap((node) => {
    const shown = [...node.attributes].filter(([name]) => !internal.test(name))
      .sort(([a], [b]) => a < b ? -1 : 1);
    if (shown.length === 0) return [];
    return [
      `    * Node: ${node.name}:`,
      ...shown.map(([name, value]) =>
        `      * ${name.padEnd(32)}\t: ${value.padEnd(10)}${connectivity(node, name, value)}`
      ),
    ];
  });
  return lines.length === 0 ? [] : ["", "  * Node Attributes:", ...lines];
}

/** What the value of an attribute that a ping resource keeps says of the network. */
function connectivity(node: Node, name: string, value: string): string {
  for (const resource of node.running) {
    const type = resource.agent?.type;
    if (type !== "ping" && type !== "pingd") continue;
    const parameters = writtenParameters(resource);
    if ((parameters.get("name") ?? "pingd") !== name) continue;
    const hosts = (parameters.get("host_list") ?? "").split(" ").filter((host) => host !== "");
    const expected = hosts.length * Number(parameters.get("multiplier") ?? 1);
    const found = parseScore(value);
    if (found <= 0) return "\t: Connectivity is lost";
    return found < expected ? `\t: Connectivity is degraded (Expected=${expected})` : "";
  }
  return "";
}

function writtenParameters({ element }: Resource): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const set of element.children) {
    if (set.type !== "element" || set.name.local !== "instance_attributes") continue;
    for (const pair of set.children) {
      if (pair.type !== "element") continue;
      const { name, value } = pair.attributes;
      if (name !== undefined && value !== undefined && !found.has(name)) found.set(name, value);
    }
  }
  return found;
}

function failCountLines(set: WorkingSet): readonly string[] {
  const primitives = set.resources.flatMap((one) => [...primitivesOf(one)]);
  const lines = [...set.history].flatMap(([node, histories]) => {
    if (!node.online) return [];
    const counted = [...histories.values()].flatMap(({ id, resource }) => {
      if (resource === undefined || !primitives.includes(resource)) return [];
      return countLine(set, node, resource, id);
    });
    return counted.length === 0 ? [] : [`    * Node: ${node.name}:`, ...counted];
  });
  return ["", "  * Migration Summary:", ...lines];
}

function countLine(
  set: WorkingSet,
  node: Node,
  resource: Resource,
  id: string,
): readonly string[] {
  const { count, lastFailureS } = failCount(set, node, resource, {
    effective: false,
    fillers: false,
  });
  if (count === 0) return [];
  const last = lastFailureS > 0 ? ` last-failure='${timeText(lastFailureS)}'` : "";
  return [
    `      * ${id}: migration-threshold=${resource.migrationThreshold} fail-count=${count}${last}`,
  ];
}

function failureLines(set: WorkingSet): readonly string[] {
  const lines = set.failures.map(({ node, entry }) => {
    const { element: { attributes }, lastChangeS } = entry;
    const reason = attributes["exit-reason"];
    return [
      `    * ${entry.key} on ${node.name} '${exitText(entry.rc)}' (${entry.rc}): ` +
      `call=${entry.callId}, status='${executionText(entry.status)}'`,
      ...(reason === undefined || reason === "" ? [] : [`exitreason='${reason}'`]),
      ...(lastChangeS === undefined || lastChangeS <= 0 ? [] : [
        `last-rc-change='${timeText(lastChangeS)}'`,
      ]),
      ...(attributes["exec-time"] === undefined || lastChangeS === undefined ? [] : [
        `queued=${attributes["queue-time"] ?? 0}ms`,
        `exec=${attributes["exec-time"]}ms`,
      ]),
    ].join(", ");
  });
  return lines.length === 0 ? [] : ["", "  * Failed Resource Actions:", ...lines];
}
