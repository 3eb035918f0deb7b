/**
 * Other meta-attributes of resources and other properties of their operations.
 *
 * @module
 */
import { childrenNamed, ensure } from "../../../daemons/pengine/simulate/cib_edit.ts";
import { type Change, type Changes, find, same, section, setPair } from "./change.ts";

const forAll: Readonly<Record<string, readonly string[]>> = {
  "target-role": ["Stopped", "Started", "Master", "Slave"],
  "is-managed": ["true", "false"],
  "maintenance": ["true"],
  "multiple-active": ["stop_start", "stop_only", "block", "stop_unexpected"],
  "priority": ["10", "-5"],
  "resource-stickiness": ["0", "100", "INFINITY", "-INFINITY", "-1"],
  "migration-threshold": ["1", "2", "INFINITY"],
  "failure-timeout": ["10s", "1h"],
  "allow-migrate": ["true", "false"],
  "critical": ["false"],
  "requires": ["nothing", "quorum", "fencing", "unfencing"],
  "restart-type": ["restart", "ignore"],
  "container": ["no-such"],
};
const forClones: Readonly<Record<string, readonly string[]>> = {
  "interleave": ["true", "false"],
  "ordered": ["true", "false"],
  "notify": ["true", "false"],
  "globally-unique": ["true", "false"],
  "clone-max": ["0", "1", "2", "3", "5"],
  "clone-node-max": ["1", "2", "3"],
  "clone-min": ["1", "2"],
  "promotable": ["true", "false"],
  "promoted-max": ["0", "1", "2"],
  "promoted-node-max": ["1", "2"],
};
const forOperations: Readonly<Record<string, readonly string[]>> = {
  "on-fail": ["ignore", "block", "stop", "restart", "fence", "standby", "demote"],
  "timeout": ["77s"],
  "interval": ["0", "7s"],
  "enabled": ["false"],
  "role": ["Stopped", "Started", "Slave", "Master"],
  "start-delay": ["5s"],
  "interval-origin": ["2020-01-01 00:00:00Z"],
  "record-pending": ["true"],
};

export const metaChanges: Changes = (cib) => {
  const resources = section(cib, "resources");
  if (resources === undefined) return [];
  const pairs = (table: typeof forAll) =>
    Object.entries(table).flatMap(([name, list]) => list.map((value) => [name, value] as const));
  const change = (
    element: ReturnType<typeof find>[number],
    name: string,
    value: string,
  ): Change => ({
    kind: element.name.local === "clone" || element.name.local === "master" ? "meta_clone" : "meta",
    what: `${element.attributes.id} ${name}=${value}`,
    apply: (changed) => {
      const there = same(changed, element);
      if (there !== undefined) setPair(there, "meta_attributes", name, value);
    },
  });
  return find(resources, "primitive", "group", "clone", "master", "bundle", "template")
    .flatMap((element) => [
      ...pairs(forAll).map(([name, value]) => change(element, name, value)),
      ...(element.name.local === "clone" || element.name.local === "master"
        ? pairs(forClones).map(([name, value]) => change(element, name, value))
        : []),
    ]);
};

export const operationChanges: Changes = (cib) => {
  const resources = section(cib, "resources");
  if (resources === undefined) return [];
  const written = find(resources, "op").flatMap((element) =>
    Object.entries(forOperations).flatMap(([name, list]) =>
      list.map((value): Change => ({
        kind: "operation",
        what: `${element.attributes.id} ${name}=${value}`,
        apply: (changed) => {
          const there = same(changed, element);
          if (there !== undefined) there.attributes[name] = value;
        },
      }))
    )
  );
  const added = find(resources, "primitive").flatMap((element) =>
    [
      { name: "monitor", interval: "11s", "on-fail": "demote" },
      { name: "monitor", interval: "12s", role: "Stopped" },
      { name: "monitor", interval: "13s", role: "Master" },
      { name: "start", interval: "0", "on-fail": "block" },
      { name: "stop", interval: "0", "on-fail": "ignore" },
      { name: "stop", interval: "0", "on-fail": "fence" },
    ].map((attributes): Change => ({
      kind: "operation",
      what: `${element.attributes.id} has ${JSON.stringify(attributes)}`,
      apply: (changed) => {
        const there = same(changed, element);
        if (there === undefined || there.attributes.id === undefined) return;
        const operations = ensure(there, "operations");
        if (operations.attributes["id-ref"] !== undefined) return;
        operations.children.push({
          type: "element",
          name: { raw: "op", local: "op" },
          attributes: { id: `variant-op-${there.attributes.id}`, ...attributes },
          children: [],
        });
      },
    }))
  );
  return [...written, ...added];
};

export const utilizationChanges: Changes = (cib) => {
  const resources = section(cib, "resources");
  const nodes = section(cib, "nodes");
  if (resources === undefined || nodes === undefined) return [];
  return [...find(resources, "primitive"), ...childrenNamed(nodes, "node")].flatMap((element) =>
    ["1", "5", "100"].map((value): Change => ({
      kind: "utilization",
      what: `${element.attributes.id} cpu=${value}`,
      apply: (changed) => {
        const there = same(changed, element);
        if (there !== undefined) setPair(there, "utilization", "cpu", value);
        const config = section(changed, "crm_config");
        if (config !== undefined) {
          setPair(config, "cluster_property_set", "placement-strategy", "utilization");
        }
      },
    }))
  );
};
