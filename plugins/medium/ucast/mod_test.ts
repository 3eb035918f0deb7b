import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import type { Clause } from "../../handler/conformance.ts";
import { clauses, type MediumGiven } from "../../handler/medium/conformance.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const here = 20_000 + Deno.pid % 10_000;
const there = here + 10_000;
const elsewhere = there + 10_000;
const address = "127.0.0.1";

const ofUcast: Clause<Medium, MediumGiven> = {
  id: "UCAST1",
  says: "a packet that concerns one peer goes to no other",
  async check({ open, given }) {
    await using a = await open();
    await using b = await open(given.other);
    await using c = await open({ ...given.other, port: elsewhere });
    const is = (value: number) => (event: unknown) => {
      const { type, bytes } = event as MediumEvent & { readonly bytes?: Uint8Array };
      return type === "packet" && bytes?.[0] === value;
    };
    await a.api.send(Uint8Array.of(1), `${address}:${there}`);
    await a.api.send(Uint8Array.of(2));
    // On the loopback nothing overtakes.
    await Promise.all([b.event(is(2), 2_000), c.event(is(2), 2_000)]);
    assert.deepEqual([b.events.filter(is(1)).length, c.events.filter(is(1)).length], [1, 0]);
  },
};

conform([...clauses, ofUcast], {
  manifest,
  plugin,
  config: { address, port: here, peers: [there, elsewhere].map((port) => ({ address, port })) },
  // Both ends need the same two endpoints, so they share one grant.
  given: { other: { port: there, peers: [{ address, port: here }] } },
});

conform(clauses.filter(({ id }) => id === "MEDIUM1"), {
  manifest,
  plugin,
  // IPv6 is the same.
  config: { address: "::1", port: here, peers: [{ address: "::1", port: there }] },
  given: { other: { port: there, peers: [{ address: "::1", port: here }] } },
});

Deno.test("a network that cannot be reached is told once, not for each packet", {
  permissions: { net: ["127.0.0.1"] },
}, async () => {
  const told: string[] = [];
  const host = {
    emit: (event: MediumEvent) => void (event.type === "trouble" && told.push(event.why)),
    log: () => {},
  };
  // As with a cable that is pulled, no packet gets away: here since none may be sent there.
  const peers = [{ address: "192.0.2.1", port: there }, { address: "192.0.2.1", port: here }];
  const { send, close } = await plugin({ address, port: here, peers }, host);
  for (let count = 0; count < 20; count++) await send(new Uint8Array(10));
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await close();
  assert.equal(told.length, 1, told.join("\n"));
});

Deno.test("a link-local address without its interface is refused with the fix", async () => {
  const host = { emit: () => {}, log: () => {} };
  const config = { address: "fe80::1", port: here, peers: [{ address: "fe80::2", port: there }] };
  await assert.rejects(
    async () => await plugin(config, host),
    /Cannot use fe80::\d: .* add "interface", such as "eth0"/,
  );
});
