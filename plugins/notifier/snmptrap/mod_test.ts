import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses, sample, samples } from "../../handler/notifier/conformance.ts";
import { receiving } from "../../handler/notifier/testing/receiving.ts";
import { BerReader, tags } from "../../handler/stonith/snmp/ber.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";
import { isResponse, notification } from "./notification.ts";

const port = 25_000 + Deno.pid % 10_000;

/** Variables of a notification: object ids with their values as text. */
function read(packet: Uint8Array) {
  const message = new BerReader(packet).sequence();
  const version = message.integer();
  const community = new TextDecoder().decode(message.content(tags.octets));
  const { tag, content } = message.next();
  const pdu = new BerReader(content);
  const id = pdu.integer();
  pdu.integer();
  pdu.integer();
  const list = pdu.sequence();
  const variables: [string, string][] = [];
  while (!list.isDone) {
    const one = list.sequence();
    const name = one.oid();
    const value = one.next();
    variables.push([
      name,
      value.tag === tags.octets ? new TextDecoder().decode(value.content) : value.content.toHex(),
    ]);
  }
  return { version, community, tag, id, variables };
}

const receiver = receiving(port, "snmp");
Deno.test.beforeAll(() => receiver.start());
Deno.test.afterAll(() => receiver.stop());

conform(clauses, {
  manifest: {
    ...manifest,
    permissions: { ...manifest.permissions, read: [receiver.folder] },
  },
  plugin,
  config: { address: "127.0.0.1", port, community: "ours" },
  given: {
    arrived: async () => (await receiver.arrived()).map((bytes) => bytes.toHex()),
    unreachable: [{ config: { community: "wrong" } }, { config: { port: port + 1 } }],
  },
  levels: ["inline", "process"],
  skip: { NOTIFIER4: "a notification has no place for the sentence" },
});

Deno.test("a notification is PACEMAKER-MIB's, with the details of the alert", {
  permissions: "none",
}, () => {
  const failure = samples[2] ?? sample;
  const { version, tag, community, id, variables } = read(
    notification("trap", "public", 42, 12_340, failure),
  );
  assert.deepEqual([version, tag, community, id], [1, 0xa7, "public", 42]);
  assert.deepEqual(variables.map(([name]) => name), [
    "1.3.6.1.2.1.1.3.0",
    "1.3.6.1.6.3.1.1.4.1.0",
    ...[1, 2, 3, 4, 5, 6, 7].map((number) => `1.3.6.1.4.1.32723.1.${number}.0`),
  ]);
  assert.equal(variables[0]?.[1], "00000004d2");
  assert.equal(new Map(variables).get("1.3.6.1.4.1.32723.1.2.0"), "web");
  assert.equal(new Map(variables).get("1.3.6.1.4.1.32723.1.6.0"), "07");
  assert.equal(isResponse(notification("inform", "public", 42, 0, sample), 42), false);
});
