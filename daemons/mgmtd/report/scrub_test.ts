import assert from "node:assert/strict";
import { parse } from "@std/xml";
import { scrubbed, secretsIn } from "./scrub.ts";

Deno.test("secrets of a CIB are hidden wherever they stand, as text, XML and JSON", {
  permissions: "none",
}, () => {
  const { root } = parse(
    `<cib><nvpair name="password" value="ca&amp;nary&quot;1"/><nvpair name="passwd" value="x"/>
<nvpair name="passwd" value="lrm://a"/><nvpair name="ip" value="10.0.0.5"/></cib>`,
  );
  const secrets = secretsIn(root);
  assert.deepEqual(secrets, ['ca&nary"1']);
  const text = 'log: ca&nary"1; xml: ca&amp;nary&quot;1; json: "ca&nary\\"1"; 10.0.0.5';
  assert.equal(scrubbed(text, secrets), 'log: ******; xml: ******; json: "******"; 10.0.0.5');
});
