import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { clusterState, primitivesIn, workingSet } from "./cluster_state.ts";
import { clusterText } from "./cluster_text.ts";

/** Seconds since 1970 at which these clusters are looked at. */
const nowS = 2_000_000_000;

/** The record of an operation. */
const operation = (
  resource: string,
  task: string,
  rc: number,
  more: { call?: number; interval?: number; id?: string; reason?: string; at?: number } = {},
) => {
  const { call = 1, interval = 0, reason = "", at = nowS - 10 } = more;
  const { id = interval === 0 ? `${resource}_last_0` : `${resource}_${task}_${interval}` } = more;
  const target = task === "monitor" && interval === 0 ? 7 : 0;
  return `<lrm_rsc_op id="${id}" operation_key="${resource}_${task}_${interval}" operation="${task}"
    crm_feature_set="3.16.1" transition-key="1:1:${target}:abc"
    transition-magic="0:${rc};1:1:${target}:abc" call-id="${call}" rc-code="${rc}" op-status="0"
    interval="${interval}" exit-reason="${reason}" last-rc-change="${at}"/>`;
};

const history = (resource: string, ...operations: readonly string[]) =>
  `<lrm_resource id="${resource}" type="Dummy" class="deno" provider="pils">${
    operations.join("")
  }</lrm_resource>`;

interface Options {
  readonly options?: string;
  readonly carol?: string;
  readonly resources: string;
  readonly alice: string;
  readonly bob?: string;
  readonly bobState?: string;
}

const up = 'in_ccm="true" crmd="online" join="member" expected="member"';

function looked({ options = "", carol = "", resources, alice, bob = "", bobState = up }: Options) {
  const node = (name: string, state: string, lrm: string) =>
    `<node_state id="${name}" uname="${name}" ${state}><lrm id="${name}"><lrm_resources>${lrm}
     </lrm_resources></lrm></node_state>`;
  const xml = `<cib have-quorum="1" dc-uuid="alice" admin_epoch="0" epoch="3" num_updates="9"
    crm_feature_set="3.16.1">
  <configuration><crm_config><cluster_property_set id="o">${options}
    <nvpair id="o-s" name="stonith-enabled" value="true"/></cluster_property_set></crm_config>
  <nodes><node id="alice" uname="alice"/><node id="bob" uname="bob"/>
    <node id="carol" uname="carol"><instance_attributes id="c">${carol}</instance_attributes></node>
  </nodes><resources><primitive id="power" class="stonith" type="process"/>${resources}</resources>
  </configuration><status>${node("alice", up, alice)}${node("bob", bobState, bob)}${
    node("carol", up, "")
  }</status></cib>`;
  const set = workingSet(parse(xml, { ignoreWhitespace: true }).root, nowS);
  return { text: clusterText(set), state: clusterState(set) };
}

const web = '<primitive id="web" class="deno" provider="pils" type="WebServer"/>';
const standby = '<nvpair id="c-s" name="standby" value="on"/>';

Deno.test("a standby node and maintenance mode are shown as such", () => {
  const { text, state } = looked({
    options: '<nvpair id="o-m" name="maintenance-mode" value="true"/>',
    carol: standby,
    resources: web,
    alice: history("web", operation("web", "start", 0)),
  });
  assert.match(text, /Resource management is DISABLED/);
  assert.match(text, /\n {2}\* Node carol: standby\n {2}\* Online: \[ alice bob \]\n/);
  assert.match(text, /web\t\(deno:pils:WebServer\):\t Started alice \(maintenance\)\n/);
  assert.equal(state.nodes.find(({ name }) => name === "carol")?.state, "standby");
  assert.equal(state.maintenanceMode, true);
  assert.deepEqual(state.resources.find(({ id }) => id === "web")?.flags, ["maintenance"]);
});

Deno.test("groups and clones are shown with their members and roles", () => {
  const dummy = (id: string) => `<primitive id="${id}" class="ocf" provider="x" type="Dummy"/>`;
  const { text, state } = looked({
    resources: `<group id="app">${dummy("fs")}${dummy("db")}</group><clone id="many">
      <meta_attributes id="m"><nvpair id="m-p" name="promotable" value="true"/></meta_attributes>
      ${dummy("one")}</clone>`,
    alice: history("fs", operation("fs", "start", 0)) +
      history("one", operation("one", "promote", 0)),
    bob: history("one", operation("one", "start", 0)),
  });
  assert.match(
    text,
    /\* Resource Group: app:\n {4}\* fs\t.*Started alice\n {4}\* db\t.*Stopped\n/,
  );
  assert.match(text, /Clone Set: many \[one\] \(promotable\):\n {4}\* Promoted: \[ alice \]\n/);
  assert.match(text, / {4}\* Unpromoted: \[ bob \]\n/);
  const many = state.resources.find(({ id }) => id === "many");
  assert.deepEqual(
    many?.members.map(({ state, runsOn }) => [state, ...runsOn]).slice(0, 2),
    [["Promoted", "alice"], ["Unpromoted", "bob"]],
  );
  assert.deepEqual(primitivesIn(state.resources).map(({ id }) => id).slice(0, 3), [
    "power",
    "fs",
    "db",
  ]);
});

Deno.test("a failure that has expired is not shown, and what runs again has not FAILED", () => {
  const resources = web.replace(
    "/>",
    `><meta_attributes id="w"><nvpair id="w-t" name="failure-timeout" value="60s"/>
     </meta_attributes></primitive>`,
  );
  const failedAt = (at: number) =>
    looked({
      resources,
      alice: history(
        "web",
        operation("web", "start", 0, { call: 4 }),
        operation("web", "start", 1, { call: 2, id: "web_last_failure_0", at }),
      ),
    });
  const old = failedAt(nowS - 3600);
  assert.match(old.text, /web\t\(deno:pils:WebServer\):\t Started alice\n/);
  assert.doesNotMatch(old.text, /Failed Resource Actions/);
  assert.deepEqual(old.state.failedActions, []);
  assert.match(failedAt(nowS - 5).text, /Failed Resource Actions:\n {2}\* web_start_0 on alice/);
});

Deno.test("a failure that was recovered from stays listed, once", () => {
  const { text, state } = looked({
    resources: web,
    alice: history(
      "web",
      operation("web", "start", 0, { call: 4 }),
      operation("web", "monitor", 7, {
        call: 3,
        interval: 2000,
        id: "web_last_failure_0",
        reason: "nobody answers",
      }),
    ),
    bob: history(
      "web",
      operation("web", "start", 1, { call: 2, id: "web_last_failure_0" }),
      operation("web", "start", 1, { call: 2 }),
      operation("web", "stop", 0, { call: 3, id: "web_stop_0" }),
    ),
  });
  assert.match(
    text,
    /web_monitor_2000 on alice 'not running' \(7\): .*exitreason='nobody answers'/,
  );
  assert.deepEqual(
    state.failedActions.map(({ operation, node, rc, reason }) => [operation, node, rc, reason]),
    [["web_monitor_2000", "alice", 7, "nobody answers"], ["web_start_0", "bob", 1, ""]],
  );
});

Deno.test("errors of the configuration are listed: what they are in is not in use", () => {
  const { text, state } = looked({ resources: '<primitive id="x"/>', alice: "" });
  assert.match(text, /Configuration Errors:\n {2}\* x: .*class/);
  assert.equal(state.errors.length, 1);
});

Deno.test("what a lost node ran is not known, and said so; what is orphaned is", () => {
  const { text, state } = looked({
    resources: web,
    alice: history("gone", operation("gone", "start", 0)),
    bob: history("web", operation("web", "start", 0)),
    bobState: 'in_ccm="false" crmd="offline" join="down" expected="member"',
  });
  assert.match(text, /\* Node bob: UNCLEAN \(offline\)\n/);
  assert.match(text, /web\t\(deno:pils:WebServer\):\t Started bob \(UNCLEAN\)\n/);
  assert.match(text, /gone\t\(deno:pils:Dummy\):\t ORPHANED Started alice\n/);
  assert.equal(state.resources.find(({ id }) => id === "gone")?.orphaned, true);
  assert.ok((state.nodes.find(({ name }) => name === "bob")?.fenceReasons.length ?? 0) > 0);
});
