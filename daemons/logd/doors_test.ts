/** The sockets of `logd`, and clients that want to do it harm. */
import assert from "node:assert/strict";
import { pause } from "../../metadata/timer.ts";
import { filePath } from "../../pils/found.ts";
import { helloFrame, lineFrame } from "../runtime/logging/wire.ts";
import { doors } from "./doors.ts";
import { connectionsMax } from "./limits.ts";
import type { DoorEvent } from "./types.ts";

const project = filePath(new URL("../..", import.meta.url));
const folder = `${project}/.test/logd_doors`;
const [node, local] = [`${folder}/node.sock`, `${folder}/local.sock`];
const permissions: Deno.PermissionOptions = {
  net: [`unix:${node}`, `unix:${local}`],
  read: [folder],
  write: [folder],
};

const line = lineFrame({
  facility: 24,
  severity: 6,
  pid: 1,
  entity: "backup",
  time: 1,
  text: "done",
});

type Opened = {
  readonly events: DoorEvent[];
  readonly until: (what: () => boolean) => Promise<void>;
};

async function opened(work: (opened: Opened) => Promise<void>, frameMs = 5_000): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  const events: DoorEvent[] = [];
  const options = { node, local: { path: local, mode: 0o622 }, log: assert.fail, frameMs };
  const api = doors(options)((event) => events.push(event as DoorEvent));
  try {
    await api["listen"]?.();
    await work({
      events,
      async until(what) {
        for (let round = 0; round < 500 && !what(); round++) await pause(10);
        assert.ok(what(), JSON.stringify(events.slice(-5)));
      },
    });
  } finally {
    await api["close"]?.();
    await Deno.remove(folder, { recursive: true });
  }
}

const connect = (path: string): Promise<Deno.UnixConn> => Deno.connect({ transport: "unix", path });
const whys = (events: readonly DoorEvent[]) =>
  events.flatMap((event) => event.type === "closed" ? [event.why ?? ""] : []);

Deno.test(
  "each socket has its mode, and gives lines to the machine",
  { permissions },
  () =>
    opened(async ({ events, until }) => {
      assert.deepEqual(
        [node, local].map((path) => Deno.statSync(path).mode! & 0o777),
        [0o600, 0o622],
      );
      using client = await connect(local);
      await client.write(line.subarray(0, 50));
      await client.write(line.subarray(50));
      await until(() => events.some(({ type }) => type === "frames"));
      assert.deepEqual(events.map(({ type }) => type), ["opened", "frames"]);
    }),
);

Deno.test("nonsense, a daemon without a hello and half a frame end a connection, and no other", {
  permissions,
}, () =>
  opened(async ({ events, until }) => {
    using well = await connect(local);
    await well.write(line);
    using nonsense = await connect(local);
    await nonsense.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    using stranger = await connect(node);
    await stranger.write(line);
    using slow = await connect(local);
    await slow.write(line.subarray(0, 20));
    using silent = await connect(node);
    await until(() => whys(events).length === 4);
    assert.deepEqual(whys(events).map((why) => why.replace(/ is marked.*/, "")).sort(), [
      "a frame",
      "it did not end a message in time",
      "it did not end a message in time",
      "it did not say hello",
    ]);
    const before = events.length;
    await well.write(line);
    await until(() => events.length > before);
    using daemon = await connect(node);
    await daemon.write(helloFrame("1", 1, "crmd"));
    await until(() => JSON.stringify(events).includes('"hello"'));
    assert.ok(silent);
  }, 300));

Deno.test("beyond the bound of connections the one that is idle for longest makes room", {
  permissions,
}, () =>
  opened(async ({ events, until }) => {
    const clients: Deno.UnixConn[] = [];
    try {
      for (let count = 0; count < connectionsMax; count++) {
        const client = await connect(local);
        await client.write(line);
        clients.push(client);
      }
      await until(() => events.filter(({ type }) => type === "frames").length === connectionsMax);
      await clients[0]!.write(line);
      await until(() => events.filter(({ type }) => type === "frames").length > connectionsMax);
      clients.push(await connect(local));
      await until(() => whys(events).length === 1);
      assert.deepEqual(events.filter(({ type }) => type === "closed"), [
        { type: "closed", connection: 2, why: "another client needed its place" },
      ]);
    } finally {
      for (const client of clients) client.close();
    }
  }));
