import assert from "node:assert/strict";
import { startedElsewhere } from "./started.ts";

const record = (node: string, more: Readonly<Record<string, string>> = {}) => {
  const attributes = {
    operation_key: "web_start_0",
    on_node: node,
    "rc-code": "0",
    "last-run": "1000",
    ...more,
  };
  const text = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`).join(" ");
  return `<lrm_rsc_op id="web_last_0" ${text}/>`;
};
const at = (...xml: readonly string[]) =>
  startedElsewhere(xml.map((xml) => ({ op: "create", path: "/cib/status", xml })), {
    resource: "web",
    not: "bob",
    sinceS: 1000,
  });

Deno.test("a start counts on another node, and after the kill", { permissions: "none" }, () => {
  assert.equal(at(record("carol")), "carol");
  assert.equal(at(`<lrm><lrm_resources>${record("carol")}</lrm_resources></lrm>`), "carol");
  // The dead node's own record may be written, or written again, after its death.
  assert.equal(at(record("bob")), undefined);
  assert.equal(at(record("bob"), record("carol")), "carol");
  // A member that joins brings the records of all that it did before.
  assert.equal(at(record("carol", { "last-run": "999" })), undefined);
  assert.equal(at(record("carol", { "rc-code": "1" })), undefined);
  assert.equal(at(record("carol", { operation_key: "web_monitor_1000" })), undefined);
});
