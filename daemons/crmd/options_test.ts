import assert from "node:assert/strict";
import { readCib } from "../cib/doors/document.ts";
import { awaitsFencing, stateOf } from "./node_states.ts";
import { fences, optionOf } from "./state.ts";

/** A CIB with these options, in which one life of node b was lost. */
const cib = (...options: readonly (readonly [name: string, value: string])[]) =>
  readCib(
    `<cib><configuration><crm_config><cluster_property_set id="o">${
      options.map(([name, value]) => `<nvpair id="o-${name}" name="${name}" value="${value}"/>`)
        .join("")
    }</cluster_property_set></crm_config></configuration><status><node_state id="b" uname="b"
in_ccm="false" crmd="offline" join="down" expected="member" incarnation="7"/></status></cib>`,
  );

Deno.test("fencing is switched off by the name of 3.0 and by the older one; the newer wins", {
  permissions: "none",
}, () => {
  const rows = [
    [cib(), true],
    [cib(["stonith-enabled", "false"]), false],
    [cib(["fencing-enabled", "false"]), false],
    [cib(["stonith-enabled", "false"], ["fencing-enabled", "true"]), true],
    [cib(["fencing-enabled", "false"], ["stonith-enabled", "true"]), false],
  ] as const;
  for (const [root, isUsed] of rows) {
    assert.equal(fences(root), isUsed);
    // Without fencing a node that was lost may come back at once.
    assert.equal(awaitsFencing(root, stateOf(root, "b"), "7"), isUsed);
  }
});

Deno.test("an option that was never renamed is read as it is; of two the first counts", {
  permissions: "none",
}, () => {
  assert.equal(optionOf(cib(["no-quorum-policy", "stop"]), "no-quorum-policy"), "stop");
  assert.equal(optionOf(cib(), "no-quorum-policy"), undefined);
  const twice = cib(["no-quorum-policy", "stop"], ["no-quorum-policy", "freeze"]);
  assert.equal(optionOf(twice, "no-quorum-policy"), "stop");
});
