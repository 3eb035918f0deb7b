import assert from "node:assert/strict";
import { parse, type XmlElement } from "@std/xml";
import { excessesOf, operationsMax } from "./bounds.ts";
import { excessesOfSet } from "./bounds_of_set.ts";
import { decide } from "./decide.ts";
import { runPolicy } from "./run.ts";
import { schedule } from "./schedule.ts";
import { Uncomputable } from "./uncomputable.ts";
import { unpack } from "./unpack/mod.ts";

const nowS = 1_700_000_000;
const primitive = (id: string, inner = "") =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inner}</primitive>`;
const many = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join("");
const textOf = (resources: string, constraints = "") =>
  `<cib have-quorum="1" crm_feature_set="3.19.0"><configuration><crm_config/><nodes>
<node id="1" uname="one"/><node id="2" uname="two"/></nodes><resources>${resources}</resources>
<constraints>${constraints}</constraints></configuration><status>
<node_state id="1" uname="one" in_ccm="true" crmd="online" join="member" expected="member"/>
</status></cib>`;
const cibOf = (resources: string, constraints?: string): XmlElement =>
  parse(textOf(resources, constraints), { ignoreWhitespace: true }).root;
const colocation = (from: number, to: number) =>
  `<rsc_colocation id="c${from}-${to}" rsc="r${from}" with-rsc="r${to}" score="10"/>`;

Deno.test("scores along a dense net of colocations end at their bound, with the reason", () => {
  // Each of 30 follows all before it: more ways than anybody can follow.
  const dense = cibOf(
    many(30, (at) => primitive(`r${at}`)),
    many(30, (at) => many(at, (to) => colocation(at, to))),
  );
  const set = unpack(dense, nowS);
  set.colocationSteps.left = 10_000;
  assert.throws(() => runPolicy(set), (error) => {
    assert.ok(error instanceof Uncomputable);
    assert.match(error.message, /"c\d+-\d+".*at most \d+ scores \[HA4001\]\. Fix: /);
    return true;
  });
});

Deno.test("a chain of colocations that is too long is an answer, not a broken engine", () => {
  const decided = decide(
    textOf(many(4_000, (at) => primitive(`r${at}`)), many(3_999, (at) => colocation(at + 1, at))),
    nowS,
  );
  assert.ok("error" in decided);
  assert.match(decided.error, /a chain of constraints is too long .*\[HA4001\]\. Fix: /);
});

Deno.test("the operations of a resource are bounded, since each is compared with the others", () => {
  const of = (count: number) =>
    excessesOf(cibOf(primitive(
      "r",
      `<operations>${
        many(count, (at) => `<op id="o${at}" name="monitor" interval="${at + 1}s"/>`)
      }</operations>`,
    )));
  assert.deepEqual(of(operationsMax), []);
  assert.deepEqual(of(operationsMax + 1).map(({ key }) => key), ['primitive "r" operations']);
});

Deno.test("a number of instances is bounded wherever it is written", () => {
  const elsewhere = primitive(
    "other",
    `<meta_attributes id="os"><nvpair id="on" name="clone-max" value="600"/></meta_attributes>`,
  );
  const unnamed = primitive(
    "other",
    `<instance_attributes id="os"><nvpair id="on" name="count" value="600"/></instance_attributes>`,
  );
  const cloned = (meta: string) => `<clone id="c">${meta}${primitive("r")}</clone>`;
  const pair = (attributes: string) =>
    cloned(`<meta_attributes id="m"><nvpair ${attributes}/></meta_attributes>`);
  for (
    const resources of [
      elsewhere + cloned(`<meta_attributes id-ref="os"/>`),
      elsewhere + pair(`id-ref="on"`),
      unnamed + pair(`id-ref="on" name="clone-max"`),
    ]
  ) {
    const cib = cibOf(resources);
    // The cib refuses the write by the first one; the second is what the engine made of it.
    assert.deepEqual(excessesOf(cib).map(({ key }) => key), ['clone "c" clone-max'], resources);
    assert.deepEqual(excessesOfSet(unpack(cib, nowS)).map(({ key }) => key), [
      'clone "c" clone-max',
    ]);
    assert.throws(() => schedule(cib, { nowS }), Uncomputable);
  }
});
