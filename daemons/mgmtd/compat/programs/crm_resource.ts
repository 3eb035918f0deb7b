/**
 * `crm_resource`: what agents ask of it, which are parameters of their own resource, where it runs, and
 * that it should not run on a node.
 *
 * @module
 */
import type { Node } from "../ask.ts";
import { applyCib, readCib, step } from "../cib.ts";
import { nameOf } from "../attributes.ts";
import { Ending, exitCode, unsupported } from "../exit_code.ts";
import { type OptionTable, readOptions, row, usage } from "../options.ts";
import type { Call, Program } from "../program.ts";
import { all, at, type Element, escaped, of } from "../xml.ts";
import { placesOf } from "../places.ts";

const table: OptionTable = {
  ...row("-r --resource", "resource", "value"),
  ...row("-g --get-parameter", "get", "value"),
  ...row("-p --set-parameter", "set", "value"),
  ...row("-d --delete-parameter", "delete", "value"),
  ...row("-v --parameter-value", "value", "value"),
  ...row("-z --utilization", "utilization"),
  ...row("-m --meta", "meta"),
  ...row("-W --locate", "locate"),
  ...row("-l --list-raw", "list"),
  ...row("-B --ban", "ban"),
  ...row("-N --node -H --host-uname", "node", "value"),
  ...row("--promoted --master", "promoted"),
  ...row("-u --lifetime", "lifetime", "value"),
  ...row("-Q --quiet", "quiet"),
  ...row("-V --verbose -f --force", "ignored"),
  ...row("-O --list-operations -o --list-all-operations -L --list", "other"),
  ...row("-C --cleanup -P --refresh -R -M --move -U --clear -s --set-name", "other", "maybe"),
};

const commands = ["get", "set", "delete", "locate", "list", "ban", "other"];

/** See the head of the file. */
export const crmResource: Program = async (call) => {
  const { options, order } = readOptions(table, call.args);
  const command = order.findLast((meaning) => commands.includes(meaning));
  if (command === undefined) throw usage("A command is required: -g, -p, -d, -W, -l or -B");
  if (command === "other") throw unsupported("This command of crm_resource");
  if (options.has("lifetime")) throw unsupported("--lifetime");
  const id = options.get("resource");
  if (command !== "list" && (id === undefined || id === "")) {
    throw usage("Must supply a resource id with -r");
  }
  const node = await call.node();
  const root = await readCib(node);
  if (command === "list") {
    for (const one of resourcesIn(root)) {
      if (one.tag === "primitive") call.out(`${of(one, "id")}\n`);
    }
    return exitCode.ok;
  }
  const resource = resourcesIn(root).find((one) => of(one, "id") === id?.replace(/:\d+$/, ""));
  if (resource === undefined) {
    throw new Ending(
      exitCode.noSuch,
      `Resource '${id}' not found\nError performing operation: No such object`,
    );
  }
  switch (command) {
    case "locate":
      return locate(call, root, of(resource, "id"));
    case "ban":
      await ban(node, root, resource, options);
      return exitCode.ok;
    default:
      return await parameter(call, root, resource, { command, options });
  }
};

const kinds = new Set(["primitive", "group", "clone", "master", "bundle"]);
const resourcesIn = (root: Element): readonly Element[] => {
  const resources = at(root, "configuration", "resources");
  return resources === undefined ? [] : [...all(resources)].filter(({ tag }) => kinds.has(tag));
};

/** The path of a resource in the CIB, from the outermost one in. */
function pathOf(root: Element, resource: Element): string {
  const within = (above: Element, path: string): string | undefined => {
    for (const child of above.children) {
      if (!kinds.has(child.tag)) continue;
      const own = path + step(child.tag, of(child, "id"));
      const found = child === resource ? own : within(child, own);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const resources = at(root, "configuration", "resources");
  return (resources && within(resources, "/cib/configuration/resources")) ?? "";
}

/** Reads or changes a parameter, a meta attribute, or a utilization. */
async function parameter(
  call: Call,
  root: Element,
  resource: Element,
  { command, options }: { readonly command: string; readonly options: ReadonlyMap<string, string> },
): Promise<number> {
  const id = of(resource, "id");
  const tag = options.has("utilization")
    ? "utilization"
    : options.has("meta")
    ? "meta_attributes"
    : "instance_attributes";
  const name = options.get(command) ?? "";
  const sets = resource.children.filter((child) => child.tag === tag);
  const [known] = sets.flatMap((set) =>
    set.children.filter((pair) => pair.tag === "nvpair" && of(pair, "name") === name)
      .map((pair) => ({ set: of(set, "id"), id: of(pair, "id"), value: of(pair, "value") }))
  );
  if (command === "get") {
    if (known === undefined) call.err(`Attribute '${name}' not found for '${id}'`);
    else call.out(`${known.value}\n`);
    return exitCode.ok;
  }
  const path = pathOf(root, resource);
  const node = await call.node();
  if (command === "delete") {
    if (known === undefined) return exitCode.ok;
    const pair = path + step(tag, known.set) + step("nvpair", known.id);
    await applyCib(node, [{ op: "delete", path: pair }]);
    call.out(`Deleted '${id}' option: id=${known.id} name=${name}\n`);
    return exitCode.ok;
  }
  const value = options.get("value");
  if (value === undefined) throw usage("-p requires -v/--parameter-value");
  const [first] = sets;
  const set = known?.set ?? (first === undefined ? `${id}-${tag}` : of(first, "id"));
  const pairId = known?.id ?? `${set}-${name.replace(/[^\w.-]/g, ".")}`;
  const pair = `<nvpair id="${escaped(pairId)}" name="${escaped(name)}" value="${
    escaped(value)
  }"/>`;
  const made = first === undefined
    ? { path, xml: `<${tag} id="${escaped(set)}">${pair}</${tag}>` }
    : { path: path + step(tag, set), xml: pair };
  await applyCib(node, [{ op: "create", ...made }]);
  call.out(`Set '${id}' option: id=${pairId} set=${set} name=${name} value=${value}\n`);
  return exitCode.ok;
}

/** Where it runs. */
function locate({ out, err }: Call, root: Element, id: string): number {
  const places = placesOf(root).filter((place) => place.resource === id && place.active);
  for (const { node, role } of places) {
    out(`resource ${id} is running on: ${node}${role === "Promoted" ? " Promoted" : ""}\n`);
  }
  if (places.length === 0) err(`resource ${id} is NOT running`);
  return exitCode.ok;
}

/** Keeps it off a node, until a person takes the constraint away. */
async function ban(
  node: Node,
  root: Element,
  resource: Element,
  options: ReadonlyMap<string, string>,
): Promise<void> {
  const resources = at(root, "configuration", "resources")?.children ?? [];
  const outermost = resources.find((one) => [...all(one)].includes(resource)) ?? resource;
  const id = of(outermost, "id");
  const on = options.get("node") ?? await nameOf(node);
  const role = options.has("promoted") ? "Promoted" : "Started";
  const xml = `<rsc_location id="${escaped(`cli-ban-${id}-on-${on}`)}" rsc="${escaped(id)}" ` +
    `role="${role}" node="${escaped(on)}" score="-INFINITY"/>`;
  await applyCib(node, [{ op: "create", path: "/cib/configuration/constraints", xml }]);
}
