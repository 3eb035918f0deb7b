import assert from "node:assert/strict";
import { pause } from "../../../metadata/timer.ts";
import { conform } from "../../handler/conform.ts";
import { clauses, sample } from "../../handler/notifier/conformance.ts";
import { receiving } from "../../handler/notifier/testing/receiving.ts";
import manifest from "./manifest.ts";
import { syslogMessage } from "./message.ts";
import plugin from "./mod.ts";

const port = 30_000 + Deno.pid % 10_000;
const receiver = receiving(port, "syslog");
Deno.test.beforeAll(() => receiver.start());
Deno.test.afterAll(() => receiver.stop());

let seen = 0;

/** What has arrived, when as much has as can: nothing says when a datagram is read. */
async function arrived(): Promise<readonly string[]> {
  for (let round = 0;; round++) {
    const found = await receiver.arrived();
    if (round > 25 || (round > 2 && found.length > seen)) {
      seen = found.length;
      return found.map((bytes) => new TextDecoder().decode(bytes));
    }
    await pause(20);
  }
}

for (const transport of ["udp", "tcp"] as const) {
  conform(clauses, {
    manifest: {
      ...manifest,
      permissions: { ...manifest.permissions, read: [receiver.folder] },
    },
    plugin,
    config: { address: "127.0.0.1", port, transport },
    given: {
      arrived,
      unreachable: transport === "tcp" ? [{ config: { port: port + 1 } }] : [],
    },
    levels: transport === "udp" ? ["inline", "process"] : ["inline"],
  });
}

Deno.test("a message has the form of RFC 5424, and no value ends its data", {
  permissions: "none",
}, () => {
  const text = new TextDecoder().decode(
    syslogMessage("local7", { ...sample, facts: { desc: 'a"]\n\\' }, why: "b\nc" }),
  );
  assert.equal(
    text,
    '<189>1 2023-11-14T22:13:20.000Z bob ha - node [ha@32473 kind="node" sequence="7" ' +
      'desc="a\\"\\]\\\\u000a\\\\"] node alice is lost: b\\u000ac',
  );
  assert.match(new TextDecoder().decode(syslogMessage("daemon", sample)), /^<28>1 /);
});
