/**
 * `option set` and `option unset`: options of the cluster, and defaults of resources and operations.
 *
 * @module
 */
import { Draft } from "../document/draft.ts";
import { setPairs } from "../document/pairs.ts";
import { type Changing, isOn, listOf, type Parameter, type Values } from "../operation.ts";
import { pairsIn, Problems } from "../problems.ts";

/** Whose options are meant. */
export const optionKinds: readonly Parameter[] = [
  { name: "resource-defaults", type: "boolean", summary: "Defaults of all resources instead" },
  { name: "operation-defaults", type: "boolean", summary: "Defaults of all operations instead" },
];

/** Where it goes. */
export function placeOf(values: Values, problems: Problems) {
  const [resources, operations] = [
    isOn(values, "resource-defaults"),
    isOn(values, "operation-defaults"),
  ];
  if (resources && operations) {
    problems.wrong(
      "--resource-defaults and --operation-defaults exclude each other. Fix: make two calls",
    );
  }
  return resources
    ? { section: "rsc_defaults", tag: "meta_attributes" } as const
    : operations
    ? { section: "op_defaults", tag: "meta_attributes" } as const
    : { section: "crm_config", tag: "cluster_property_set" } as const;
}

function change(
  draft: Draft,
  values: Values,
  pairs: ReadonlyMap<string, string | null>,
  problems: Problems,
) {
  const { section, tag } = placeOf(values, problems);
  if (problems.found) return { problems: problems.all };
  draft.madeSection(section);
  setPairs(draft, () => draft.section(section), tag, pairs);
  const done = [...pairs].map(([name, value]) =>
    value === null ? `${name} is removed` : `${name} is ${value}`
  );
  return { cib: draft.root, done };
}

/** `option set` */
export const optionSet: Changing = {
  path: ["option", "set"],
  summary: "Set options of the cluster; NAME= removes one",
  details:
    "  ha option set maintenance-mode=true\n  ha option set resource-stickiness=100 --resource-defaults",
  parameters: [
    {
      name: "pairs",
      type: "string",
      positional: "rest required",
      value: "NAME=VALUE",
      summary: "What to set",
    },
    ...optionKinds,
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const pairs = pairsIn(listOf(values, "pairs"), problems);
    return change(new Draft(cib), values, pairs, problems);
  },
};

/** `option unset` */
export const optionUnset: Changing = {
  path: ["option", "unset"],
  summary: "Remove options of the cluster: they get their default",
  parameters: [
    {
      name: "names",
      type: "string",
      positional: "rest required",
      value: "NAME",
      summary: "What to remove",
    },
    ...optionKinds,
  ],
  effect: "change",
  change(cib, values) {
    const pairs = new Map(listOf(values, "names").map((name) => [name, null]));
    return change(new Draft(cib), values, pairs, new Problems());
  },
};
