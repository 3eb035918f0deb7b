/**
 * Constraints that are missing, doubled, stronger, weaker or of another kind, and new ones.
 *
 * @module
 */
import { append, type EditableElement } from "../../../daemons/pengine/simulate/cib_edit.ts";
import { type Change, type Changes, find, remove, same, section } from "./change.ts";

const roles = ["Started", "Stopped", "Master", "Slave"];
const scores = ["INFINITY", "-INFINITY", "100", "-100", "0", "1"];
const values: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  rsc_location: {
    score: scores,
    role: roles,
    "resource-discovery": ["always", "never", "exclusive"],
  },
  rsc_colocation: {
    score: scores,
    "rsc-role": roles,
    "with-rsc-role": roles,
    influence: ["true", "false"],
    "node-attribute": ["site"],
  },
  rsc_order: {
    kind: ["Mandatory", "Optional", "Serialize"],
    symmetrical: ["true", "false"],
    "require-all": ["true", "false"],
    "first-action": ["start", "stop", "promote", "demote"],
    "then-action": ["start", "stop", "promote", "demote"],
  },
  resource_set: {
    sequential: ["true", "false"],
    "require-all": ["true", "false"],
    role: roles,
    action: ["start", "stop", "promote", "demote"],
    score: ["INFINITY", "-INFINITY", "100"],
  },
  rule: { score: scores, role: roles, "boolean-op": ["and", "or"] },
  expression: {
    operation: ["eq", "ne", "lt", "gt", "lte", "gte"],
  },
};

export const constraintChanges: Changes = (cib) => {
  const constraints = section(cib, "constraints");
  if (constraints === undefined) return [];
  return find(constraints, ...Object.keys(values)).flatMap((element): readonly Change[] => {
    const name = element.name.local;
    const { id } = element.attributes;
    const on = (kind: string, what: string, apply: (there: EditableElement) => void): Change => ({
      kind,
      what: `${id} ${what}`,
      apply: (changed) => {
        const there = same(changed, element);
        if (there !== undefined) apply(there);
      },
    });
    const set = Object.entries(values[name] ?? {}).flatMap(([attribute, list]) =>
      list.map((value) =>
        on(name, `${attribute}=${value}`, (there) => {
          // A score and a kind exclude each other, and so do a role of sets and of pairs.
          if (attribute === "kind") delete there.attributes.score;
          there.attributes[attribute] = value;
        })
      )
    );
    const gone: Change = {
      kind: "constraint_gone",
      what: `${id} removed`,
      apply: (changed) => {
        const there = same(changed, element);
        if (there !== undefined) remove(changed, there);
      },
    };
    return [...set, gone];
  });
};

/** New constraints between any two resources, or a resource and a node. */
export const newConstraintChanges: Changes = (cib) => {
  const resources = section(cib, "resources");
  const nodes = section(cib, "nodes");
  if (resources === undefined || nodes === undefined) return [];
  const ids = find(resources, "primitive", "group", "clone", "master", "bundle")
    .flatMap(({ attributes }) => attributes.id ?? []);
  const names = find(nodes, "node").flatMap(({ attributes }) => attributes.uname ?? []);
  const add = (name: string, attributes: Readonly<Record<string, string>>): Change => ({
    kind: "constraint_new",
    what: `${name} ${JSON.stringify(attributes)}`,
    apply: (changed) => {
      const into = section(changed, "constraints");
      if (into === undefined) return;
      const count = into.children.length;
      append(into, name, { id: `variant-constraint-${count}`, ...attributes });
    },
  });
  const pairs = ids.flatMap((a, n) =>
    [1, 2, 5].flatMap((step) => {
      const b = ids[(n + step) % ids.length];
      return b === undefined || b === a ? [] : [[a, b] as const];
    })
  );
  return [
    ...ids.flatMap((rsc, n) => {
      const node = names[n % names.length];
      return node === undefined
        ? []
        : ["INFINITY", "-INFINITY", "50"].map((score) => add("rsc_location", { rsc, node, score }));
    }),
    ...pairs.flatMap(([a, b]) => [
      ...["INFINITY", "-INFINITY", "100", "-100"].map((score) =>
        add("rsc_colocation", { rsc: a, "with-rsc": b, score })
      ),
      add("rsc_colocation", {
        rsc: a,
        "with-rsc": b,
        score: "INFINITY",
        "with-rsc-role": "Master",
      }),
      add("rsc_colocation", { rsc: a, "with-rsc": b, score: "200", "rsc-role": "Master" }),
      ...["Mandatory", "Optional", "Serialize"].map((kind) =>
        add("rsc_order", { first: a, then: b, kind })
      ),
      add("rsc_order", { first: a, then: b, kind: "Mandatory", symmetrical: "false" }),
      add("rsc_order", { first: a, "first-action": "promote", then: b, "then-action": "start" }),
      add("rsc_order", { first: a, "first-action": "stop", then: b, "then-action": "start" }),
      add("rsc_order", { first: a, then: b, "then-action": "promote" }),
    ]),
  ];
};
