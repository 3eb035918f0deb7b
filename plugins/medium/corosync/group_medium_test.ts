import assert from "node:assert/strict";
import { Pause } from "../../../metadata/pause.ts";
import { pause as sleep } from "../../../metadata/timer.ts";
import type { MediumEvent } from "../../handler/medium/contract.ts";
import { testingHost } from "../../handler/testing_host.ts";
import type { Take } from "./group.ts";
import { groupMedium, packetBytesMax } from "./group_medium.ts";

const none = { permissions: "none" } as const;

/** A Corosync that a test ends and starts. */
function world() {
  const host = testingHost<MediumEvent>();
  const it = {
    host,
    refuses: false,
    joins: 0,
    closes: 0,
    answers: 0,
    sent: [] as number[],
    take: undefined as Take | undefined,
    /** Corosync ends. */
    end: (_why: string) => {},
    open: () => groupMedium("ring", join, host, new Pause(1, 1)),
  };
  function join(take: Take) {
    it.joins++;
    if (it.refuses) return Promise.reject(new Error("Corosync does not answer"));
    const { promise: gone, resolve } = Promise.withResolvers<string>();
    it.take = take;
    it.end = resolve;
    return Promise.resolve({
      send: (packet: Uint8Array) => (it.sent.push(packet.length), it.answers),
      close: () => (it.closes++, Promise.resolve()),
      gone,
    });
  }
  return it;
}

/** Waits until it holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

Deno.test("medium/corosync hands packets both ways", none, async () => {
  const corosync = world();
  const medium = await corosync.open();
  corosync.take?.(Uint8Array.of(1), "2:77");
  assert.deepEqual(corosync.host.events, [
    { type: "packet", bytes: Uint8Array.of(1), from: "2:77" },
  ]);
  await medium.send(new Uint8Array(packetBytesMax));
  await medium.send(new Uint8Array(packetBytesMax + 1));
  assert.deepEqual(corosync.sent, [packetBytesMax]);
  assert.match(JSON.stringify(corosync.host.events.at(-1)), /65508 bytes is more than 65507/);
  assert.deepEqual(await medium.describe(), {
    link: "ring",
    mtuBytes: packetBytesMax,
    type: "cluster",
  });
  await medium.close?.();
});

Deno.test(
  "medium/corosync reports what Corosync rejects, and nothing that it takes",
  none,
  async () => {
    const corosync = world();
    const medium = await corosync.open();
    await medium.send(Uint8Array.of(1));
    assert.deepEqual(corosync.host.events, []);
    corosync.answers = -11;
    await medium.send(Uint8Array.of(1));
    assert.match(JSON.stringify(corosync.host.events), /Corosync rejects the packet \(-11\)/);
    await medium.close?.();
  },
);

Deno.test("medium/corosync cannot be opened without Corosync", none, async () => {
  const corosync = world();
  corosync.refuses = true;
  await assert.rejects(corosync.open(), /Corosync does not answer/);
});

Deno.test("medium/corosync joins again when Corosync is back", none, async () => {
  const corosync = world();
  const medium = await corosync.open();
  corosync.refuses = true;
  corosync.end("Lost the connection to Corosync (-107)");
  await until(() => corosync.joins > 2);
  await medium.send(Uint8Array.of(1));
  assert.deepEqual([corosync.sent, corosync.closes], [[], 1]);
  assert.match(JSON.stringify(corosync.host.events), /Lost the connection to Corosync/);
  corosync.refuses = false;
  await until(() => {
    void medium.send(Uint8Array.of(1));
    return corosync.sent.length > 0;
  });
  await medium.close?.();
  assert.equal(corosync.closes, 2);
});

Deno.test("medium/corosync that is closed does not join again", none, async () => {
  const corosync = world();
  const medium = await corosync.open();
  corosync.refuses = true;
  corosync.end("gone");
  await until(() => corosync.joins > 1);
  await medium.close?.();
  const { joins } = corosync;
  await sleep(20);
  assert.equal(corosync.joins, joins);

  const other = world();
  await (await other.open()).close?.();
  other.end("closed");
  await sleep(5);
  assert.deepEqual([other.joins, other.closes, other.host.events], [1, 1, []]);
});
