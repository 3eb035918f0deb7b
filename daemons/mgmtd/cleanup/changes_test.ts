import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { workingSet } from "../status/cluster_state.ts";
import { resourceNamed } from "../named.ts";
import { cleanupPaths } from "./changes.ts";

const failed = (resource: string) =>
  `<lrm_resource id="${resource}" type="Dummy" class="ocf"
  provider="x"><lrm_rsc_op id="${resource}_last_0" operation_key="${resource}_stop_0"
  operation="stop" crm_feature_set="3.16.1" transition-key="3:1:0:abc" op-status="0" rc-code="1"
  transition-magic="0:1;3:1:0:abc" call-id="5" interval="0" last-rc-change="900"/></lrm_resource>`;
const counts = (resource: string) =>
  `<nvpair id="f-${resource}" value="1"
  name="fail-count-${resource}#stop_0"/><nvpair id="l-${resource}" value="900"
  name="last-failure-${resource}#stop_0"/>`;
const state = (id: string, uname: string) =>
  `<node_state id="${id}" uname="${uname}"
  in_ccm="true" crmd="online" join="member" expected="member"><transient_attributes id="${id}">
  <instance_attributes id="s${id}">${counts("db")}${counts("db.2")}</instance_attributes>
  </transient_attributes><lrm id="${id}"><lrm_resources>${failed("db")}${failed("db.2")}
  </lrm_resources></lrm></node_state>`;
const set = workingSet(
  parse(
    `<cib crm_feature_set="3.16.1" have-quorum="1"><configuration><crm_config/>
    <nodes><node id="1" uname="alice"/><node id="2" uname="bob"/></nodes><resources>
    <primitive id="db" class="ocf" provider="x" type="Dummy"/>
    <primitive id="db.2" class="ocf" provider="x" type="Dummy"/>
    <primitive id="idle" class="ocf" provider="x" type="Dummy"/></resources></configuration>
    <status>${state("1", "alice")}${state("2", "bob")}</status></cib>`,
    { ignoreWhitespace: true },
  ).root,
  1000,
);

Deno.test("what is removed is the resource's own, on the node that was named", () => {
  const on = (id: string) => [
    `/cib/status/node_state[@id='${id}']/transient_attributes[@id='${id}']` +
    `/instance_attributes[@id='s${id}']/nvpair[@id='f-db']`,
    `/cib/status/node_state[@id='${id}']/transient_attributes[@id='${id}']` +
    `/instance_attributes[@id='s${id}']/nvpair[@id='l-db']`,
    `/cib/status/node_state[@id='${id}']/lrm[@id='${id}']/lrm_resources/lrm_resource[@id='db']`,
  ];
  assert.deepEqual(cleanupPaths(set, "db", "bob"), on("2"));
  assert.deepEqual(cleanupPaths(set, "db", undefined), [...on("1"), ...on("2")]);
  assert.deepEqual(cleanupPaths(set, "idle", undefined), []);
});

Deno.test("a name that is not there is answered with the nearest", () => {
  assert.equal(
    cleanupPaths(set, "idel", undefined),
    'There is no resource "idel". Did you mean "idle"? [HA0006] Fix: take a name that ha status shows',
  );
  assert.equal(
    cleanupPaths(set, "db", "bbo"),
    'There is no node "bbo". Did you mean "bob"? [HA0006] Fix: take a name that ha status shows',
  );
});

Deno.test("what a clone is made of is found by its own name", () => {
  const { root } = parse(`<cib><configuration><nodes><node id="1" uname="alice"/></nodes>
    <resources><clone id="all"><primitive id="one" class="ocf" type="Dummy"/></clone></resources>
    </configuration><status/></cib>`);
  const clones = workingSet(root, 0);
  assert.equal(resourceNamed(clones, "one")?.id, "all");
  assert.equal(resourceNamed(clones, "two"), undefined);
});
