import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { schedule } from "../mod.ts";
import { failCount } from "../unpack/mod.ts";
import { why } from "./why.ts";

const cibText = (constraints: string, meta = "", state = "", attributes = "") => `
<cib crm_feature_set="3.16.1" have-quorum="1"><configuration>
  <crm_config><cluster_property_set id="o">
    <nvpair id="o-s" name="stonith-enabled" value="false"/>
  </cluster_property_set></crm_config>
  <nodes><node id="1" uname="alice"/><node id="2" uname="bob">${attributes}</node></nodes>
  <resources>
    <primitive id="db" class="ocf" provider="pacemaker" type="Dummy">
      <meta_attributes id="db-m">${meta}</meta_attributes>
    </primitive>
    <primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>
  </resources>
  <constraints>${constraints}</constraints>
</configuration><status>
  <node_state id="1" uname="alice" in_ccm="true" crmd="online" join="member" expected="member"/>
  <node_state id="2" uname="bob" in_ccm="true" crmd="online" join="member" expected="member">
    ${state}
  </node_state>
</status></cib>`;

function explained(cib: string, id: string): string {
  const { set } = schedule(parse(cib).root, { nowS: 1000 });
  const resource = set.resourceById.get(id);
  assert.ok(resource);
  const answers = why(set, resource, {
    failures: (node, one) => failCount(set, node, one, { effective: true, fillers: true }).count,
  });
  return answers.flatMap(({ sentences }) => sentences).join("\n");
}

Deno.test("a location that decides is named", () => {
  const text = explained(
    cibText(`<rsc_location id="near" rsc="db" node="bob" score="100"/>`),
    "db",
  );
  assert.match(text, /"db" will be started on bob\./);
  assert.match(text, /For bob speaks location constraint "near" \(100\)\./);
  assert.match(text, /Not on alice: its score there is 0, on bob it is 100\./);
});

Deno.test("a ban, a standby and a wish to be stopped are named", () => {
  const ban = cibText(`<rsc_location id="never" rsc="db" node="bob" score="-INFINITY"/>`);
  assert.match(explained(ban, "db"), /Not on bob: location constraint "never" forbids it\./);
  const standby = cibText(
    "",
    "",
    "",
    `<instance_attributes id="b">
    <nvpair id="b-s" name="standby" value="on"/></instance_attributes>`,
  );
  assert.match(explained(standby, "db"), /Not on bob: the node is in standby\./);
  const stopped = cibText("", `<nvpair id="t" name="target-role" value="Stopped"/>`);
  assert.match(explained(stopped, "db"), /"db" stays stopped: its target-role is Stopped\./);
});

Deno.test("what it must be with is named", () => {
  const text = explained(
    cibText(
      `<rsc_colocation id="with" rsc="web" with-rsc="db" score="INFINITY"/>
       <rsc_location id="near" rsc="db" node="bob" score="100"/>`,
    ),
    "web",
  );
  assert.match(text, /colocation "with" with "db", which is there \(INFINITY\)/);
  assert.match(text, /Not on alice: colocation "with" with "db", which is not there, forbids it\./);
});

Deno.test("too many failures are counted", () => {
  const failed = `<transient_attributes id="2"><instance_attributes id="s">
    <nvpair id="s-f" name="fail-count-db#start_0" value="INFINITY"/>
  </instance_attributes></transient_attributes>`;
  const threshold = `<nvpair id="m" name="migration-threshold" value="3"/>`;
  assert.match(
    explained(cibText("", threshold, failed), "db"),
    /Not on bob: it failed there for good, and its migration-threshold is 3\./,
  );
});
