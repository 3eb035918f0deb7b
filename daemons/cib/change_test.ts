import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";
import { applyChanges, readCib } from "./change.ts";
import { digestOf } from "./digest.ts";
import { elementAt, parsePath } from "./path.ts";
import { textOf } from "./text.ts";
import { formatVersion, versionOf } from "./version.ts";

const cib = readCib(
  `<cib admin_epoch="0" epoch="5" num_updates="3"><configuration><resources>
     <primitive id="a"/><primitive id="b"/></resources></configuration>
   <status><node_state id="n1" in_ccm="true"/></status></cib>`,
);

const after = (...changes: CibChange[]) => {
  const applied = applyChanges(cib, changes);
  assert.ok(applied.ok, applied.ok ? "" : applied.error);
  return applied.root;
};
const version = (...changes: CibChange[]) => formatVersion(versionOf(after(...changes)));
const refusal = (...changes: CibChange[]) => {
  const applied = applyChanges(cib, changes);
  assert.ok(!applied.ok);
  return applied.error;
};
const resources = "/cib/configuration/resources";
const state = "/cib/status/node_state[@id='n1']";

Deno.test("a change of configuration raises the epoch, one of status num_updates", () => {
  const modify: CibChange = { op: "modify", path: state, set: { in_ccm: "false" } };
  assert.equal(version(modify), "0.5.4");
  assert.equal(version({ op: "create", path: resources, xml: `<primitive id="c"/>` }), "0.6.0");
  assert.equal(version(modify, { op: "delete", path: `${resources}/primitive[@id='a']` }), "0.6.0");
  assert.equal(version({ op: "modify", path: "/cib", set: { "have-quorum": "1" } }), "0.5.4");
  assert.equal(version({ op: "modify", path: "/cib", set: { admin_epoch: "1" } }), "1.6.0");
});

Deno.test("what changes nothing gives the very same tree", () => {
  assert.equal(after({ op: "modify", path: state, set: { in_ccm: "true" } }), cib);
  assert.equal(after({ op: "delete", path: "/cib/status/node_state[@id='n9']/lrm" }), cib);
  assert.equal(after({ op: "create", path: resources, xml: `<primitive id="a"/>` }), cib);
});

Deno.test("the parts that a change does not touch are shared with the old tree", () => {
  const now = after({ op: "modify", path: state, set: { crmd: "online" } });
  assert.equal(elementAt(now, resources), elementAt(cib, resources));
});

Deno.test("create replaces the child with its tag and id, and can choose the position", () => {
  const text = (...changes: CibChange[]) => stringify(elementAt(after(...changes), resources)!);
  assert.equal(
    text({ op: "create", path: resources, xml: `<primitive id="a" class="ocf"/>` }),
    `<resources><primitive id="a" class="ocf"/><primitive id="b"/></resources>`,
  );
  assert.equal(
    text({ op: "create", path: resources, xml: `<primitive id="b"/>`, position: 0 }),
    `<resources><primitive id="b"/><primitive id="a"/></resources>`,
  );
});

Deno.test("a refusal names what is wrong, and nothing is applied", () => {
  assert.match(
    refusal({ op: "modify", path: "/cib/status/node_state[@id='n7']" }),
    /no node_state "n7"/,
  );
  assert.match(refusal({ op: "modify", path: "status" }), /is not a path/);
  assert.match(refusal({ op: "delete", path: "/cib/status" }), /"status"/);
  assert.match(refusal({ op: "create", path: resources, xml: "<a" }), /line 1/);
  assert.match(refusal({ op: "modify", path: state, set: { "a b": "1" } }), /"a b"/);
  const old = `<cib admin_epoch="0" epoch="4"><configuration/><status/></cib>`;
  assert.match(refusal({ op: "replace", path: "/cib", xml: old }), /is older than/);
});

Deno.test("a whole document of the same or a newer version may be put in its place", () => {
  const document = `<cib admin_epoch="0" epoch="5"><configuration/><status/></cib>`;
  assert.equal(version({ op: "replace", path: "/cib", xml: document }), "0.6.0");
});

Deno.test("the digest depends on content, not on the order of attributes", () => {
  const digest = (xml: string) => digestOf(readCib(xml));
  assert.equal(digest(`<a x="1" y="2"/>`), digest(`<a y="2" x="1"/>`));
  assert.notEqual(digest(`<a x="1" y="2"/>`), digest(`<a x="1" y="3"/>`));
  assert.notEqual(digest(`<a><b/><c/></a>`), digest(`<a><c/><b/></a>`));
  assert.notEqual(digest(`<a><b/></a>`), digest(`<a b=""/>`));
});

Deno.test("ids with any character but their own quotes can be named", () => {
  assert.deepEqual(parsePath(`/cib/node_state[@id='a/b[1]"']`).at(-1), {
    tag: "node_state",
    id: `a/b[1]"`,
  });
});

Deno.test("any sequence of changes gives the same digest as its text read back", () => {
  const tag = fc.constantFrom("a", "b");
  const id = fc.constantFrom("1", "2", "3");
  const change = fc.oneof(
    fc.record({ tag, id, value: fc.string() }).map(({ tag, id, value }): CibChange => ({
      op: "create",
      path: "/cib/status",
      xml: stringify({
        type: "element",
        name: { raw: tag, local: tag },
        attributes: { id, value: value.replace(/[^ -~]/g, "") },
        children: [],
      }),
    })),
    fc.record({ tag, id }).map(({ tag, id }): CibChange => ({
      op: "delete",
      path: `/cib/status/${tag}[@id='${id}']`,
    })),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const root = after(...changes);
      assert.equal(digestOf(readCib(stringify(root))), digestOf(root));
      assert.equal(textOf(root), stringify(root));
    }),
    { numRuns: 100 },
  );
});

Deno.test("many changes of one long list are refused: each daemon of a node follows them", () => {
  const levels = Array.from({ length: 4_000 }, (_, at) => `<tag id="t${at}"/>`).join("");
  const root = readCib(
    `<cib epoch="1"><configuration><tags>${levels}</tags></configuration><status/></cib>`,
  );
  const changes = (count: number): CibChange[] =>
    Array.from({ length: count }, (_, at) => ({
      op: "modify",
      path: `/cib/configuration/tags/tag[@id='t${at}']`,
      set: { name: "x" },
    }));
  assert.ok(applyChanges(root, changes(1_000)).ok);
  const refused = applyChanges(root, changes(4_000));
  assert.match(refused.ok ? "" : refused.error, /HA3012/);
});
