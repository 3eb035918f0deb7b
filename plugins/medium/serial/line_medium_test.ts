import assert from "node:assert/strict";
import { Pause } from "../../../metadata/pause.ts";
import { pause as sleep } from "../../../metadata/timer.ts";
import type { MediumEvent } from "../../handler/medium/contract.ts";
import { testingHost } from "../../handler/testing_host.ts";
import { frameBytesMax, lineMedium } from "./line_medium.ts";

const none = { permissions: "none" } as const;
const frame = new TextEncoder().encode(">>>\na=1\n<<<\n");

/** A cable that a test pulls and plugs in. */
function world() {
  const host = testingHost<MediumEvent>();
  const it = {
    host,
    isThere: true,
    setUps: 0,
    opened: 0,
    closed: 0,
    waiting: 0,
    written: [] as number[],
    take: (_chunk: Uint8Array) => {},
    /** The line ends. */
    end: (_why: string) => {},
    troubles: () => host.events.flatMap((event) => event.type === "trouble" ? [event.why] : []),
    open: () =>
      lineMedium({ device: "/dev/ttyS0", baud: 9_600 }, host, {
        setUp: () => (it.setUps++, it.isThere ? Promise.resolve() : Promise.reject(gone)),
        open(take) {
          const { promise: ended, resolve } = Promise.withResolvers<string>();
          it.opened++;
          it.take = take;
          it.end = resolve;
          return {
            get waiting() {
              return it.waiting;
            },
            ended,
            write: ({ length }) => void it.written.push(length),
            close: () => (it.closed++, Promise.resolve()),
          };
        },
      }, new Pause(1, 1)),
  };
  const gone = new Error("no such device");
  return it;
}

/** Waits until it holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

Deno.test(
  "medium/serial gives on whole frames, and writes what the line can carry",
  none,
  async () => {
    const cable = world();
    const medium = await cable.open();
    for (const byte of frame) cable.take(Uint8Array.of(byte));
    assert.deepEqual(cable.host.events, [{ type: "packet", bytes: frame, from: "/dev/ttyS0" }]);
    // At 9,600 baud 1,920 bytes are two seconds; a single packet may always wait.
    await medium.send(new Uint8Array(frameBytesMax));
    cable.waiting = 1_000;
    await medium.send(new Uint8Array(920));
    assert.deepEqual(cable.written, [frameBytesMax, 920]);
    await medium.send(new Uint8Array(921));
    assert.match(cable.troubles().join(), /more waits than 9600 baud can carry in 2000 ms/);
    assert.equal(cable.written.length, 2);
    await medium.close?.();
  },
);

Deno.test("medium/serial refuses a packet beyond its size", none, async () => {
  const cable = world();
  const medium = await cable.open();
  await medium.send(new Uint8Array(frameBytesMax + 1));
  assert.deepEqual(cable.troubles(), ["a packet of 65508 bytes is more than 65507"]);
  await medium.close?.();
});

Deno.test(
  "medium/serial opens a line again that is gone, once its device is back",
  none,
  async () => {
    const cable = world();
    const medium = await cable.open();
    cable.isThere = false;
    cable.end("reading it ended with code 1");
    await until(() => cable.setUps > 3);
    assert.deepEqual([cable.opened, cable.closed], [1, 1]);
    assert.match(cable.troubles().join(), /reading it ended with code 1/);
    await medium.send(Uint8Array.of(1));
    assert.deepEqual(cable.written, []);
    cable.isThere = true;
    await until(() => cable.opened === 2);
    await medium.send(Uint8Array.of(1));
    assert.deepEqual(cable.written, [1]);
    cable.take(frame);
    assert.equal(cable.host.events.at(-1)?.type, "packet");
    await medium.close?.();
    assert.equal(cable.closed, 2);
  },
);

Deno.test("medium/serial that is closed opens nothing more, and tells nothing", none, async () => {
  const cable = world();
  await (await cable.open()).close?.();
  cable.end("closed");
  const other = world();
  const medium = await other.open();
  other.isThere = false;
  other.end("gone");
  await until(() => other.setUps > 1);
  await medium.close?.();
  const { setUps } = other;
  await sleep(20);
  assert.equal(other.setUps, setUps);
  assert.deepEqual([cable.opened, cable.closed, cable.setUps, cable.troubles()], [1, 1, 1, []]);
});

Deno.test("medium/serial cannot be opened without its device", none, async () => {
  const cable = world();
  cable.isThere = false;
  await assert.rejects(cable.open(), /no such device/);
});
