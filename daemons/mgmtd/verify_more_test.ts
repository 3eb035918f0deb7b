import assert from "node:assert/strict";
import { readCib } from "./simulate/read_cib.ts";
import { verify } from "./verify.ts";
import { moreLines } from "./verify_more.ts";

/** A configuration in which a, b and two nodes are, with these parts. */
const cibWith = (parts: {
  readonly constraints?: string;
  readonly hosts?: string;
  readonly more?: string;
}): string =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config/><nodes><node id="1" uname="alice"/><node id="2" uname="bob"/></nodes><resources>
<primitive id="power" class="stonith" type="x"><instance_attributes id="p"><nvpair id="p1" name="pcmk_host_list" value="${
    parts.hosts ?? "alice bob"
  }"/></instance_attributes></primitive>
<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>
<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/>
</resources><constraints>
${parts.constraints ?? ""}
</constraints>${parts.more ?? ""}</configuration><status/></cib>`;

const linesOf = (xml: string): readonly string[] => {
  const cib = readCib(xml, "the test");
  assert.ok(typeof cib !== "string", String(cib));
  return [...verify(cib, 0).lines, ...moreLines(cib)];
};

const found: Readonly<Record<string, readonly [Parameters<typeof cibWith>[0], RegExp]>> = {
  "a node that is not there": [
    { constraints: '<rsc_location id="l" rsc="a" node="dora" score="1"/>' },
    /^warning: l \(line 7\): there is no node "dora"/,
  ],
  "a device of a level that is not there": [
    {
      more:
        '<fencing-topology><fencing-level id="f" target="bob" index="1" devices="power,powr"/></fencing-topology>',
    },
    /f \(line 8\): there is no fencing device "powr"/,
  ],
  "a tag of nothing": [
    { more: '<tags><tag id="t"><obj_ref id="a"/><obj_ref id="gone"/></tag></tags>' },
    /gone \(line 8\): the tag names "gone"/,
  ],
  "always and never on a node": [
    {
      constraints: '<rsc_location id="l1" rsc="a" node="bob" score="INFINITY"/>\n' +
        '<rsc_location id="l2" rsc="a" node="bob" score="-INFINITY"/>',
    },
    /l2 \(line 8\): it contradicts "l1"/,
  ],
  "together and apart": [
    {
      constraints: '<rsc_colocation id="c1" rsc="a" with-rsc="b" score="INFINITY"/>\n' +
        '<rsc_colocation id="c2" rsc="b" with-rsc="a" score="-INFINITY"/>',
    },
    /c2 \(line 8\): it contradicts "c1"/,
  ],
  "a circle of orders": [
    {
      constraints: '<rsc_order id="o1" first="a" then="b"/><rsc_order id="o2" first="b" then="a"/>',
    },
    /o2 \(line 7\): Order "o2" is part of a circle/,
  ],
  "a node without a device": [{ hosts: "alice" }, /2 \(line 2\): no fencing device .*"bob"/],
};

for (const [what, [parts, line]] of Object.entries(found)) {
  Deno.test(`verify finds ${what}`, { permissions: "none" }, () => {
    const lines = linesOf(cibWith(parts)).filter((one) => line.test(one));
    assert.equal(lines.length, 1, linesOf(cibWith(parts)).join("\n"));
  });
}

Deno.test("verify finds nothing where nothing contradicts itself", { permissions: "none" }, () => {
  const constraints = '<rsc_location id="l1" rsc="a" node="bob" score="INFINITY"/>' +
    '<rsc_location id="l2" rsc="a" node="alice" score="-INFINITY"/>' +
    '<rsc_colocation id="c1" rsc="a" with-rsc="b" score="INFINITY"/>' +
    '<rsc_order id="o1" first="a" then="b"/>' +
    '<rsc_order id="o2" first="b" then="a" kind="Optional"/>';
  const more = '<tags><tag id="t"><obj_ref id="a"/></tag></tags>';
  assert.deepEqual(linesOf(cibWith({ constraints, more })), []);
});
