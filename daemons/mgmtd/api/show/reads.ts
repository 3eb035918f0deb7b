/**
 * `ls` and `show` of resources, constraints, nodes, options, tags and tickets, and `configure show`.
 *
 * @module
 */
import { stringify, type XmlElement } from "@std/xml";
import { Draft } from "../document/draft.ts";
import { childOf, childrenOf } from "../document/element.ts";
import { pairsOf } from "../document/pairs.ts";
import { type Answer, isOn, listOf, type Reading, textOf } from "../operation.ts";
import { Problems, resourceIn } from "../problems.ts";
import { constraintsOf, names } from "../resources/references.ts";
import { optionKinds, placeOf } from "../cluster/options.ts";
import { ticketsOf } from "../cluster/tickets.ts";
import { withoutSecrets } from "./secrets.ts";
import { constraintLine, pairText, resourceLines } from "./words.ts";

/** An element as data: tag, attributes, content. */
export interface Data {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children?: readonly Data[];
}

const dataOf = (of: XmlElement): Data => ({
  tag: of.name.raw,
  attributes: { ...of.attributes },
  ...(childrenOf(of).length === 0 ? {} : { children: childrenOf(of).map(dataOf) }),
});

const answer = (
  found: readonly XmlElement[],
  lines: (one: XmlElement) => readonly string[],
): Answer => ({
  text: found.flatMap(lines),
  data: found.map(dataOf),
});

/** `resource ls` */
export const resourceLs: Reading = {
  path: ["resource", "ls"],
  summary: "List resources: agent, state and nodes",
  parameters: [],
  effect: "read",
  read(cib, _values, about) {
    const { resources } = about.state(cib);
    const lines: string[] = [];
    const add = (of: typeof resources, indent: string) => {
      for (const one of of) {
        const where = one.runsOn.length === 0 ? "" : ` on ${one.runsOn.join(", ")}`;
        const flags = one.flags.length === 0 ? "" : ` (${one.flags.join(", ")})`;
        lines.push(
          `${indent}${one.id} (${one.agent ?? one.variant}): ${one.state}${where}${flags}`,
        );
        add(one.members, `${indent}  `);
      }
    };
    add(resources, "");
    return { text: lines.length === 0 ? ["There are no resources"] : lines, data: resources };
  },
};

/** `resource show` */
export const resourceShow: Reading = {
  path: ["resource", "show"],
  summary: "Show how resources are configured, and which constraints name them",
  parameters: [
    {
      name: "resources",
      type: "string",
      positional: "rest",
      value: "RESOURCE",
      summary: "All if left out",
    },
  ],
  effect: "read",
  read(cib, values) {
    const problems = new Problems();
    const draft = new Draft(withoutSecrets(cib));
    const ids = listOf(values, "resources");
    const found = ids.length === 0
      ? childrenOf(draft.section("resources"))
      : ids.map((id) => resourceIn(draft, id, problems)).filter((one) => one !== undefined);
    if (problems.found) return { problems: problems.all };
    const constraints = constraintsOf(draft).filter((one) => ids.some((id) => names(one, id)));
    const shown = answer(found, (one) => resourceLines(one));
    return {
      text: [...shown.text, ...constraints.map(constraintLine)],
      data: { resources: shown.data, constraints: constraints.map(dataOf) },
    };
  },
};

/** `constraint ls` */
export const constraintLs: Reading = {
  path: ["constraint", "ls"],
  summary: "List constraints, or those that name a resource",
  parameters: [
    {
      name: "resource",
      type: "string",
      positional: "optional",
      value: "RESOURCE",
      summary: "Only those that name it",
    },
  ],
  effect: "read",
  read(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const id = textOf(values, "resource");
    if (id !== undefined) resourceIn(draft, id, problems);
    if (problems.found) return { problems: problems.all };
    const found = constraintsOf(draft).filter((one) => id === undefined || names(one, id));
    return answer(found, (one) => [constraintLine(one)]);
  },
};

/** `node ls` */
export const nodeLs: Reading = {
  path: ["node", "ls"],
  summary: "List nodes, with their state and attributes",
  parameters: [],
  effect: "read",
  read(cib, _values, about) {
    const draft = new Draft(cib);
    const { nodes } = about.state(cib);
    const data = nodes.map((node) => ({
      ...node,
      attributes: Object.fromEntries(pairsOf(draft.node(node.name), "instance_attributes")),
      utilization: Object.fromEntries(pairsOf(draft.node(node.name), "utilization")),
    }));
    const text = data.map(({ name, state, isDc, attributes, utilization }) =>
      [
        `${name}: ${state}${isDc ? ", coordinator" : ""}`,
        ...Object.entries(attributes).map(([key, value]) => pairText(key, value)),
        ...Object.entries(utilization).map(([key, value]) => `capacity ${pairText(key, value)}`),
      ].join("  ")
    );
    return { text, data };
  },
};

/** `option ls` */
export const optionLs: Reading = {
  path: ["option", "ls"],
  summary: "List the options that are set",
  parameters: optionKinds,
  effect: "read",
  read(cib, values) {
    const problems = new Problems();
    const { section, tag } = placeOf(values, problems);
    if (problems.found) return { problems: problems.all };
    const found = pairsOf(new Draft(cib).section(section), tag);
    return {
      text: [...found].map(([name, value]) => `${name}=${value}`),
      data: Object.fromEntries(found),
    };
  },
};

/** `tag ls` */
export const tagLs: Reading = {
  path: ["tag", "ls"],
  summary: "List tags",
  parameters: [],
  effect: "read",
  read: (cib) =>
    answer(childrenOf(new Draft(cib).section("tags"), "tag"), (tag) => [
      `${tag.attributes.id}: ${
        childrenOf(tag, "obj_ref").map(({ attributes }) => attributes.id).join(" ")
      }`,
    ]),
};

/** `ticket ls` */
export const ticketLs: Reading = {
  path: ["ticket", "ls"],
  summary: "List tickets and who has them",
  parameters: [],
  effect: "read",
  read(cib) {
    const draft = new Draft(cib);
    const states = childrenOf(childOf(draft.status, "tickets"), "ticket_state");
    const data = ticketsOf(draft).map((ticket) => {
      const { granted = "false", standby = "false" } = states.find(({ attributes }) =>
        attributes.id === ticket
      )?.attributes ?? {};
      return { ticket, granted: granted === "true", standby: standby === "true" };
    });
    const text = data.map(({ ticket, granted, standby }) =>
      `${ticket}: ${granted ? "granted" : "revoked"}${standby ? ", standby" : ""}`
    );
    return { text, data };
  },
};

/** `configure show` */
export const configureShow: Reading = {
  path: ["configure", "show"],
  summary: "Show the whole configuration, without values that are secret",
  parameters: [
    { name: "xml", type: "boolean", summary: "As XML" },
  ],
  effect: "read",
  read(cib, values) {
    const draft = new Draft(withoutSecrets(cib));
    if (isOn(values, "xml")) {
      const text = stringify(draft.configuration, { indent: "  " });
      return { text: text.trimEnd().split("\n"), data: { xml: text } };
    }
    const section = (title: string, lines: readonly string[]) =>
      lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`), ""];
    const options = (of: XmlElement | undefined, tag: "cluster_property_set" | "meta_attributes") =>
      [...pairsOf(of, tag)].map(([name, value]) => `${name}=${value}`);
    const text = [
      ...section("Nodes", draft.nodeNames()),
      ...section(
        "Resources",
        childrenOf(draft.section("resources")).flatMap((one) => resourceLines(one)),
      ),
      ...section("Constraints", constraintsOf(draft).map(constraintLine)),
      ...section(
        "Tags",
        childrenOf(draft.section("tags"), "tag").map((tag) => tag.attributes.id ?? ""),
      ),
      ...section("Options", options(draft.section("crm_config"), "cluster_property_set")),
      ...section("Resource defaults", options(draft.section("rsc_defaults"), "meta_attributes")),
      ...section("Operation defaults", options(draft.section("op_defaults"), "meta_attributes")),
    ];
    return { text: text.slice(0, -1), data: dataOf(draft.configuration) };
  },
};
