/** The socket of applications, and clients that mean no good. */
import assert from "node:assert/strict";
import { pause } from "../../metadata/timer.ts";
import { filePath } from "../../pils/found.ts";
import { framed } from "../heartbeat/doors/client_socket.ts";
import { connectionsOfUserMax, framesPerSecondMax } from "./limits.ts";
import { requestBytes } from "./request.ts";
import { applicationSocket, type SocketEvent, type SocketOptions } from "./socket.ts";

const scratch = `${filePath(new URL("../..", import.meta.url))}/.test`;
const path = `${scratch}/apphbd.sock`;
const permissions = {
  permissions: { net: [`unix:${path}`], read: [scratch], write: [scratch] },
};
const hb = framed(requestBytes({ type: "hb" }));

/** The socket, with a kernel that says what the test wants. */
async function opened(more: Partial<SocketOptions> = {}) {
  await Deno.mkdir(scratch, { recursive: true });
  const events: SocketEvent[] = [];
  const peer = { pid: 7, uid: 33, gid: 33, started: 1 };
  const listening = Promise.withResolvers<void>();
  const api = applicationSocket({
    path,
    kernel: { uid: 0, peerOf: () => peer, waits: () => false },
    lets: () => true,
    isOwner: () => false,
    log: () => {},
    registerMs: 200,
    lookEveryMs: 50,
    ...more,
  })((event) => {
    events.push(event as SocketEvent);
    if ((event as SocketEvent).type === "listening") listening.resolve();
  });
  await listening.promise;
  return {
    api,
    count: (type: SocketEvent["type"]) => events.filter((event) => event.type === type).length,
    connect: () => Deno.connect({ transport: "unix", path }),
    [Symbol.asyncDispose]: async () => void await api["close"]?.(),
  };
}

/** Whether the other side ends the connection within two seconds. */
async function isEnded(connection: Deno.Conn): Promise<boolean> {
  const timer = Promise.withResolvers<boolean>();
  const id = setTimeout(() => timer.resolve(false), 2_000);
  const read = connection.read(new Uint8Array(16)).then((count) => count === null, () => true);
  const ended = await Promise.race([read, timer.promise]);
  clearTimeout(id);
  connection.close();
  await read;
  return ended;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await pause(10);
  assert.ok(holds());
}

Deno.test("who does not register, or does not end a frame, is closed", permissions, async () => {
  await using socket = await opened();
  const [silent, half] = [await socket.connect(), await socket.connect()];
  await until(() => socket.count("opened") === 2);
  socket.api["known"]?.(2);
  await half.write(hb.subarray(0, 5));
  assert.ok(await isEnded(silent));
  assert.ok(await isEnded(half));
  assert.equal(socket.count("closed"), 2);
});

Deno.test("who has registered stays, however long it says nothing", permissions, async () => {
  await using socket = await opened();
  const one = await socket.connect();
  await until(() => socket.count("opened") === 1);
  socket.api["known"]?.(1);
  await pause(400);
  await one.write(hb);
  await until(() => socket.count("frame") === 1);
  one.close();
  await until(() => socket.count("closed") === 1);
});

Deno.test("what is no frame, or too long, ends the connection", permissions, async () => {
  await using socket = await opened({ registerMs: 60_000 });
  for (const bytes of [new Uint8Array(8), framed(new Uint8Array(1_025))]) {
    const one = await socket.connect();
    await one.write(bytes);
    assert.ok(await isEnded(one));
  }
  assert.equal(socket.count("frame"), 0);
});

Deno.test(
  "a flood waits in the kernel, and counts as something that waits",
  permissions,
  async () => {
    await using socket = await opened({ registerMs: 60_000 });
    const one = await socket.connect();
    const sent = framesPerSecondMax + 500;
    const flood = new Uint8Array(sent * hb.length);
    for (let at = 0; at < sent; at++) flood.set(hb, at * hb.length);
    for (let at = 0; at < flood.length;) at += await one.write(flood.subarray(at));
    await until(() => socket.count("frame") === framesPerSecondMax);
    assert.deepEqual(await socket.api["waiting"]?.([1, 2]), [1]);
    await until(() => socket.count("frame") === sent);
    assert.deepEqual(await socket.api["waiting"]?.([1, 2]), []);
    one.close();
  },
);

Deno.test(
  "nobody may connect whom the rules do not let, nor one user too often",
  permissions,
  async () => {
    {
      await using socket = await opened({ lets: () => false });
      assert.ok(await isEnded(await socket.connect()));
      assert.equal(socket.count("opened"), 0);
    }
    await using socket = await opened({ registerMs: 60_000 });
    const all: Deno.Conn[] = [];
    for (let one = 0; one < connectionsOfUserMax; one++) all.push(await socket.connect());
    await until(() => socket.count("opened") === connectionsOfUserMax);
    assert.ok(await isEnded(await socket.connect()));
    for (const one of all) one.close();
    await until(() => socket.count("closed") === connectionsOfUserMax);
  },
);

Deno.test("a socket that another process serves is left to it", permissions, async () => {
  await using first = await opened();
  await using second = await opened();
  assert.equal(second.count("opened"), 0);
  const one = await first.connect();
  // The second has looked who is there.
  await until(() => first.count("opened") === 2);
  one.close();
});
