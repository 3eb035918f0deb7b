/**
 * What is refused as no CIB of this language, beside the verdicts of `crm_verify` 3.0.3
 * (`task interop verify` asks it again).
 *
 * @module
 */
import assert from "node:assert/strict";
import { readCib } from "../daemons/mgmtd/simulate/read_cib.ts";
import { verify } from "../daemons/mgmtd/verify.ts";
import { brokenBy } from "../daemons/pengine/dialect/changed.ts";
import { checkDialect, isRefused } from "../daemons/pengine/dialect/check.ts";
import { accepted, cases, documentOf, otherwise, warned, whole } from "./verify_cases.ts";

for (const one of cases) {
  const [name] = one;
  const theirs = accepted.has(name) ? "ok" : warned.has(name) ? "warning" : "error";
  const expected = otherwise[name]?.[0] ?? theirs;
  Deno.test(`a CIB is judged as by crm_verify: ${name} (${expected})`, () => {
    const cib = readCib(documentOf(one));
    if (typeof cib === "string") {
      assert.equal(expected, "error");
      return;
    }
    const { refused, lines } = verify(cib, 1_700_000_000);
    const verdict = refused ? "error" : lines.length > 0 ? "warning" : "ok";
    assert.equal(verdict, expected, lines.join("\n"));
    // What a write brings is judged the same as the whole document.
    const before = readCib(whole);
    assert.ok(typeof before !== "string");
    const broken = brokenBy(before, cib);
    const found = checkDialect(cib);
    assert.equal(isRefused(broken), isRefused(found), JSON.stringify(broken.map((b) => b.message)));
    assert.deepEqual(brokenBy(cib, cib), []);
  });
}
