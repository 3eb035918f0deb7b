/**
 * What the programs for people and scripts make of a CIB.
 *
 * @module
 */
import assert from "node:assert/strict";
import { crmRule } from "./programs/crm_rule.ts";
import { parse, stringify, type XmlElement } from "@std/xml";
import { differenceOf } from "../../cib/doors/document.ts";
import type { Ending } from "../compat/exit_code.ts";
import { edited } from "./edited.ts";
import { filesOf } from "./files.ts";
import { patched, patchOf } from "./patch.ts";
import { crmadmin } from "./programs/crmadmin.ts";
import { crmDiff } from "./programs/crm_diff.ts";
import { crmResource } from "./programs/crm_resource.ts";
import { clusterOf, run } from "./testing/one_document.ts";
import type { ToolCall } from "./tool.ts";

const read = (text: string): XmlElement => parse(text, { ignoreWhitespace: true }).root;

const resource = (id: string, more = "") =>
  `<primitive id="${id}" class="ocf" provider="x" type="y"${more}/>`;

const cibOf = (resources: string, epoch = "5", status = "<status/>"): string =>
  `<cib admin_epoch="0" epoch="${epoch}" num_updates="0" have-quorum="1" dc-uuid="alice"
 crm_feature_set="3.19.7"><configuration><crm_config><cluster_property_set id="o">
<nvpair id="of" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="alice" uname="alice"/></nodes><resources>${resources}</resources><constraints/>
</configuration>${status}</cib>`;

/** A call without a cluster. */
function callOf(
  args: readonly string[],
  cib = cibOf(""),
  files: Readonly<Record<string, string>> = {},
) {
  let out = "";
  const client = () =>
    Promise.resolve({
      send() {},
      // Only the document is asked for.
      ask: (_service: string, _message: unknown, matches: (answer: never) => boolean) => {
        const version = { adminEpoch: 0, epoch: 5, numUpdates: 0 };
        const answer = { type: "cib/document", id: "query", xml: cib, version } as never;
        assert.ok(matches(answer));
        return Promise.resolve(answer);
      },
      services: () => [],
      closed: Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  const call: ToolCall = {
    args,
    client,
    cluster: client,
    heartbeat: client,
    shadow: { folder: "/nowhere", active: undefined },
    stdin: () => Promise.resolve(files["-"] ?? ""),
    read: (path) => Promise.resolve(files[path] ?? ""),
    out: (text) => void (out += text),
    err: (text) => void (out += text),
    now: () => 0,
    token: () => "00000000",
    user: "",
    project: "/nowhere",
  };
  return { call, said: () => out };
}

Deno.test("a patch makes the one document of the other, also where the order changes", () => {
  const documents = [
    cibOf(""),
    cibOf(resource("a")),
    cibOf(resource("a") + resource("b")),
    cibOf(resource("b") + resource("a")),
    cibOf(resource("b", ' description="z"') + `<group id="g">${resource("c")}</group>`),
    cibOf(`<group id="g">${resource("a")}${resource("c")}</group>`),
  ].map(read);
  for (const before of documents) {
    for (const after of documents) {
      const patch = patchOf(before, after);
      const made = patch === undefined ? before : patched(before, read(stringify(patch)));
      assert.deepEqual(differenceOf(made, after), []);
    }
  }
});

Deno.test("a patch that moves an element moves it, and one of an older document is refused", () => {
  const cib = read(cibOf(resource("a") + resource("b")));
  const move = (epoch: string) =>
    read(
      `<diff format="2"><version><source admin_epoch="0" epoch="${epoch}" num_updates="0"/></version>
<change operation="move" path="/cib/configuration/resources/primitive[@id='b']" position="0"/></diff>`,
    );
  const moved = patched(cib, move("5"));
  assert.deepEqual(differenceOf(moved, read(cibOf(resource("b") + resource("a")))), []);
  assert.throws(() => patched(cib, move("4")), (error: Ending) => error.code === 103);
});

Deno.test("cibadmin puts in, merges, replaces and takes out", () => {
  const none = { scope: undefined, path: undefined, mayCreate: false };
  const inResources = { ...none, scope: "resources" };
  const one = read(cibOf(resource("a")));
  const ids = (cib: XmlElement) =>
    [...stringify(cib).matchAll(/primitive id="(\w)"/g)].map(([, id]) => id);
  assert.deepEqual(ids(edited(one, "create", read(resource("b")), inResources)), ["a", "b"]);
  const many = read(`<resources>${resource("b")}${resource("c")}</resources>`);
  assert.deepEqual(ids(edited(one, "create", many, none)), ["a", "b", "c"]);
  assert.deepEqual(ids(edited(one, "replace", many, none)), ["b", "c"]);
  assert.deepEqual(ids(edited(one, "delete", read('<primitive id="a"/>'), none)), []);
  const changed = edited(one, "modify", read('<primitive id="a" type="z"/>'), none);
  assert.match(stringify(changed), /id="a" class="ocf" provider="x" type="z"/);
  assert.throws(
    () => edited(one, "create", read(resource("a")), inResources),
    (error: Ending) => error.code === 108,
  );
  assert.throws(
    () => edited(one, "modify", read(resource("b")), none),
    (error: Ending) => error.code === 105,
  );
  const tag = edited(one, "create", read('<tag id="t"/>'), { ...none, scope: "tags" });
  assert.match(stringify(tag), /<tags><tag id="t"\/><\/tags>/);
});

Deno.test("crm_diff prints what differs, and ends with 1; nothing, and ends with 0", async () => {
  const files = { a: cibOf(""), b: cibOf(resource("x")) };
  const differs = callOf(["-o", "a", "-n", "b"], "", files);
  assert.equal(await crmDiff.run(differs.call), 1);
  assert.match(
    differs.said(),
    /<change operation="create" path="\/cib\/configuration\/resources" position="0">/,
  );
  const same = callOf(["-o", "a", "-n", "a"], "", files);
  assert.equal(await crmDiff.run(same.call), 0);
  assert.equal(same.said(), "");
});

Deno.test("crmadmin says idle only where the cluster has nothing to do", async () => {
  const state = `<status><node_state id="alice" uname="alice" in_ccm="1700000000" crmd="1700000000"
 join="member" expected="member"><lrm id="alice"><lrm_resources/></lrm></node_state></status>`;
  for (
    const [resources, word] of [["", "S_IDLE"], [resource("a"), "S_TRANSITION_ENGINE"]] as const
  ) {
    const { call, said } = callOf(["-S", "alice"], cibOf(resources, "5", state));
    assert.equal(await crmadmin.run(call), 0);
    assert.equal(said(), `Controller on alice in state ${word}: ok\n`);
  }
});

Deno.test("the classes that crm_resource lists are those of the project", {
  permissions: { read: [new URL("../../../plugins/ra", import.meta.url)] },
}, async () => {
  const project = decodeURIComponent(new URL("../../..", import.meta.url).pathname).replace(
    /\/$/,
    "",
  );
  const { call, said } = callOf(["--list-standards"]);
  assert.equal(await crmResource.run({ ...call, project }), 0);
  const shipped = [...Deno.readDirSync(`${project}/plugins/ra`)].filter(({ isDirectory }) =>
    isDirectory
  )
    .map(({ name }) => name);
  assert.deepEqual(said().trim().split("\n"), [...shipped, "stonith"].sort());
});

Deno.test("a call may read the files that its options name, in every form", () => {
  assert.deepEqual(filesOf("crm_diff", ["-o", "a", "-nb", "--patch=c"], "/p"), ["a", "b", "c"]);
  assert.deepEqual(filesOf("crm_diff", ["-o", "a", "-n", "-"], "/p"), ["a"]);
  assert.deepEqual(filesOf("crm_mon", ["-o", "/etc/shadow"], "/p"), []);
});

/** Rules by id, with what crm_rule 2.1.5 says of them now, in 2020 and in 2032. */
const dated: readonly (readonly [rule: string, ...codes: number[]])[] = [
  [
    `<date_expression id="d" operation="in_range" start="2020-01-01" end="2020-02-01"/>`,
    110,
    0,
    110,
  ],
  [`<date_expression id="d" operation="gt" start="2030-01-01"/>`, 111, 111, 0],
  [`<date_expression id="d" operation="lt" end="2030-01-01"/>`, 0, 0, 110],
  [
    `<date_expression id="d" operation="date_spec"><date_spec id="s" years="2026"/></date_expression>`,
    0,
    111,
    110,
  ],
  [`<expression id="d" attribute="rack" operation="eq" value="1"/>`, 3, 3, 3],
  [
    `<date_expression id="d" operation="lt" end="2030-01-01"/><date_expression id="e" operation="gt" start="2031-01-01"/>`,
    3,
    3,
    3,
  ],
  [
    `<date_expression id="d" operation="date_spec"><date_spec id="s" hours="9-16"/></date_expression>`,
    3,
    3,
    3,
  ],
  [
    `<date_expression id="d" operation="in_range" start="2030-01-01"><duration id="u" years="1"/></date_expression>`,
    111,
    111,
    110,
  ],
  [
    `<date_expression id="d" operation="date_spec"><date_spec id="s" years="2020-2022" months="1"/></date_expression>`,
    110,
    0,
    110,
  ],
];

Deno.test("crm_rule says of rules with one date what the original says", async () => {
  for (const [rule, ...codes] of dated) {
    const cib = `<cib><configuration><resources/><constraints><rsc_location id="l" rsc="a">` +
      `<rule id="r" score="5">${rule}</rule></rsc_location></constraints></configuration></cib>`;
    const found: number[] = [];
    for (const date of ["2026-11-30T15:00:00Z", "2020-01-15", "2032-01-01"]) {
      const { call } = callOf(["-c", "-r", "r", "-d", date], cib);
      found.push((await crmRule.run(call)) ?? -1);
    }
    assert.deepEqual(found, codes, rule);
  }
  const { call, said } = callOf(["--check", "--rule=zz", "-r", "r", "-X", "-"], "", {
    "-": `<cib><configuration><constraints><rsc_location id="l" rsc="a"><rule id="r" score="5">` +
      `<date_expression id="d" operation="lt" end="2030-01-01"/></rule></rsc_location></constraints></configuration></cib>`,
  });
  assert.equal(await crmRule.run(call), 0);
  assert.equal(
    said(),
    "Could not determine whether rule zz is in effect: Rule not found\nRule r is still in effect\n",
  );
  for (const args of [[], ["-c"], ["-r", "r"], ["-c", "-r", "r", "-d", "foo"]]) {
    await assert.rejects(() => Promise.resolve(crmRule.run(callOf(args).call)));
  }
});

/** Calls of crm_resource on a resource `a` with the parameter `fake`, and what the original prints. */
const pairs: readonly (readonly [line: string, text: string])[] = [
  ["-p fake -v 2", "Set 'a' option: id=a-ia-fake name=fake value=2\n"],
  // The original makes a second set for it, though there is one.
  ["-p new -v 2", "Set 'a' option: id=a-ia-new set=a-ia name=new value=2\n"],
  [
    "--meta -p priority -v 5",
    "Set 'a' option: id=a-meta_attributes-priority set=a-meta_attributes name=priority value=5\n",
  ],
  [
    "-z -p cpu -v 2",
    "Set 'a' option: id=a-utilization-cpu set=a-utilization name=cpu value=2\n",
  ],
  ["-d fake", "Deleted 'a' option: id=a-ia-fake name=fake\n"],
  ["-d nope", ""],
  ["-g fake", "1\n"],
];

Deno.test("crm_resource says what it has set and deleted, as the original does", async () => {
  const resource =
    `<primitive id="a" class="ocf" provider="x" type="y"><instance_attributes id="a-ia">` +
    `<nvpair id="a-ia-fake" name="fake" value="1"/></instance_attributes></primitive>`;
  for (const [line, text] of pairs) {
    const { client } = clusterOf(cibOf(resource));
    assert.deepEqual(await run("crm_resource", ["-r", "a", ...line.split(" ")], client), {
      code: 0,
      text,
    }, line);
  }
});

/** Two nodes; `d3` depends on the group `g1`, which prefers bob. */
const bound = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="5" num_updates="0"
 have-quorum="1" dc-uuid="alice"><configuration><crm_config><cluster_property_set id="o">
<nvpair id="of" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="alice" uname="alice"/><node id="bob" uname="bob"/></nodes>
<resources><group id="g1">${resource("d1")}</group>${resource("d3")}</resources>
<constraints><rsc_location id="l1" rsc="g1" score="50" node="bob"/>
<rsc_colocation id="c1" score="INFINITY" rsc="d3" with-rsc="g1"/></constraints></configuration>
<status>${
  ["alice", "bob"].map((node) =>
    `<node_state id="${node}" uname="${node}" in_ccm="true" crmd="online" join="member"` +
    ` expected="member"/>`
  ).join("")
}</status></cib>`;

Deno.test("crm_resource shows constraints as Pacemaker does", async () => {
  const { client } = clusterOf(bound);
  const said = async (...args: readonly string[]) => (await run("crm_resource", args, client)).text;
  assert.equal(
    await said("-a", "-r", "d3"),
    "Resources d3 is colocated with:\n  * g1 (score=INFINITY, id=c1)\n    * Locations:\n" +
      "      * Node bob (score=50, id=l1, rsc=g1)\n",
  );
  assert.equal(
    await said("--constraints", "-r", "g1"),
    "Locations:\n  * Node bob (score=50, id=l1, rsc=g1)\n" +
      "Resources colocated with g1:\n  * d3 (score=INFINITY, id=c1)\n",
  );
  assert.match(
    await said("-L"),
    /^Full List of Resources:\n {2}\* Resource Group: g1:\n {4}\* d1\t/,
  );
});

Deno.test("crm_resource says what a ban does and which constraints it clears", async () => {
  const { client } = clusterOf(bound);
  const said = async (...args: readonly string[]) => (await run("crm_resource", args, client)).text;
  assert.match(
    await said("-B", "-r", "d3", "-N", "bob"),
    /^WARNING: Creating rsc_location constraint 'cli-ban-d3-on-bob' with a score of -INFINITY /,
  );
  assert.equal(await said("-U", "-r", "d3"), "Removing constraint: cli-ban-d3-on-bob\n");
  assert.equal(await said("-B", "-Q", "-r", "d3", "-N", "bob"), "");
  assert.equal(await said("-U", "-Q", "-r", "d3"), "");
});

Deno.test("names of 2.1 that 3.0 changed are notes, which crm_verify gives with -VVV alone", async () => {
  const { client } = clusterOf(bound);
  assert.deepEqual(await run("crm_verify", ["-L", "-VV"], client), { code: 0, text: "" });
  const chatty = await run("crm_verify", ["-L", "-VVV"], client);
  assert.equal(chatty.code, 0);
  assert.match(chatty.text, /stonith-enabled.*HA3006/);
});
