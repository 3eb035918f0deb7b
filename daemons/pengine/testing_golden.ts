/**
 * Golden texts of transitions: a small cluster in a few lines, and what the engine decides for it.
 *
 *     Maintenance mode lets everything be.
 *
 *     option maintenance-mode=true
 *     node alpha: db web.monitor/10s=7
 *     node beta lost standby=on
 *     <primitive id="db" meta="is-managed=false" ops="monitor 10s on-fail=block"/>
 *     <primitive id="web"/>
 *     <rsc_order id="o" first="db" then="web"/>
 *     ----
 *     (the transition)
 *
 * A node is `online`, `lost`, `offline`, `leaving` or `remote`; `NAME=VALUE` is a lasting attribute,
 * `~NAME=VALUE` one of its present life, `+NAME=VALUE` a capacity. Behind the colon stands what its
 * history says: `db` was started there, `db:promoted`, `db:stopped`; `db.start=1` failed with that
 * code, `db.monitor/10s=7` failed as it recurred, `db.monitor=0` was found there by a probe,
 * `vm.migrate_to=1@beta` failed on its way to beta, `vm.migrate_from=0@alpha` arrived from alpha,
 * `db.start=pending` is under way, `db:changed` was started with other parameters. What another node or `stopped` names was probed and is not there, unless the node says `unprobed`.
 *
 * An element of XML may stand on many lines. It goes where it belongs; a primitive is an
 * `ocf:pacemaker:Dummy` unless it says otherwise; `meta`, `params` and `utilization` are sets of
 * pairs, `ops` are operations, separated by `;`.
 *
 * @module
 */
import { parse, stringify, type XmlElement } from "@std/xml";
import type { TransitionGraph } from "../runtime/transition.ts";
import { schedule } from "./schedule.ts";
import { simulate } from "./simulate/simulation.ts";
import { transitionSummary } from "./simulate/transition_summary.ts";

/** When all this happens: seconds since 1970. */
export const nowS = 1_700_000_000;

/** Stands between what is given and what is decided. */
const divider = "\n----\n";

/** What is given of a golden text: its sentence and its cluster. */
export const givenOf = (text: string): string => text.split(divider)[0]!.trimEnd();

/** The whole text, with what the engine decides. */
export function goldenText(given: string): string {
  const { root } = parse(cibOfGolden(given), { ignoreWhitespace: true });
  const { graph, diagnostics, set } = schedule(root, { nowS });
  const said = diagnostics.map(({ severity, what }) => `${severity}: ${what}`);
  const summary = transitionSummary(set).map((line) => line.replaceAll(/\s+/g, " ").trim());
  return [given + divider.trimEnd(), ...said, ...summary, "", ...linesOf(graph), ""].join("\n");
}

/** What people are shown of it: the status before and after, what is carried out, and the scores. */
export function goldenReport(cib: string): string {
  const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true });
  const { report, scheduled } = simulate({ cib: root, nowS, depth: "simulate" });
  const scores = [...scheduled?.scores ?? []].sort();
  return [report.trimEnd(), "", "Scores:", ...scores, ""].join("\n");
}

/** Each action on a line, with what it waits for below. */
export function linesOf(graph: TransitionGraph): readonly string[] {
  const names = new Map(graph.synapses.map(({ action }) => [
    action.id,
    (action.kind === "pseudo_event" ? "(mark) " : action.task === "cancel" ? "(cancel) " : "") +
    action.operationKey +
    (action.onNode === undefined ? "" : ` on ${action.onNode}`),
  ]));
  return graph.synapses
    .map(({ action, inputs }) => ({
      name: names.get(action.id) ?? "",
      after: inputs.map((id) => names.get(id) ?? "").sort(),
    }))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, after }) => [name, ...after.map((one) => `    after ${one}`)]);
}

/** A node of a golden text. */
interface GoldenNode {
  readonly name: string;
  readonly state: string;
  readonly lasting: readonly string[];
  readonly present: readonly string[];
  readonly capacity: readonly string[];
  readonly probes: boolean;
  readonly history: readonly string[];
}

/** The CIB of a golden text, as XML. */
export function cibOfGolden(given: string): string {
  const body = given.slice(given.indexOf("\n\n"));
  const lines = body.split("\n");
  const words = (of: string) =>
    lines.filter((line) => line.startsWith(`${of} `))
      .flatMap((line) => line.slice(of.length + 1).trim().split(/\s+/));
  const nodes = lines.filter((line) => line.startsWith("node ")).map(nodeOf);
  const xml = lines.filter((line) => /^\s*</.test(line)).join("\n");
  const { root } = parse(`<all>${xml}</all>`, { ignoreWhitespace: true, ignoreComments: true });
  const elements = root.children.filter((child) => child.type === "element").map(expanded);
  const within = (...tags: string[]) =>
    elements.filter(({ name }) => tags.includes(name.local)).map((one) => stringify(one)).join("");
  const agents = new Map<string, string>();
  elements.forEach((element) => noteAgents(element, agents));
  // What runs in a container is probed nowhere else.
  const outside = nodes.filter(({ name }) => !/-\d+$/.test(name));
  const named = new Set(
    [...outside.flatMap(({ history }) => history), ...words("stopped")].map(idOf),
  );
  return `<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.9" epoch="1" num_updates="0"
  admin_epoch="0" have-quorum="${lines.includes("no quorum") ? 0 : 1}" dc-uuid="${nodes[0]?.name}">
 <configuration>
  <crm_config><cluster_property_set id="options">${
    pairs("options", words("option"))
  }</cluster_property_set>
  </crm_config>
  <nodes>${nodes.filter(({ state }) => state !== "remote").map(nodeElement).join("")}</nodes>
  <resources>${within("primitive", "group", "clone", "bundle", "template")}</resources>
  <constraints>${within("rsc_order", "rsc_colocation", "rsc_location", "rsc_ticket")}</constraints>
  <fencing-topology>${within("fencing-level")}</fencing-topology>
  ${within("rsc_defaults", "op_defaults")}
 </configuration>
 <status>${nodes.map((node) => stateElement(node, named, agents)).join("")}
  <tickets>${within("ticket_state")}</tickets></status>
</cib>`;
}

/** Ids of resources in words such as `db.start=1`. */
const idOf = (word: string): string => /^[^.:]+(?::\d+)?/.exec(word)?.[0] ?? "";

function nodeOf(line: string): GoldenNode {
  const [head = "", history = ""] = line.slice(5).split(/:(?:\s|$)/);
  const [name = "", ...words] = head.trim().split(/\s+/);
  const of = (mark: string) =>
    words.filter((word) => word.startsWith(mark)).map((word) => word.slice(1));
  return {
    name,
    state: words.find((word) => /^[a-z]+$/.test(word) && word !== "unprobed") ?? "online",
    lasting: words.filter((word) => /^[\w#-]+=/.test(word)),
    present: of("~"),
    capacity: of("+"),
    probes: !words.includes("unprobed"),
    history: history.split(/\s+/).filter(Boolean),
  };
}

const pairs = (id: string, words: readonly string[]): string =>
  words.map((word, at) => {
    const [name = "", ...value] = word.split("=");
    return `<nvpair id="${id}-${at}" name="${name}" value="${value.join("=")}"/>`;
  }).join("");

const nodeElement = ({ name, lasting, capacity }: GoldenNode): string =>
  `<node id="${name}" uname="${name}">` +
  `<instance_attributes id="${name}-l">${pairs(`${name}-l`, lasting)}</instance_attributes>` +
  (capacity.length === 0
    ? ""
    : `<utilization id="${name}-c">${pairs(`${name}-c`, capacity)}</utilization>`) +
  `</node>`;

const presence: Readonly<Record<string, string>> = {
  online: `in_ccm="true" crmd="online" join="member" expected="member"`,
  leaving: `in_ccm="true" crmd="online" join="member" expected="member"`,
  lost: `in_ccm="false" crmd="offline" join="down" expected="member"`,
  offline: `in_ccm="false" crmd="offline" join="down" expected="down"`,
  remote: `remote_node="true"`,
};

function stateElement(
  { name, state, present, probes, history }: GoldenNode,
  named: ReadonlySet<string>,
  agents: ReadonlyMap<string, string>,
): string {
  const here = new Set(history.map(idOf));
  const absent = probes && /online|leaving|remote/.test(state)
    ? [...named].filter((id) => !here.has(id)).map((id) => `${id}.monitor=7`)
    : [];
  const all = Map.groupBy([...history, ...absent], idOf);
  const resources = [...all].map(([id, words]) =>
    `<lrm_resource id="${id}" ${agentOf(id, agents)}>${
      words.map((word, at) => record(name, id, word, at + 1)).join("")
    }</lrm_resource>`
  );
  const life = state === "leaving" ? ["shutdown=1", ...present] : present;
  return `<node_state id="${name}" uname="${name}" ${presence[state]}>` +
    `<transient_attributes id="${name}"><instance_attributes id="${name}-p">${
      pairs(`${name}-p`, life)
    }</instance_attributes></transient_attributes>` +
    `<lrm id="${name}"><lrm_resources>${resources.join("")}</lrm_resources></lrm></node_state>`;
}

/** The agent of a resource; of what a bundle makes by itself, from its name. */
function agentOf(id: string, agents: ReadonlyMap<string, string>): string {
  const known = agents.get(id);
  if (known !== undefined) return known;
  const container = /-(docker|podman)-\d+$/.exec(id)?.[1];
  if (container !== undefined) return `class="ocf" provider="heartbeat" type="${container}"`;
  const type = /-\d+$/.test(id) ? "remote" : "Dummy";
  return `class="ocf" provider="pacemaker" type="${type}"`;
}

/** Digests of no parameters, by the interval in seconds: what recurs has its timeout in it. */
const digestOfNothing: Readonly<Record<string, string>> = {
  0: "f2317cad3d54cec5d7d7aa7d0bf35cf8",
  10: "4811cef7f7f94e3a35a70be7916cb2fd",
};

/** One word of a history as its records. */
function record(node: string, id: string, word: string, callId: number): string {
  const [, task = "", interval = "0", code, other] =
    /^\.(\w+)(?:\/(\d+)s)?=(\d+|pending)(?:@(\w+))?$/.exec(word.slice(id.length)) ?? [];
  const state = word.slice(id.length + 1);
  const plain = state === "promoted" ? "promote" : state === "stopped" ? "stop" : "start";
  const action = code === undefined ? plain : task;
  const isPending = code === "pending";
  const rc = isPending ? 193 : Number(code ?? 0);
  const isProbe = action === "monitor" && interval === "0";
  const expected = isProbe ? 7 : 0;
  const intervalMs = Number(interval) * 1_000;
  // A probe that finds a resource is no failure of it.
  const failed = !isPending && rc !== expected && !(isProbe && rc === 0);
  const ends = action === "migrate_from" ? [other, node] : [node, other];
  const names = failed ? [`${id}_last_failure_0`] : [];
  if (intervalMs === 0) names.push(`${id}_last_0`);
  else if (!failed) names.push(`${id}_${action}_${intervalMs}`);
  return names.map((name) =>
    `<lrm_rsc_op id="${name}" operation_key="${id}_${action}_${intervalMs}" operation="${action}"` +
    ` crm_feature_set="3.19.0" transition-key="1:1:${expected}:u"` +
    ` transition-magic="${
      isPending ? -1 : 0
    }:${rc};1:1:${expected}:u" call-id="${callId}" rc-code="${rc}" on_node="${node}"` +
    (other === undefined ? "" : ` migrate_source="${ends[0]}" migrate_target="${ends[1]}"`) +
    ` op-digest="${state === "changed" ? "0" : digestOfNothing[interval] ?? ""}"` +
    ` op-status="${isPending ? -1 : 0}" interval="${intervalMs}" last-rc-change="${nowS - 60}"/>`
  ).join("");
}

function noteAgents(element: XmlElement, agents: Map<string, string>): void {
  const { id, class: kind, provider, type } = element.attributes;
  if (element.name.local === "primitive" && id !== undefined) {
    const of = provider === undefined ? "" : ` provider="${provider}"`;
    agents.set(id, `class="${kind}"${of} type="${type}"`);
  }
  for (const child of element.children) if (child.type === "element") noteAgents(child, agents);
}

/** An element with its short forms written out. */
function expanded(element: XmlElement): XmlElement {
  const { meta, params, utilization, ops, ...rest } = element.attributes;
  const id = rest.id ?? element.name.local;
  const isPlain = element.name.local === "primitive" && rest.template === undefined &&
    rest.class === undefined;
  const set = (tag: string, text: string | undefined): XmlElement[] =>
    text === undefined
      ? []
      : [read(`<${tag} id="${id}-${tag}">${pairs(`${id}-${tag}`, text.split(/\s+/))}</${tag}>`)];
  const operations = ops?.split(/;\s*/).map((text, at) => {
    const [name, interval, ...more] = text.trim().split(/\s+/);
    const attributes = more.map((word) => word.replace(/=(.*)/, '="$1"')).join(" ");
    return `<op id="${id}-op${at}" name="${name}" interval="${interval}" ${attributes}/>`;
  });
  return {
    ...element,
    attributes: {
      ...rest,
      ...(isPlain ? { class: "ocf", provider: "pacemaker", type: "Dummy" } : {}),
    },
    children: [
      ...set("meta_attributes", meta),
      ...set("instance_attributes", params),
      ...set("utilization", utilization),
      ...(operations === undefined
        ? []
        : [read(`<operations>${operations.join("")}</operations>`)]),
      ...element.children.map((child) => child.type === "element" ? expanded(child) : child),
    ],
  };
}

const read = (xml: string): XmlElement => parse(xml, { ignoreWhitespace: true }).root;
