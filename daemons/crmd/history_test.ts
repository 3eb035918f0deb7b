import assert from "node:assert/strict";
import { stringify } from "@std/xml";
import { applyChanges, readCib } from "../cib/doors/document.ts";
import { elementAt } from "../cib/doors/path.ts";
import { operationDigest } from "../pengine/doors/language.ts";
import type { LrmOperation, LrmResult } from "../runtime/messages.ts";
import { lrmElement, pendingResult, resourcePath, resultChanges } from "./history.ts";

const operation = (
  action: string,
  intervalMs = 0,
  more: Partial<LrmOperation> = {},
): LrmOperation => ({
  resource: "web",
  agent: { class: "ocf", provider: "heartbeat", type: "Dummy" },
  action,
  intervalMs,
  timeoutMs: 20_000,
  startDelayMs: 0,
  parameters: { CRM_meta_timeout: "20000" },
  transitionKey: `3:7:${action === "monitor" && intervalMs === 0 ? 7 : 0}:uuid`,
  ...more,
});
const result = (
  action: string,
  rc: number,
  callId: number,
  intervalMs = 0,
  more: Partial<LrmResult> = {},
): LrmResult => ({
  operation: operation(action, intervalMs),
  callId,
  rc,
  status: 0,
  execMs: 12,
  queueMs: 1,
  lastRunS: 1_700_000_000,
  lastChangeS: 1_700_000_000,
  output: "",
  ...more,
});

let cib = readCib(
  `<cib><configuration/><status><node_state id="1" uname="n1"><lrm id="1"><lrm_resources/></lrm>
   </node_state></status></cib>`,
);
const empty = cib;
const write = (...results: LrmResult[]): string[] => {
  cib = empty;
  for (const result of results) {
    const applied = applyChanges(cib, resultChanges(cib, "1", "n1", result));
    assert.ok(applied.ok);
    cib = applied.root;
  }
  const resource = elementAt(cib, resourcePath("1", "web"));
  return (resource?.children ?? []).map((child) =>
    child.type === "element"
      ? `${child.attributes.id} ${child.attributes["call-id"]} ${child.attributes["rc-code"]}`
      : ""
  );
};

Deno.test("the last operation, the monitors and the last failure have a record each", () => {
  assert.deepEqual(write(result("monitor", 7, 1)), ["web_last_0 1 7"]);
  assert.deepEqual(write(result("start", 0, 2), result("monitor", 0, 3, 10_000)), [
    "web_last_0 2 0",
    "web_monitor_10000 3 0",
  ]);
  assert.deepEqual(write(result("start", 0, 2), result("monitor", 7, 3, 10_000)), [
    "web_last_0 2 0",
    "web_last_failure_0 3 7",
  ]);
  assert.deepEqual(write(result("start", 1, 2)), ["web_last_failure_0 2 1", "web_last_0 2 1"]);
});

Deno.test("a change of state takes the monitors of the state before with it, not the last failure", () => {
  assert.deepEqual(
    write(
      result("start", 0, 2),
      result("monitor", 0, 3, 10_000),
      result("monitor", 7, 3, 10_000),
      result("stop", 0, 4),
    ),
    ["web_last_0 4 0", "web_last_failure_0 3 7"],
  );
});

Deno.test("a probe that finds what it was to find is no failure", () => {
  assert.deepEqual(write(result("monitor", 0, 1)), ["web_last_failure_0 1 0", "web_last_0 1 0"]);
});

Deno.test("the records carry what the policy engine looks at", () => {
  write(result("start", 0, 2));
  const { attributes } = elementAt(
    cib,
    `${resourcePath("1", "web")}/lrm_rsc_op[@id='web_last_0']`,
  )!;
  assert.deepEqual({ ...attributes }, {
    id: "web_last_0",
    operation_key: "web_start_0",
    operation: "start",
    "crm-debug-origin": "crmd",
    crm_feature_set: "3.16.1",
    "transition-key": "3:7:0:uuid",
    "transition-magic": "0:0;3:7:0:uuid",
    "exit-reason": "",
    on_node: "n1",
    "call-id": "2",
    "rc-code": "0",
    "op-status": "0",
    interval: "0",
    "last-run": "1700000000",
    "last-rc-change": "1700000000",
    "exec-time": "12",
    "queue-time": "1",
    "op-digest": "f2317cad3d54cec5d7d7aa7d0bf35cf8",
  });
});

Deno.test("the digest is Pacemaker's: parameters alone, and the timeout of a repetition", () => {
  const digestOf = ({ parameters, intervalMs }: LrmOperation, more = {}) =>
    operationDigest({ ...parameters, ...more }, intervalMs);
  assert.equal(digestOf(operation("start")), "f2317cad3d54cec5d7d7aa7d0bf35cf8");
  // As in a CIB of the field: a monitor with a timeout of 20 s and no parameters.
  assert.equal(digestOf(operation("monitor", 10_000)), "4811cef7f7f94e3a35a70be7916cb2fd");
  // Else the policy engine, which leaves out what is the cluster's, would see a change for ever.
  const ofCluster = { id: "x", on_node: "n1", crm_feature_set: "3.16.1" };
  assert.equal(digestOf(operation("start"), ofCluster), digestOf(operation("start")));
});

Deno.test("a whole history is written as its results would have been one by one", () => {
  const results = [
    result("stop", 0, 9),
    result("monitor", 7, 1),
    result("start", 1, 8, 0, { output: "no\u0007such\nthing" }),
  ];
  assert.equal(
    stringify(lrmElement("1", "n1", results)).replaceAll(
      / (crm|on_|last|exec|queue|op-|transition)[^ =]*="[^"]*"/g,
      "",
    ),
    `<lrm id="1"><lrm_resources><lrm_resource id="web" type="Dummy" class="ocf" provider="heartbeat">` +
      `<lrm_rsc_op id="web_last_0" operation_key="web_stop_0" operation="stop" exit-reason=""` +
      ` call-id="9" rc-code="0" interval="0"/>` +
      `<lrm_rsc_op id="web_last_failure_0" operation_key="web_start_0" operation="start"` +
      ` exit-reason="no such thing" call-id="8" rc-code="1" interval="0"/>` +
      `</lrm_resource></lrm_resources></lrm>`,
  );
});

Deno.test("what is under way comes after all that is done", () => {
  const element = lrmElement("1", "n1", [
    pendingResult(operation("start"), 5),
    result("stop", 0, 9),
  ]);
  assert.match(stringify(element), /web_last_0" operation_key="web_start_0".*op-status="-1"/);
});

Deno.test("a reason that was given comes before what the agent said last", () => {
  const failed = result("start", 1, 8, 0, { output: "and more", reason: "the disk is\nfull" });
  assert.match(stringify(lrmElement("1", "n1", [failed])), /exit-reason="the disk is full"/);
});
