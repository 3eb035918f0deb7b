/**
 * What users reported against other engines: each small cluster opens with what must happen, and
 * why. The values are those of crm_simulate 3.0.3.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { schedule } from "./doors/engine.ts";
import { transitionSummary } from "./simulate/transition_summary.ts";
import { dummy } from "./testing/small_cib.ts";

/** A node: what is active there, what is promoted, and the attributes it was given. */
interface Node {
  readonly active?: readonly string[];
  readonly promoted?: readonly string[];
  /** Probed, and not there; without it all that is active on another node. */
  readonly probed?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  /** Attributes of its `node_state`, and what else its history holds. */
  readonly state?: string;
  readonly history?: string;
  readonly permanent?: Readonly<Record<string, string>>;
}

interface Report {
  readonly must: string;
  readonly nodes: Readonly<Record<string, Node>>;
  readonly resources: string;
  readonly constraints?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly defaults?: string;
  /** The lines of the summary, with single blanks. */
  readonly summary: readonly string[];
}

const pairs = (id: string, values: Readonly<Record<string, string>> = {}): string =>
  Object.entries(values).map(([name, value], n) =>
    `<nvpair id="${id}-${n}" name="${name}" value="${value}"/>`
  ).join("");
const meta = (id: string, values: Readonly<Record<string, string>>): string =>
  `<meta_attributes id="${id}-meta">${pairs(`${id}-m`, values)}</meta_attributes>`;
const promotable = (id: string, inside: string, more: Readonly<Record<string, string>> = {}) =>
  `<clone id="${id}">${meta(id, { promotable: "true", ...more })}${inside}</clone>`;

/** One record of a history, with the digest of no parameters. */
function record(id: string, task: string, rc: number): string {
  return `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op ` +
    `id="${id}_last_0" operation_key="${id}_${task}_0" operation="${task}" interval="0" ` +
    `crm_feature_set="3.16.1" transition-key="1:1:${rc}:u" transition-magic="0:${rc};1:1:${rc}:u" ` +
    `call-id="1" rc-code="${rc}" op-status="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource>`;
}

/** One half of a migration of `vm`. */
const migrated = (task: string, source: string, target: string): string =>
  record("vm", task, 0).replace(
    "/></lrm_resource>",
    ` migrate_source="${source}" ` +
      `migrate_target="${target}"/></lrm_resource>`,
  );

const member = `in_ccm="true" crmd="online" join="member" expected="member"`;

function cibOf(report: Report): string {
  const { nodes, resources, constraints = "", options = {}, defaults = "" } = report;
  const everywhere = new Set(
    Object.values(nodes).flatMap(({ active = [], promoted = [], probed = [] }) => [
      ...active,
      ...promoted,
      ...probed,
    ]),
  );
  const states = Object.entries(nodes).map(([name, node]) => {
    const { active = [], promoted = [], attributes, state, history = "" } = node;
    const absent = node.probed ??
      [...everywhere].filter((id) => !active.includes(id) && !promoted.includes(id));
    return `<node_state id="${name}-id" ${state ?? `uname="${name}" ${member}`}>` +
      `<transient_attributes id="${name}-id"><instance_attributes id="${name}-t">` +
      `${pairs(`${name}-t`, attributes)}</instance_attributes></transient_attributes>` +
      `<lrm id="${name}-id"><lrm_resources>${history}` +
      active.map((id) => record(id, "start", 0)).join("") +
      promoted.map((id) => record(id, "promote", 0)).join("") +
      absent.map((id) => record(id, "monitor", 7)).join("") +
      `</lrm_resources></lrm></node_state>`;
  });
  return `<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.9" have-quorum="1">` +
    `<configuration><crm_config><cluster_property_set id="o">` +
    `${
      pairs("o", { "fencing-enabled": "false", ...options })
    }</cluster_property_set></crm_config>` +
    `<nodes>${
      Object.entries(nodes).map(([name, { permanent }]) =>
        `<node id="${name}-id" uname="${name}"><instance_attributes id="${name}-p">` +
        `${pairs(`${name}-p`, permanent)}</instance_attributes></node>`
      ).join("")
    }</nodes><resources>${resources}</resources><constraints>${constraints}</constraints>` +
    `<rsc_defaults>${defaults}</rsc_defaults></configuration><status>${
      states.join("")
    }</status></cib>`;
}

const summaryOf = (cib: string): readonly string[] =>
  transitionSummary(
    schedule(parse(cib, { ignoreWhitespace: true }).root, { nowS: 1_700_100_000 }).set,
  )
    .map((line) => line.replaceAll(/\s+/g, " ").trim());

const device = `<primitive id="Fencing" class="stonith" type="fence_dummy"/>`;
const sticky = meta("defaults", { "resource-stickiness": "INFINITY" });
const group = (id: string, ...members: readonly string[]): string =>
  `<group id="${id}">${members.map((one) => dummy(one)).join("")}</group>`;

const reports: readonly Report[] = [
  {
    must: "A ban of a group moves a member's partner too, instead of stopping the member",
    nodes: { node1: {}, node2: { active: ["base", "m1", "m2"] }, node3: {} },
    resources: dummy("base") + group("g", "m1", "m2"),
    constraints: `<rsc_colocation id="c" rsc="m2" with-rsc="base" score="INFINITY"/>` +
      `<rsc_order id="o" first="base" then="m2"/>` +
      `<rsc_location id="ban" rsc="g" node="node2" score="-INFINITY"/>`,
    summary: [
      "* Move base ( node2 -> node1 )",
      "* Move m1 ( node2 -> node1 )",
      "* Move m2 ( node2 -> node1 )",
    ],
  },
  {
    must: "A third instance starts where it is wanted; the two that run stay",
    nodes: { node1: {}, node2: { active: ["p1", "p2"] }, node3: { active: ["p1", "p2"] } },
    resources: `<clone id="pair-clone">${group("pair", "p1", "p2")}</clone>`,
    constraints: `<rsc_location id="l" rsc="pair-clone" node="node1" score="100"/>`,
    summary: ["* Start p1:2 ( node1 )", "* Start p2:2 ( node1 )"],
  },
  {
    must: "The promoted role moves to a new instance; no running instance is stopped for it",
    nodes: {
      node1: { attributes: { "master-db": "100" } },
      node2: { promoted: ["db"], attributes: { "master-db": "10" } },
      node3: { active: ["db"], attributes: { "master-db": "10" } },
    },
    resources: promotable("db-clone", dummy("db")),
    summary: [
      "* Demote db:0 ( Promoted -> Unpromoted node2 )",
      "* Promote db:2 ( Stopped -> Promoted node1 )",
    ],
  },
  {
    must: "A failed sticky group moves: to be apart was advice only",
    nodes: {
      node1: {
        active: ["b1", "b2"],
        attributes: {
          "fail-count-b2#monitor_10000": "1",
          "last-failure-b2#monitor_10000": "1700000100",
        },
      },
      node2: { active: ["a1", "a2"] },
    },
    resources: group("g1", "a1", "a2") +
      `<group id="g2">${dummy("b1")}${
        dummy("b2", meta("b2", { "migration-threshold": "1" }))
      }</group>`,
    constraints: `<rsc_colocation id="anti" rsc="g2" with-rsc="g1" score="-5000"/>`,
    defaults: sticky,
    summary: ["* Move b1 ( node1 -> node2 )", "* Move b2 ( node1 -> node2 )"],
  },
  {
    must: "A whole group goes where the partner of its last member is",
    nodes: { node1: {}, node2: { active: ["ip", "fs"] }, node3: { active: ["dep"] } },
    resources: dummy("dep") + group("g", "ip", "fs", "vip"),
    constraints: `<rsc_colocation id="c" rsc="vip" with-rsc="dep" score="INFINITY"/>`,
    summary: [
      "* Move ip ( node2 -> node3 )",
      "* Move fs ( node2 -> node3 )",
      "* Start vip ( node3 )",
    ],
  },
  {
    must: "No new instance starts while it is unknown whether one runs on a joining node",
    nodes: {
      node1: { probed: ["db"] },
      node2: {
        state: `uname="node2" in_ccm="true" crmd="online" join="down" expected="down"`,
        probed: [],
      },
      node3: { promoted: ["db"], attributes: { "master-db": "10" } },
    },
    resources: promotable("db-clone", dummy("db")) + device,
    options: { "fencing-enabled": "true" },
    summary: [
      "* Start db:1 ( node1 ) due to unrunnable db:0 monitor (blocked)",
      "* Start Fencing ( node1 ) blocked",
    ],
  },
  {
    must: "A member that comes new into a group waits for an unmanaged one that runs behind it",
    nodes: { node1: {}, node2: { active: ["a", "b"] } },
    resources: `<group id="g">${dummy("a")}${dummy("new")}${
      dummy("b", meta("b", { "is-managed": "false" }))
    }</group>`,
    summary: ["* Start new ( node2 ) due to unrunnable b stop (blocked)"],
  },
  {
    must: "Names of nodes are compared without regard to case",
    nodes: { Alpha: {}, beta: {} },
    resources: dummy("r"),
    constraints: `<rsc_location id="l" rsc="r" node="ALPHA" score="-INFINITY"/>`,
    summary: ["* Start r ( beta )"],
  },
  {
    must: "The nodes of a migration are found without regard to case too",
    nodes: {
      Alpha: { probed: [], history: migrated("migrate_to", "Alpha", "BETA") },
      beta: { probed: [], history: migrated("migrate_from", "ALPHA", "beta") },
    },
    resources: dummy("vm", meta("vm", { "allow-migrate": "true" })),
    // As both originals decide; were BETA another node than beta, it would be recovered.
    summary: ["* Restart vm ( Alpha )"],
  },
  {
    must: "A node whose state has no name yet is known by its id, and is not fenced",
    nodes: {
      node1: { active: ["r"] },
      node2: { state: `in_ccm="true" crmd="offline" join="down" expected="down"`, probed: [] },
    },
    resources: dummy("r") + device,
    options: { "fencing-enabled": "true" },
    summary: ["* Start Fencing ( node1 ) blocked"],
  },
  {
    must: "What must be with a group that cannot start is blocked",
    nodes: { node1: {}, node2: {} },
    resources: dummy("r1") + group("g", "ga", "gb") +
      dummy("r2", meta("r2", { "target-role": "Stopped" })),
    constraints: `<rsc_colocation id="c" rsc="r1" with-rsc="g" score="INFINITY"/>` +
      `<rsc_order id="o" first="r2" then="g"/>`,
    summary: [
      "* Start r1 ( node1 ) due to colocation with g (blocked)",
      "* Start ga ( node1 ) due to unrunnable r2 start (blocked)",
      "* Start gb ( node1 ) due to unrunnable ga start (blocked)",
    ],
  },
  {
    must: "A cloned group is promoted where the resource is that it has to be with",
    nodes: {
      node1: { active: ["prim", "q1", "q2"], attributes: { "master-q1": "10", "master-q2": "10" } },
      node2: { active: ["q1", "q2"], attributes: { "master-q1": "50", "master-q2": "50" } },
    },
    resources: dummy("prim") +
      promotable("cg-clone", `<group id="cg">${dummy("q1")}${dummy("q2")}</group>`),
    constraints:
      `<rsc_colocation id="c" rsc="cg-clone" with-rsc="prim" score="INFINITY" rsc-role="Promoted"/>`,
    summary: [
      "* Promote q1:0 ( Unpromoted -> Promoted node1 )",
      "* Promote q2:0 ( Unpromoted -> Promoted node1 )",
    ],
  },
  {
    must: "Two are promoted on the site where the other clone is promoted",
    nodes: {
      node1: {
        active: ["two"],
        promoted: ["one"],
        attributes: { "master-one": "100", "master-two": "5" },
        permanent: { site: "A" },
      },
      node2: {
        active: ["one", "two"],
        attributes: { "master-one": "5", "master-two": "5" },
        permanent: { site: "A" },
      },
      node3: {
        active: ["one"],
        promoted: ["two"],
        attributes: { "master-one": "5", "master-two": "9" },
        permanent: { site: "B" },
      },
    },
    resources: promotable("one-clone", dummy("one")) +
      promotable("two-clone", dummy("two"), { "promoted-max": "2" }),
    constraints: `<rsc_colocation id="c" rsc="two-clone" with-rsc="one-clone" score="INFINITY" ` +
      `rsc-role="Promoted" with-rsc-role="Promoted" node-attribute="site"/>`,
    summary: [
      "* Promote two:0 ( Unpromoted -> Promoted node1 )",
      "* Promote two:1 ( Unpromoted -> Promoted node2 )",
      "* Demote two:2 ( Promoted -> Unpromoted node3 )",
    ],
  },
  {
    must: "fencing-enabled=false is heard: a lost node is not fenced",
    nodes: {
      node1: {},
      node2: {
        active: ["r"],
        state: `uname="node2" in_ccm="false" crmd="offline" join="down" expected="member"`,
      },
    },
    resources: dummy("r"),
    summary: ["* Start r ( node1 )"],
  },
];

for (const report of reports) {
  Deno.test(report.must, () => {
    assert.deepEqual(summaryOf(cibOf(report)), report.summary);
  });
}

Deno.test("of the meta-attributes of an operation the set with the higher score wins", () => {
  const set = (id: string, score: number, timeout: string): string =>
    `<meta_attributes id="${id}" score="${score}"><rule id="${id}-r"><date_expression id="${id}-d" ` +
    `operation="gt" start="2020-01-01"/></rule>${pairs(id, { timeout })}</meta_attributes>`;
  const operations = (id: string, ...sets: readonly string[]): string =>
    `<operations><op id="${id}-op" name="monitor" interval="10s">${
      sets.join("")
    }</op></operations>`;
  const [low, high] = [set("low", 10, "10s"), set("high", 500, "50s")];
  const rename = (text: string, to: string): string =>
    text.replaceAll(/id="(low|high)/g, `id="${to}$1`);
  const cib = cibOf({
    must: "",
    nodes: { node1: {} },
    resources: dummy("a", operations("a", rename(low, "a"), rename(high, "a"))) +
      dummy("b", operations("b", rename(high, "b"), rename(low, "b"))),
    summary: [],
  });
  const { graph } = schedule(parse(cib).root, { nowS: 1_700_100_000 });
  const timeouts = graph.synapses.map(({ action }) => action)
    .filter(({ operationKey }) => operationKey.endsWith("_monitor_10000"))
    .map(({ attributes }) => attributes.CRM_meta_timeout);
  assert.deepEqual(timeouts, ["50000", "50000"]);
});
