import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, stringify, type XmlElement } from "../metadata/xml/mod.ts";
import type { CibChange } from "../daemons/runtime/messages.ts";
import { readCib } from "../daemons/cib/change.ts";
import { Access } from "../daemons/cib/access/access.ts";
import { placesOf } from "../daemons/cib/access/placed.ts";
import { rulesOf } from "../daemons/cib/access/rules.ts";
import { select, Visits } from "../daemons/cib/access/select.ts";
import { alice, node } from "./access_node.ts";
import { readXpath } from "../daemons/cib/access/xpath.ts";

const option = (id: string, name: string, value: string) =>
  `<nvpair id="${id}" name="${name}" value="${value}"/>`;
const on = `<crm_config><cluster_property_set id="o">${
  option("on", "enable-acl", "true")
}</cluster_property_set></crm_config><nodes><node id="1" uname="a"/></nodes>`;
const web = `<primitive id="web" class="deno" type="Web"><instance_attributes id="web-i">${
  option("web-port", "port", "80")
}${option("web-password", "password", "geheim")}</instance_attributes></primitive>`;
const acls = (...rules: readonly string[]) =>
  `<acls><acl_role id="r">${
    rules.map((rule, at) => `<acl_permission id="p${at}" ${rule}/>`).join("")
  }</acl_role><acl_target id="alice"><role id="r"/></acl_target></acls>`;
const resources = (...of: readonly string[]) =>
  `<resources>${of.join("")}</resources><constraints/>`;
const mail = `<primitive id="mail" class="deno" type="Mail"/>`;

const hides = `kind="deny" xpath="//nvpair[@name='password']"`;
const operator = [`kind="read" xpath="/cib"`, `kind="write" reference="web"`, hides];
const standard = on + resources(web, mail) + acls(...operator);

const pathOf = (rest: string) => `/cib/configuration/resources/${rest}`;
const pair = (id: string) =>
  pathOf(
    `primitive[@id='web']/instance_attributes[@id='web-i']/nvpair[@id='${id}']`,
  );

Deno.test("a user sees what rules show, and writes what they let", () => {
  const { query, write } = node(standard);
  const { xml } = query();
  assert.match(xml, /web-port/);
  assert.doesNotMatch(xml, /geheim|web-password/);
  assert.equal(write({ op: "modify", path: pair("web-port"), set: { value: "81" } }), "done");
  assert.match(query().xml, /value="81"/);
  const refused = write({
    op: "modify",
    path: pathOf("primitive[@id='mail']"),
    set: { description: "x" },
  });
  assert.match(refused, /alice may not write.*\n.*primitive\[@id='mail'\]: no rule allows it.*\n/);
  assert.match(refused, /\[HA3022\]/);
});

Deno.test("of a refused write nothing takes effect", () => {
  const { query, write } = node(standard);
  const refused = write(
    { op: "modify", path: pair("web-port"), set: { value: "81" } },
    { op: "delete", path: pathOf("primitive[@id='mail']") },
  );
  assert.match(refused, /delete of .*mail/);
  assert.match(query().xml, /value="80"/);
});

Deno.test("what is hidden cannot be told from what is not there", () => {
  const { write } = node(standard);
  for (const op of ["delete", "modify"] as const) {
    const on = (id: string) =>
      write(op === "delete" ? { op, path: pair(id) } : { op, path: pair(id), set: { value: "x" } });
    assert.equal(on("web-password").replaceAll("web-password", "nothing"), on("nothing"));
  }
});

Deno.test("a deletion takes nothing along that is denied", () => {
  const { query, write } = node(standard);
  const refused = write({ op: "delete", path: pathOf("primitive[@id='web']") });
  assert.match(refused, /delete of something that alice may not see/);
  assert.doesNotMatch(refused, /web-password/);
  assert.match(query({ name: "root", groups: [] }).xml, /geheim/);
});

Deno.test("a write does not give itself its right, nor hide what it makes", () => {
  const self = node(on + resources(web) + acls(...operator, `kind="write" xpath="//acls"`));
  const rule: CibChange = {
    op: "create",
    path: "/cib/configuration/acls/acl_role[@id='r']",
    xml: `<acl_permission id="all" kind="write" xpath="/cib"/>`,
  };
  const wanted: CibChange = { op: "create", path: "/cib/configuration/resources", xml: mail };
  assert.match(self.write(rule, wanted), /create of .*mail/);
  assert.equal(self.write(rule), "done");
  assert.equal(self.write(wanted), "done");
  // A path that leads to a denied element before or after the change is denied.
  const rename: CibChange = { op: "modify", path: pair("web-port"), set: { name: "password" } };
  assert.match(node(standard).write(rename), /HA3022/);
});

Deno.test("a changed rule takes effect at the next request", () => {
  const { admin, query, write } = node(standard);
  assert.doesNotMatch(query().xml, /geheim/);
  admin({
    op: "delete",
    path: "/cib/configuration/acls/acl_role[@id='r']/acl_permission[@id='p2']",
  });
  assert.match(query().xml, /geheim/);
  assert.equal(write({ op: "modify", path: pair("web-password"), set: { value: "x" } }), "done");
  admin({ op: "delete", path: "/cib/configuration/acls/acl_target[@id='alice']" });
  assert.match(query().denied ?? "", /alice may see nothing.*HA3024/);
  assert.doesNotMatch(query().xml, /web|mail/);
});

Deno.test("root, hacluster and programs over the owner's socket are not limited", () => {
  const { query, admin } = node(standard);
  for (const name of ["root", "hacluster"]) {
    assert.match(query({ name, groups: [] }).xml, /geheim/, name);
  }
  admin({ op: "modify", path: pathOf("primitive[@id='mail']"), set: { description: "seen" } });
  assert.match(query().xml, /seen/);
  assert.match(query({ name: "", groups: [] }).denied ?? "", /HA3024/);
});

Deno.test("groups have roles too; without enable-acl nobody is limited", () => {
  const group = acls(...operator).replace(/acl_target id="alice"/, `acl_group id="ops"`)
    .replace("/acl_target", "/acl_group");
  const { query } = node(on + resources(web) + group);
  assert.match(query().xml, /web-port/);
  assert.match(query({ name: "alice", groups: ["others"] }).denied ?? "", /HA3024/);
  const off = node(on.replace('"true"', '"false"') + resources(web) + group);
  assert.match(off.query({ name: "eve", groups: [] }).xml, /geheim/);
});

Deno.test("a change is signed with the name that the kernel knows", () => {
  const { query, write } = node(standard);
  const done = write(
    { op: "modify", path: "/cib", set: { "update-user": "root", "update-client": "x" } },
    { op: "modify", path: pair("web-port"), set: { value: "81" } },
  );
  assert.equal(done, "done");
  assert.match(query().xml, /update-user="alice"/);
  const alone = write({ op: "modify", path: "/cib", set: { "update-client": "y" } });
  assert.match(alone, /change of \/cib: no rule allows it/);
  const jump = write({ op: "modify", path: "/cib", set: { epoch: "2000000000" } });
  assert.match(jump, /HA3022/);
});

Deno.test("a follower is sent what it may see, and nothing when that is nothing", () => {
  const { ask, admin } = node(standard);
  ask("cib", { type: "cib/subscribe" });
  const hidden = admin({ op: "modify", path: pair("web-password"), set: { value: "secret" } });
  assert.deepEqual(hidden, []);
  const [seen] = admin({ op: "modify", path: pair("web-port"), set: { value: "82" } });
  assert(seen?.type === "cib/changed");
  assert.deepEqual(seen.changes, [{ op: "modify", path: pair("web-port"), set: { value: "82" } }]);
});

Deno.test("rules that are not understood, or cost too much, give nothing and hide everything", () => {
  const { query } = node(on + resources(web) + acls(`kind="read" xpath="//web[1]"`));
  assert.match(query().denied ?? "", /HA3024/);
  const deny = [`kind="read" xpath="/cib"`, `kind="deny" xpath="//web[position() = 1]"`];
  assert.match(node(on + resources(web) + acls(...deny)).query().denied ?? "", /HA3024/);
  const root = readCib(`<cib>${"<a><b/><b/></a>".repeat(2_000)}</cib>`);
  const costly = readXpath("//b[//b[//b]]");
  assert.throws(() => select(costly, placesOf(root), new Visits()), /more than 2000000 elements/);
});

Deno.test("paths that are no XPath, or more than is understood here, are refused", () => {
  for (
    const path of [
      "",
      "/",
      "//",
      "//a[",
      "//a[@b=]",
      "//a[1]",
      "count(//a)",
      "'text'",
      "//a[last()]",
      "//a/following-sibling::b",
      "//a | 'b'",
      "//a]",
      `//a${"[@b]".repeat(400)}`,
      "x".repeat(5_000),
      `//a${"[b".repeat(20)}${"]".repeat(20)}`,
    ]
  ) {
    if (path === "/") assert.doesNotThrow(() => readXpath(path));
    else assert.throws(() => readXpath(path), SyntaxError, path);
  }
});

/** Paths with what libxml2 gives for them in this document, as ids. */
const document = readCib(
  `<cib id="c"><a id="1" k="x"><b id="2" k="x"><c id="3"/></b><b id="4" k="y"/></a><d id="5"><b id="6"/></d></cib>`,
);
for (
  const [path, ids] of [
    ["/", "c"],
    ["/cib", "c"],
    ["cib/a", "1"],
    ["//b", "2 4 6"],
    ["//b[@k]", "2 4"],
    ["//b[@k='x' or @id='6']", "2 6"],
    ["//b[@k != 'x']", "4"],
    ["//b[not(@k)]", "6"],
    ["//*[@id='3']", "3"],
    ["//b[c]", "2"],
    ["//b[c/@id='3']/..", "1"],
    ["//c/ancestor::a", "1"],
    ["//c/ancestor-or-self::*[@k]", "1 2"],
    ["/cib/*/b[starts-with(@id, '4') or contains(@id, '6')]", "4 6"],
    ["//@k", "1 2 4"],
    ["//a/b | //d", "2 4 5"],
    ["/cib/a//c", "3"],
    ["/descendant::b[@k='y']", "4"],
    ["//b[../@k='x']", "2 4"],
    ["//*[local-name()='d']", "5"],
    ["//b[true() and (@k='x' and @id='2')]", "2"],
    ["//b[@k = ../@k]", "2"],
    ["/cib/self::node()/a", "1"],
    ["//nothing", ""],
  ] as const
) {
  Deno.test(`XPath ${path}`, () => {
    const found = select(readXpath(path), placesOf(document), new Visits());
    const order = placesOf(document).all.filter((place) => found.has(place));
    assert.equal(order.map(({ element }) => element?.attributes.id).join(" "), ids);
  });
}

/** A rule by tag or id, and whether it is about an element: as plainly as can be. */
interface Plain {
  readonly kind: "read" | "write" | "deny";
  readonly by: "id" | "tag";
  readonly what: string;
}

const tags = ["primitive", "instance_attributes", "nvpair", "resources", "nodes", "node"];
const ids = ["web", "web-i", "web-port", "web-password", "mail", "1", "r1", "r2"];
const plain: fc.Arbitrary<Plain> = fc.record({
  kind: fc.constantFrom("read", "write", "deny"),
  by: fc.constantFrom("id", "tag"),
  what: fc.constantFrom(...tags, ...ids, "cib"),
});
const written = ({ kind, by, what }: Plain) =>
  `kind="${kind}" ${by === "id" ? "reference" : "object-type"}="${what}"`;

/** The marks of all elements that these rules deny. */
function denied(root: XmlElement, rules: readonly Plain[]): readonly string[] {
  const marks: string[] = [];
  const look = (element: XmlElement, around: boolean) => {
    const about = rules.filter(({ by, what }) =>
      (by === "id" ? element.attributes.id : element.name.raw) === what
    );
    const may = about.length === 0 ? around : about.every(({ kind }) => kind !== "deny");
    const mark = element.attributes.value ?? element.attributes.description;
    if (!may && mark?.startsWith("mark")) marks.push(mark);
    for (const child of element.children) if (child.type === "element") look(child, may);
  };
  look(root, false);
  return marks;
}

/** Each element says something that stands nowhere else. */
const marked = (port: string) =>
  on.replace('uname="a"', 'uname="a" description="mark-node"') +
  `<resources description="mark-resources">${
    ["web", "mail"].map((id) =>
      `<primitive id="${id}" class="deno" type="T" description="mark-${id}">` +
      `<instance_attributes id="${id}-i">${
        option(`${id}-port`, "port", id === "web" ? port : "mark-other")
      }${
        option(`${id}-password`, "password", `mark-${id}-secret`)
      }</instance_attributes></primitive>`
    ).join("")
  }</resources><constraints/>`;

const attempt: fc.Arbitrary<CibChange> = fc.oneof(
  fc.constantFrom(...ids, "nothing").map((id): CibChange => ({
    op: "modify",
    path: id.startsWith("web-p") ? pair(id) : pathOf(`primitive[@id='${id}']`),
    set: { description: "tried" },
  })),
  fc.constantFrom(...ids, "nothing").map((id): CibChange => ({
    op: "delete",
    path: id.startsWith("web-p") ? pair(id) : pathOf(`primitive[@id='${id}']`),
  })),
  fc.constantFrom(...ids).map((id): CibChange => ({
    op: "create",
    path: "/cib/configuration/resources",
    xml: `<primitive id="${id}" class="deno" type="T"/>`,
  })),
  fc.constantFrom("mark", "x").map((text): CibChange => ({
    op: "replace",
    path: "/cib/configuration/resources",
    xml: `<resources><primitive id="r1" class="deno" type="${text}"/></resources>`,
  })),
);

Deno.test("a user is never sent what rules deny, by whatever way", () => {
  fc.assert(
    fc.property(
      fc.array(plain, { maxLength: 8 }),
      fc.array(attempt, { maxLength: 6 }),
      (rules, attempts) => {
        const { ask, admin } = node(marked("mark-port") + acls(...rules.map(written)));
        const all = ask("cib", { type: "cib/query", id: "all" }, { name: "root", groups: [] })[0];
        assert(all?.type === "cib/document");
        const secrets = new Set(denied(parse(all.xml).root, rules));
        const heard: unknown[] = [ask("cib", { type: "cib/subscribe" })];
        heard.push(ask("cib", { type: "cib/query", id: "1" }));
        heard.push(admin({ op: "modify", path: pair("web-port"), set: { value: "mark-new" } }));
        if (secrets.has("mark-port")) secrets.add("mark-new");
        for (const change of attempts) {
          heard.push(ask("cib", { type: "cib/apply", id: "1", changes: [change] }));
        }
        const [list] = ask("history", { type: "history/query", id: "1" });
        assert(list?.type === "history/answer");
        heard.push(list);
        for (const { version: { epoch } } of list.changes) {
          heard.push(ask("history", { type: "history/query", id: "1", epoch }));
        }
        heard.push(ask("cib", { type: "cib/query", id: "1" }));
        const text = JSON.stringify(heard);
        for (const secret of secrets) {
          // A longer mark may have it as its beginning.
          assert(!new RegExp(`${secret}(?![-\\w])`).test(text), `${secret} in ${text}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("what a user may not write does not change, whatever is tried", () => {
  fc.assert(
    fc.property(
      fc.array(plain, { maxLength: 8 }),
      fc.array(attempt, { minLength: 1, maxLength: 6 }),
      (rules, attempts) => {
        const { ask, query } = node(marked("mark-port") + acls(...rules.map(written)));
        const root = { name: "root", groups: [] };
        const before = readCib(query(root).xml);
        const access = new Access(before, rulesOf(before, alice));
        const fixed = access.placed.all.flatMap((place) =>
          access.mayWrite(place).allowed || place.element === undefined ? [] : [
            stringify({ ...place.element, children: [] }),
          ]
        ).filter((text) => !text.startsWith("<cib"));
        for (const change of attempts) {
          ask("cib", { type: "cib/apply", id: "1", changes: [change] });
        }
        const after = query(root).xml;
        for (const text of fixed) {
          // Its children may be others.
          assert(after.includes(text.slice(0, -2)), `${text} is gone: ${after}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});
