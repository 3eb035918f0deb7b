import assert from "node:assert/strict";
import { applyChanges, readCib } from "../../cib/doors/document.ts";
import { textOf } from "../../cib/doors/document.ts";
import { referenceChange, referencesOf, resourcesIn } from "./in_cib.ts";

const cib = readCib(`<cib><configuration><crm_config/><nodes/><resources>
<template id="base" class="ocf" provider="heartbeat" type="pgsql"><instance_attributes id="base-p">
<nvpair id="base-1" name="token" value="lrm://"/><nvpair id="base-2" name="password" value="lrm://"/>
</instance_attributes></template>
<group id="g"><primitive id="db" template="base">
<instance_attributes id="ruled"><rule id="r" score="0"/><nvpair id="no" name="password" value="x"/></instance_attributes>
<instance_attributes id="db-p"><nvpair id="db-1" name="password" value="hunter22"/></instance_attributes>
</primitive></group>
<clone id="c"><primitive id="bare" class="ocf" provider="heartbeat" type="pgsql"/></clone>
</resources><constraints/></configuration><status/></cib>`);
const reference = `lrm://${"1".repeat(32)}`;

Deno.test("the references of a resource are its own and those of its template", () => {
  assert.deepEqual(resourcesIn(cib), ["db", "bare"]);
  assert.deepEqual(referencesOf(cib, "db"), {
    token: "lrm://",
    password: "lrm://",
  });
  assert.deepEqual(referencesOf(cib, "bare"), {});
});

Deno.test("a reference replaces a value, joins a set, or makes one", () => {
  for (
    const [resource, name, expected] of [
      ["db", "password", /<nvpair id="db-1" name="password" value="lrm:\/\/1{32}"/],
      [
        "db",
        "other",
        /<nvpair id="db-1"[^>]*\/>\s*<nvpair id="db-secret-other" name="other" value="lrm/,
      ],
      [
        "bare",
        "password",
        /<instance_attributes id="bare-secrets">\s*<nvpair id="bare-secret-password"/,
      ],
    ] as const
  ) {
    const change = referenceChange(cib, { resource, name, reference });
    assert.ok(change);
    const applied = applyChanges(cib, [change]);
    assert.ok(applied.ok, JSON.stringify(applied));
    assert.match(textOf(applied.root), expected);
    assert.equal(referencesOf(applied.root, resource)[name], reference);
  }
  assert.equal(referenceChange(cib, { resource: "no", name: "a", reference }), undefined);
});
