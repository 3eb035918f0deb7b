import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { makeCertificate } from "./certificate.ts";

Deno.test("a certificate is what X.509 says, for its minutes alone, and signs itself", () => {
  const nowMs = Date.UTC(2026, 10, 30, 12);
  for (let round = 0; round < 20; round++) { // lengths of signatures and numbers differ
    const { cert, key, fingerprint } = makeCertificate(nowMs, 600_000);
    const read = new X509Certificate(cert);
    assert.equal(read.fingerprint256.replaceAll(":", "").toLowerCase(), fingerprint.toHex());
    assert.equal(read.subject, "CN=ha-join");
    assert.equal(read.issuer, read.subject);
    assert.equal(read.subjectAltName, "DNS:ha-join");
    assert.equal(read.ca, false);
    assert.equal(Date.parse(read.validTo), nowMs + 600_000);
    assert.equal(Date.parse(read.validFrom), nowMs - 24 * 3_600_000);
    assert.ok(read.verify(createPublicKey(key)));
    assert.ok(read.checkPrivateKey !== undefined);
  }
});

Deno.test("no two certificates have the same key", () => {
  const [one, other] = [makeCertificate(0, 1), makeCertificate(0, 1)];
  assert.notEqual(one.key, other.key);
  assert.notDeepEqual(one.fingerprint, other.fingerprint);
});
