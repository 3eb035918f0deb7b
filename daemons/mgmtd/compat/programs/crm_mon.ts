/**
 * `crm_mon -1`: nodes, resources and attributes, once, as XML or as text.
 *
 * @module
 */
import { readCib } from "../cib.ts";
import { exitCode, unsupported } from "../exit_code.ts";
import { type OptionTable, readOptions, row } from "../options.ts";
import { nodesOf, type NodeState, pairOf, type Place, placesOf } from "../places.ts";
import type { Program } from "../program.ts";
import { all, at, type Element, of, writeXml } from "../xml.ts";

const table: OptionTable = {
  ...row("-1 --one-shot", "once"),
  ...row("-X --as-xml", "xml"),
  ...row("--output-as", "output", "value"),
  ...row("-r --inactive", "inactive"),
  ...row("-A --show-node-attributes", "attributes"),
  ...row("-n --group-by-node -f --failcounts -o --operations -t --timing-details", "ignored"),
  ...row("-c --tickets -R --show-detail -b --brief -Q --quiet -V --verbose", "ignored"),
  ...row("-m --fence-history -L --neg-locations", "ignored", "maybe"),
  ...row("--include --exclude --node --resource -i --interval", "ignored", "value"),
  ...row("-d --daemonize", "daemon"),
  ...row("-p --pid-file -h --as-html --output-to -E --external-agent", "daemon", "value"),
  ...row("-e --external-recipient", "daemon", "value"),
};

/** See the head of the file. */
export const crmMon: Program = async ({ args, node, out }) => {
  const { options } = readOptions(table, args);
  const output = options.get("output");
  if (options.has("daemon")) throw unsupported("crm_mon as a daemon, and its HTML");
  if (output !== undefined && output !== "xml" && output !== "text") {
    throw unsupported(`crm_mon --output-as=${output}`);
  }
  const isXml = options.has("xml") || output === "xml";
  if (!isXml && !options.has("once")) throw unsupported("crm_mon without -1 (use ha status)");
  const root = await readCib(await node());
  out(
    isXml
      ? writeXml(report(root, `crm_mon ${args.join(" ")}`))
      : text(root, options.has("inactive"), options.has("attributes")),
  );
  return exitCode.ok;
};

const element = (
  tag: string,
  attributes: Readonly<Record<string, string | number | boolean>>,
  children: readonly Element[] = [],
): Element => ({
  tag,
  attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, String(value)])),
  children: [...children],
});

function report(root: Element, request: string): Element {
  const nodes = nodesOf(root);
  const places = placesOf(root);
  const resources = at(root, "configuration", "resources")?.children ?? [];
  const primitives = primitivesIn(root);
  const option = (name: string, otherwise: string) =>
    pairOf(at(root, "configuration", "crm_config"), name) || otherwise;
  const dc = nodes.find(({ isDc }) => isDc);
  return element("pacemaker-result", { "api-version": "2.25", request }, [
    element("summary", {}, [
      element("stack", { type: "heartbeat" }),
      element(
        "current_dc",
        dc === undefined ? { present: false } : {
          present: true,
          name: dc.name,
          id: dc.id,
          with_quorum: of(root, "have-quorum") === "1",
        },
      ),
      element("nodes_configured", { number: nodes.length }),
      element("resources_configured", { number: primitives.length, disabled: 0, blocked: 0 }),
      element("cluster_options", {
        "stonith-enabled": option("fencing-enabled", option("stonith-enabled", "true")),
        "symmetric-cluster": option("symmetric-cluster", "true"),
        "no-quorum-policy": option("no-quorum-policy", "stop"),
        "maintenance-mode": option("maintenance-mode", "false"),
      }),
    ]),
    element("nodes", {}, nodes.map((node) => nodeElement(node, places))),
    element("resources", {}, resources.flatMap((one) => resourceElements(one, nodes, places))),
    element("node_attributes", {}, nodes.map(({ name }) => attributesElement(root, name))),
    element("status", { code: 0, message: "OK" }),
  ]);
}

function nodeElement(node: NodeState, places: readonly Place[]): Element {
  return element("node", {
    name: node.name,
    id: node.id,
    online: node.online,
    standby: node.standby,
    standby_onfail: false,
    maintenance: node.maintenance,
    pending: node.pending,
    unclean: node.unclean,
    shutdown: node.shutdown,
    expected_up: node.online,
    is_dc: node.isDc,
    resources_running: places.filter((one) => one.node === node.name && one.active).length,
    type: "member",
  });
}

function resourceElements(
  one: Element,
  nodes: readonly NodeState[],
  places: readonly Place[],
): readonly Element[] {
  const id = of(one, "id");
  const inside = () => one.children.flatMap((child) => resourceElements(child, nodes, places));
  switch (one.tag) {
    case "group":
      return [element("group", { id, number_resources: inside().length }, inside())];
    case "clone":
    case "master":
      return [element("clone", { id, multi_state: isMultiState(one) }, inside())];
    case "primitive":
      break;
    default:
      return [];
  }
  const provider = of(one, "provider");
  const agent = [of(one, "class"), ...(provider === "" ? [] : [provider]), of(one, "type")].join(
    ":",
  );
  const common = { id, resource_agent: agent };
  const rest = { orphaned: false, blocked: false, managed: true };
  const active = places.filter(({ resource, active }) => resource === id && active);
  if (active.length === 0) {
    return [element("resource", {
      ...common,
      role: "Stopped",
      active: false,
      ...rest,
      failed: places.some(({ resource, failed }) => resource === id && failed),
      failure_ignored: false,
      nodes_running_on: 0,
    })];
  }
  return active.map(({ node, role, failed }) =>
    element(
      "resource",
      {
        ...common,
        role,
        active: true,
        ...rest,
        failed,
        failure_ignored: false,
        nodes_running_on: 1,
      },
      [element("node", {
        name: node,
        id: nodes.find(({ name }) => name === node)?.id ?? node,
        cached: false,
      })],
    )
  );
}

const isMultiState = (clone: Element): boolean =>
  clone.tag === "master" ||
  clone.children.some((set) =>
    set.tag === "meta_attributes" && pairOf(set, "promotable") === "true"
  );

/** Attributes of one life, and those of the configuration. */
function pairsAt(root: Element, name: string): readonly (readonly [string, string])[] {
  const state = at(root, "status")?.children.find((one) => of(one, "uname") === name);
  const node = at(root, "configuration", "nodes")?.children
    .find((one) => of(one, "uname") === name);
  const sets = [
    ...node?.children.filter(({ tag }) => tag === "instance_attributes") ?? [],
    ...(state && at(state, "transient_attributes"))?.children ?? [],
  ];
  return sets.flatMap((set) => set.children).filter(({ tag }) => tag === "nvpair")
    .map((pair) => [of(pair, "name"), of(pair, "value")] as const)
    .filter(([name]) => !/^(?:shutdown$|fail-count-|last-failure-)/.test(name))
    .sort(([a], [b]) => a < b ? -1 : 1);
}

const attributesElement = (root: Element, node: string): Element =>
  element(
    "node",
    { name: node },
    pairsAt(root, node).map(([name, value]) => element("attribute", { name, value })),
  );

const primitivesIn = (root: Element): readonly Element[] => {
  const resources = at(root, "configuration", "resources");
  return resources === undefined
    ? []
    : [...all(resources)].filter(({ tag }) => tag === "primitive");
};

function text(root: Element, inactive: boolean, attributes: boolean): string {
  const nodes = nodesOf(root);
  const places = placesOf(root);
  const dc = nodes.find(({ isDc }) => isDc);
  const quorum = of(root, "have-quorum") === "1" ? "with quorum" : "WITHOUT quorum";
  const lines = [
    "Cluster Summary:",
    "  * Stack: heartbeat",
    dc === undefined ? "  * Current DC: NONE" : `  * Current DC: ${dc.name} - partition ${quorum}`,
    `  * ${nodes.length} node${nodes.length === 1 ? "" : "s"} configured`,
    "",
    "Node List:",
    ...nodes.filter(({ online, standby }) => !online || standby).map((node) =>
      `  * Node ${node.name}: ${
        node.online ? "standby" : node.unclean ? "UNCLEAN (offline)" : "OFFLINE"
      }`
    ),
  ];
  const online = nodes.filter(({ online, standby }) => online && !standby);
  if (online.length > 0) lines.push(`  * Online: [ ${online.map(({ name }) => name).join(" ")} ]`);
  lines.push("", inactive ? "Full List of Resources:" : "Active Resources:");
  let shown = 0;
  for (const primitive of primitivesIn(root)) {
    const id = of(primitive, "id");
    const provider = of(primitive, "provider");
    const agent = `${of(primitive, "class")}:${provider === "" ? "" : `${provider}:`}${
      of(primitive, "type")
    }`;
    const active = places.filter(({ resource, active }) => resource === id && active);
    for (const { role, node } of active) lines.push(`  * ${id}\t(${agent}):\t ${role} ${node}`);
    if (active.length === 0 && inactive) lines.push(`  * ${id}\t(${agent}):\t Stopped`);
    shown += active.length + (inactive ? 1 : 0);
  }
  if (shown === 0) lines.push("  * No active resources");
  if (attributes) {
    lines.push("", "Node Attributes:");
    for (const { name } of nodes) {
      lines.push(`  * Node: ${name}:`);
      for (const [attribute, value] of pairsAt(root, name)) {
        lines.push(`    * ${attribute.padEnd(32)}\t: ${value.padEnd(10)}`);
      }
    }
  }
  return `${lines.join("\n")}\n`;
}
