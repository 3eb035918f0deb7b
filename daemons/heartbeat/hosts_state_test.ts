import assert from "node:assert/strict";
import { readHosts, writtenHosts } from "./hosts_state.ts";

const hosts = {
  added: new Set(["dave"]),
  removed: new Set(["bob"]),
  weights: new Map([["carol", 3]]),
  sites: new Map([["carol", "east"]]),
};
const encoder = new TextEncoder();

Deno.test("changed lists of nodes are read as they were written, also those without a digest", {
  permissions: "none",
}, () => {
  assert.deepEqual(readHosts(writtenHosts(hosts)), hosts);
  const old = new TextDecoder().decode(writtenHosts(hosts)).replace(/,"digest":"\w+"/, "");
  assert.deepEqual(readHosts(encoder.encode(old)), hosts);
  for (
    const odd of [`{"added":[5]}`, `{"added":"dave"}`, `{"weights":{"carol":"3"}}`, "[]", "7", ""]
  ) {
    assert.equal(readHosts(encoder.encode(odd)), undefined, odd);
  }
});

Deno.test("a list that is cut or changed anywhere is never read as another one", {
  permissions: "none",
}, () => {
  const whole = writtenHosts(hosts);
  for (let at = 0; at < whole.length; at++) {
    for (
      const bytes of [
        whole.slice(0, at),
        whole.map((byte, of) => of === at ? byte ^ 1 : byte),
      ]
    ) {
      const read = readHosts(bytes);
      if (read !== undefined) assert.deepEqual(read, hosts, `at ${at}`);
    }
  }
});
