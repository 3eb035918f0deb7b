/**
 * CIBs that are broken, or meant to do harm: each is told what is wrong with the element and line
 * it is about, and costs a bounded time.
 */
import assert from "node:assert/strict";
import { parse } from "../../../metadata/xml/mod.ts";
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { WorkingSet } from "../model.ts";
import { unpack } from "./mod.ts";

const nowS = 1_700_000_000;

interface Sections {
  readonly options?: string;
  readonly nodes?: string;
  readonly resources?: string;
  readonly constraints?: string;
  readonly rest?: string;
  readonly status?: string;
}

const twoNodes = `<node id="1" uname="one"/><node id="2" uname="two"/>`;
const dummy = (id: string): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;

function read(sections: Sections): WorkingSet {
  const { options = "", nodes = twoNodes, resources = "", constraints = "" } = sections;
  const xml = `<cib crm_feature_set="3.16.1" have-quorum="1" dc-uuid="1">
<configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options">${options}</cluster_property_set></crm_config>
<nodes>${nodes}</nodes>
<resources>${resources}</resources>
<constraints>
${constraints}
</constraints>${sections.rest ?? ""}
</configuration>
<status>${sections.status ?? ""}</status>
</cib>`;
  const { root } = parse(xml, {
    ignoreWhitespace: true,
    ignoreComments: true,
    trackPosition: true,
  });
  return unpack(root, nowS);
}

function problem(set: WorkingSet, element: string, text: RegExp): Diagnostic {
  const found = set.diagnostics.find(({ path, what }) => path[0] === element && text.test(what));
  assert.ok(found, `no diagnostic on ${element}: ${JSON.stringify(set.diagnostics)}`);
  assert.equal(typeof found.line, "number");
  return found;
}

const broken: readonly (readonly [string, Sections, string, RegExp])[] = [
  [
    "an order of a resource that does not exist",
    { resources: dummy("a"), constraints: `<rsc_order id="o" first="a" then="ghost"/>` },
    "o",
    /"ghost"/,
  ],
  [
    "a colocation set with a member that does not exist",
    {
      resources: dummy("a"),
      constraints: `<rsc_colocation id="c" score="INFINITY"><resource_set id="s">
        <resource_ref id="a"/><resource_ref id="ghost"/></resource_set></rsc_colocation>`,
    },
    "c",
    /"ghost"/,
  ],
  [
    "a location on a node that does not exist",
    {
      resources: dummy("a"),
      constraints: `<rsc_location id="l" rsc="a" node="nowhere" score="1"/>`,
    },
    "l",
    /"nowhere"/,
  ],
  [
    "a location without rule and score",
    { resources: dummy("a"), constraints: `<rsc_location id="l" rsc="a"/>` },
    "l",
    /neither/,
  ],
  [
    "a ticket of nothing",
    { constraints: `<rsc_ticket id="t" ticket="T"/>` },
    "t",
    /which\s+resource|for which/,
  ],
  [
    "a score that is none",
    {
      resources: dummy("a"),
      constraints: `<rsc_location id="l" rsc="a" node="one" score="very much"/>`,
    },
    "l",
    /"very much"/,
  ],
  [
    "a template that does not exist",
    { resources: `<primitive id="a" template="ghost"/>` },
    "a",
    /"ghost"/,
  ],
  [
    "a template that is itself",
    { resources: `<primitive id="a" template="a"/>` },
    "a",
    /itself/,
  ],
  [
    "attributes that refer to nothing",
    {
      resources: `<primitive id="a" class="ocf" provider="pacemaker" type="Dummy">
        <meta_attributes id-ref="ghost"/></primitive>`,
    },
    "meta_attributes",
    /"ghost"/,
  ],
  ["a clone of nothing", { resources: `<clone id="c"/>` }, "c", /nothing to clone/],
  [
    "a bundle without technology",
    { resources: `<bundle id="b">${dummy("a")}</bundle>` },
    "b",
    /technology/,
  ],
  [
    "two resources of one id",
    { resources: dummy("a") + dummy("a") },
    "a",
    /same id/,
  ],
  [
    "an agent without class",
    { resources: `<primitive id="a" type="Dummy"/>` },
    "a",
    /class/,
  ],
  [
    "an operation that is there twice",
    {
      resources: `<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><operations>
        <op id="m1" name="monitor" interval="10s"/><op id="m2" name="monitor" interval="10"/>
        </operations></primitive>`,
    },
    "m2",
    /same name and interval/,
  ],
  [
    "an option that is no truth value",
    { options: `<nvpair id="x" name="symmetric-cluster" value="perhaps"/>` },
    "crm_config",
    /"perhaps"/,
  ],
  [
    "an option that is no span of time",
    { options: `<nvpair id="x" name="stonith-timeout" value="soon"/>` },
    "crm_config",
    /"soon"/,
  ],
  [
    "a pattern that is none",
    {
      resources: dummy("a"),
      constraints: `<rsc_location id="l" rsc-pattern="(a" node="one" score="1"/>`,
    },
    "l",
    /regular expression/,
  ],
  [
    "a kind of order that is none",
    {
      resources: dummy("a") + dummy("b"),
      constraints: `<rsc_order id="o" first="a" then="b" kind="sometimes"/>`,
    },
    "o",
    /"sometimes"/,
  ],
  [
    "two tags that are colocated",
    {
      resources: dummy("a") + dummy("b"),
      constraints: `<rsc_colocation id="c" rsc="ta" with-rsc="tb" score="1"/>`,
      rest: `<tags><tag id="ta"><obj_ref id="a"/></tag><tag id="tb"><obj_ref id="b"/></tag></tags>`,
    },
    "c",
    /two templates or tags/,
  ],
  [
    "orders in a circle",
    {
      resources: dummy("a") + dummy("b") + dummy("c"),
      constraints: `<rsc_order id="o1" first="a" then="b"/><rsc_order id="o2" first="b" then="c"/>
        <rsc_order id="o3" first="c" then="a"/>`,
    },
    "o3",
    /circle/,
  ],
  ["a node without name", { nodes: `<node id="7"/>` }, "7", /uname/],
  ["a state of no node", { status: `<node_state uname="one"/>` }, "node_state", /without id/],
];

for (const [name, sections, element, text] of broken) {
  Deno.test(`A broken CIB is explained: ${name}`, () => {
    problem(read(sections), element, text);
  });
}

Deno.test("What is broken does not stop what is sound", () => {
  const set = read({
    resources: `<primitive id="x"/>${dummy("a")}${dummy("b")}`,
    constraints:
      `<rsc_order id="bad" first="x" then="a"/><rsc_order id="good" first="a" then="b"/>`,
  });
  assert.deepEqual(set.resources.map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(set.orders.map(({ id }) => id), ["good"]);
});

Deno.test("Scores beyond all bounds are infinite", () => {
  const set = read({
    resources: dummy("a"),
    constraints: `<rsc_location id="l" rsc="a" node="one" score="${"9".repeat(400)}"/>
      <rsc_location id="m" rsc="a" node="two" score="-${"9".repeat(400)}"/>`,
  });
  const scores = set.locations.map(({ scores }) => [...scores.values()][0]);
  assert.deepEqual(scores, [1_000_000, -1_000_000]);
});

Deno.test("Malformed dates never hold", () => {
  for (const date of ["yesterday", "2023-13-01", "2023-02-30", "2023-000", "999999999-01-01", ""]) {
    const set = read({
      resources: dummy("a"),
      constraints: `<rsc_location id="l" rsc="a"><rule id="r" score="1">
        <date_expression id="d" operation="lt" end="${date}"/></rule></rsc_location>`,
    });
    assert.equal(set.locations.length, 0, date);
    problem(set, "d", /is not a date/);
  }
});

Deno.test("Rules that refer to themselves, or double without end, do not hold", () => {
  const twice = Array.from(
    { length: 40 },
    (_, index) =>
      `<rsc_location id="l${index}" rsc="a"><rule id="r${index}" boolean-op="or" score="1">` +
      `<rule id-ref="r${index + 1}"/><rule id-ref="r${index + 1}"/></rule></rsc_location>`,
  );
  const set = read({
    resources: dummy("a"),
    constraints: `<rsc_location id="l" rsc="a"><rule id="self" boolean-op="or" score="1">
      <rule id-ref="self"/><rule id-ref="self"/></rule></rsc_location>${twice.join("")}`,
  });
  assert.equal(set.locations.length, 0);
});

Deno.test("A pattern meant to take for ever does not", () => {
  const id = "a".repeat(60) + "b";
  const set = read({
    resources: dummy(id),
    constraints: `<rsc_location id="l" rsc-pattern="^(a+)+$" node="one" score="1"/>`,
  });
  assert.equal(set.locations.length, 0);
});

Deno.test("A pattern that matches is not meant to take forever either", () => {
  const began = performance.now();
  const id = "a".repeat(200) + "b";
  const set = read({
    resources: dummy(id),
    constraints: `<rsc_location id="l" rsc-pattern="(${".*".repeat(100)}X)|(b)" node="one" ` +
      `score="1"/>`,
  });
  assert.equal(set.locations.length, 1);
  assert.ok(performance.now() - began < 5_000);
});

Deno.test("Instances are bounded, however many are asked for", () => {
  const clones = Array.from(
    { length: 5 },
    (_, index) =>
      `<clone id="c${index}"><meta_attributes id="m${index}"><nvpair id="n${index}" ` +
      `name="clone-max" value="99999999999999999999"/></meta_attributes>${
        dummy(`p${index}`)
      }</clone>`,
  );
  const set = read({ resources: clones.join("") });
  assert.equal(set.resources.length, 5);
  assert.ok(set.resourceById.size < 21_000);
  problem(set, "c0", /Lower its clone-max/);
});

Deno.test("Pairs of colocations are bounded", () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `p${index}`);
  const references = ids.map((id) => `<resource_ref id="${id}"/>`).join("");
  const set = read({
    resources: ids.map(dummy).join(""),
    constraints: `<rsc_colocation id="c" score="-INFINITY"><resource_set id="s">${references}` +
      `</resource_set></rsc_colocation>`,
  });
  assert.equal(set.colocations.length, 200_000);
  problem(set, "c", /smaller sets/);
});

Deno.test("Histories full of nonsense are survived", () => {
  const set = read({
    resources: dummy("a"),
    status: `<node_state id="1" uname="one" in_ccm="maybe" crmd="" join="" expected="">
      <lrm><lrm_resources>
        <lrm_resource/>
        <lrm_resource id="a"><lrm_rsc_op/>
          <lrm_rsc_op id="x" operation="start" call-id="nine" rc-code="" op-status="99" transition-key="::"/>
          <lrm_rsc_op id="y" operation="" interval-ms="-5" rc-code="7" op-status="0"/>
          <lrm_rsc_op id="z" operation="migrate_to" rc-code="0" op-status="0" migrate_source="one" migrate_target="nowhere"/>
        </lrm_resource>
        <lrm_resource id="gone" class="ocf"><lrm_rsc_op id="gone_start_0" operation="start" call-id="1" rc-code="0" op-status="0"/></lrm_resource>
      </lrm_resources></lrm></node_state><node_state id="9" uname="nine"/><tickets><ticket_state/></tickets>`,
  });
  assert.equal(set.resourceById.get("gone")?.orphan, true);
});

Deno.test("A document that is no CIB gives an empty working set", () => {
  const { root } = parse(`<shopping><list>milk</list></shopping>`);
  const set = unpack(root, nowS);
  assert.deepEqual([set.nodes, set.resources], [[], []]);
});

Deno.test("A hundred thousand resources are unpacked, and complaints about them are bounded", () => {
  const resources = Array.from({ length: 100_000 }, (_, index) => dummy(`p${index}`)).join("");
  const orders = Array.from(
    { length: 20_000 },
    (_, index) => `<rsc_order id="o${index}" first="p${index}" then="ghost"/>`,
  ).join("");
  const set = read({ resources, constraints: orders });
  assert.equal(set.resources.length, 100_000);
  assert.equal(set.diagnostics.length, 10_000);
});
