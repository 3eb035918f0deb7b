/**
 * Options of the cluster and defaults, in the configuration.
 *
 * @module
 */
import type { Node } from "../ask.ts";
import { applyCib, readCib, step } from "../cib.ts";
import { at, escaped, of } from "../xml.ts";

/** By section: the tag of its sets, and the usual set. */
const sections: ReadonlyMap<string, { readonly tag: string; readonly set: string }> = new Map([
  ["crm_config", { tag: "cluster_property_set", set: "cib-bootstrap-options" }],
  ["rsc_defaults", { tag: "meta_attributes", set: "rsc_defaults-options" }],
  ["op_defaults", { tag: "meta_attributes", set: "op_defaults-options" }],
]);

/** Whether a section holds options. */
export const isOptionSection = (section: string): boolean => sections.has(section);

interface Found {
  readonly set: string;
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

/** The options with that name, or all. */
export async function queryOptions(
  node: Node,
  section: string,
  name: string | undefined,
): Promise<readonly Found[]> {
  const element = at(await readCib(node), "configuration", section);
  return (element?.children ?? []).flatMap((set) =>
    set.children.filter(({ tag }) => tag === "nvpair").map((pair) => ({
      set: of(set, "id"),
      id: of(pair, "id"),
      name: of(pair, "name"),
      value: of(pair, "value"),
    }))
  ).filter((found) => name === undefined || found.name === name);
}

/**
 * Sets or, without a value, deletes one.
 *
 * @returns what was deleted.
 */
export async function changeOption(
  node: Node,
  { section, name, set, value }: {
    readonly section: string;
    readonly name: string;
    readonly set: string | undefined;
    readonly value: string | undefined;
  },
): Promise<readonly Found[]> {
  const { tag = "", set: usual = "" } = sections.get(section) ?? {};
  const known = (await queryOptions(node, section, name)).filter((found) =>
    set === undefined || found.set === set
  );
  const above = `/cib/configuration/${section}`;
  const pathOf = (id: string) => above + step(tag, id);
  if (value === undefined) {
    if (known.length === 0) return [];
    await applyCib(
      node,
      known.map(({ set, id }) => ({ op: "delete", path: pathOf(set) + step("nvpair", id) })),
    );
    return known;
  }
  const [first] = known;
  if (first !== undefined) {
    const path = pathOf(first.set) + step("nvpair", first.id);
    await applyCib(node, [{ op: "modify", path, set: { value } }]);
    return [];
  }
  const to = set ?? usual;
  const configuration = at(await readCib(node), "configuration");
  const isSet = at(configuration, section)?.children.some((one) => of(one, "id") === to);
  const id = `${to}-${name.replace(/[^\w.-]/g, ".")}`;
  const pair = `<nvpair id="${escaped(id)}" name="${escaped(name)}" value="${escaped(value)}"/>`;
  const xml = isSet ? pair : `<${tag} id="${escaped(to)}">${pair}</${tag}>`;
  if (at(configuration, section) === undefined) {
    await applyCib(node, [{
      op: "create",
      path: "/cib/configuration",
      xml: `<${section}>${xml}</${section}>`,
    }]);
  } else await applyCib(node, [{ op: "create", path: isSet ? pathOf(to) : above, xml }]);
  return [];
}
