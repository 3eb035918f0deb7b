import assert from "node:assert/strict";
import type { CibChange } from "../runtime/messages.ts";
import { forbidden } from "./client_rights.ts";

const bob = "/cib/status/node_state[@id='bob']";
const resource = `${bob}/lrm[@id='bob']/lrm_resources/lrm_resource[@id='web']`;

Deno.test("a client writes configuration, transient attributes and tickets, and forgets results", () => {
  const allowed: readonly CibChange[] = [
    { op: "create", path: "/cib/configuration/resources", xml: "<primitive id='x'/>" },
    { op: "replace", path: "/cib/configuration", xml: "<configuration/>" },
    { op: "modify", path: "/cib", set: { "validate-with": "pacemaker-3.9", admin_epoch: "7" } },
    { op: "create", path: bob, xml: "<transient_attributes id='bob'/>" },
    { op: "modify", path: `${bob}/transient_attributes[@id='bob']`, set: { a: "1" } },
    { op: "delete", path: `${bob}/transient_attributes[@id='bob']` },
    { op: "delete", path: resource },
    { op: "delete", path: `${resource}/lrm_rsc_op[@id='web_last_0']` },
    { op: "create", path: "/cib/status", xml: "<tickets/>" },
    { op: "modify", path: "/cib/status/tickets/ticket_state[@id='t']", set: { granted: "true" } },
  ];
  for (const change of allowed) assert.equal(forbidden([change]), undefined, change.path);
});

Deno.test("what nodes are and run, and who coordinates, no client writes", () => {
  const refused: readonly CibChange[] = [
    { op: "create", path: "/cib/status", xml: "<node_state id='bob' uname='bob'/>" },
    { op: "create", path: "/cib", xml: "<status><node_state id='bob'/></status>" },
    { op: "create", path: "/cib", xml: "<!-- --><status/>" },
    { op: "modify", path: bob, set: { crmd: "offline", in_ccm: "false" } },
    { op: "delete", path: bob },
    { op: "replace", path: bob, xml: "<node_state id='bob'/>" },
    { op: "replace", path: "/cib/status", xml: "<status/>" },
    { op: "delete", path: "/cib/status" },
    { op: "replace", path: "/cib", xml: "<cib/>" },
    { op: "create", path: bob, xml: "<lrm id='bob'/>" },
    { op: "delete", path: `${bob}/lrm[@id='bob']` },
    { op: "create", path: resource, xml: "<lrm_rsc_op id='web_last_0' rc-code='0'/>" },
    { op: "modify", path: `${resource}/lrm_rsc_op[@id='web_last_0']`, set: { "rc-code": "0" } },
    { op: "modify", path: "/cib", set: { "have-quorum": "1" } },
    { op: "modify", path: "/cib", unset: ["dc-uuid"] },
    { op: "modify", path: "/cib", set: { epoch: "9007199254740991" } },
    { op: "modify", path: "/cib", set: { num_updates: "NaN" } },
    { op: "modify", path: "/cib", set: { epoch: "-1" } },
    { op: "modify", path: "/cib", set: { admin_epoch: "2147483648" } },
  ];
  for (const change of refused) {
    const why = forbidden([{ op: "delete", path: "/cib/configuration/x" }, change]);
    assert.match(why ?? "", /^The CIB is not changed: .*Fix: /, JSON.stringify(change));
  }
});

Deno.test("more changes than one write may make are refused with the bound, not dropped", () => {
  const one: CibChange = { op: "delete", path: "/cib/configuration/x" };
  assert.equal(forbidden(Array.from({ length: 4_096 }, () => one)), undefined);
  assert.match(
    forbidden(Array.from({ length: 4_097 }, () => one)) ?? "",
    /4097 changes.*limit 4096/,
  );
});
