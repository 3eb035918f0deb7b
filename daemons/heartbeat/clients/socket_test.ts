/**
 * The local socket for real: clients over a Unix socket, served by machines of the small world.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Api } from "../../../pils/plugin.ts";
import type { HeartbeatConfig } from "../config.ts";
import { string, stringOf } from "../fields.ts";
import { plainCodecs } from "../testing/plain_codecs.ts";
import { SmallWorld } from "../testing/small_world.ts";
import { signOn } from "./api_client.ts";
import { framed } from "./frames.ts";
import { socketInstance } from "./send.ts";
import { SmallClient } from "../testing/small_client.ts";
import type { SocketEvent } from "./sessions.ts";
import { clientSocket } from "./socket.ts";

const project = decodeURIComponent(new URL("../../..", import.meta.url).pathname);
const path = `${project}.test/register.sock`;
const permissions: Deno.PermissionOptionsObject = {
  net: [`unix:${path}`],
  read: [path],
  write: [`${project}.test`, path],
};
const { encoding } = plainCodecs("key");
const config: HeartbeatConfig = {
  nodes: ["n1", "n2"],
  media: [{ link: "eth0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
  clients: { parameters: new Map() },
};

/** A small world whose node n1 serves the socket. */
class Served implements AsyncDisposable {
  readonly world = new SmallWorld(config, () => plainCodecs("key"));
  readonly #api: Api;
  #called = 0;

  constructor() {
    Deno.mkdirSync(`${project}.test`, { recursive: true });
    for (const name of config.nodes) this.world.start(name);
    this.world.run(500);
    this.#api = clientSocket({ path, log: () => {} })((event) => {
      const { world } = this;
      world.give(world.node("n1"), {
        type: "emit",
        at: world.now,
        instance: socketInstance,
        event,
      });
      this.#carryOut();
    });
  }

  /** Lets time pass in the world, and hands on what clients are sent meanwhile. */
  run(forMs: number): void {
    this.world.run(forMs);
    this.#carryOut();
  }

  /** Until something holds; the socket is real, so it takes real time. */
  async until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries++) {
      if (tries > 2000) throw new Error("it never came");
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.run(1);
    }
  }

  #carryOut(): void {
    const { calls } = this.world.node("n1");
    while (this.#called < calls.length) {
      const [method, ...args] = calls[this.#called++]!;
      this.#api[String(method)]?.(...args);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#api["close"]?.();
  }
}

Deno.test("a client signs on, asks and publishes over a real socket", { permissions }, async () => {
  await using served = new Served();
  const heard: string[] = [];
  const client = await signOn({
    path,
    name: "app",
    encoding,
    onMessage: (message) =>
      heard.push(`${stringOf(message, "t")} ${stringOf(message, "st") ?? ""}`),
  });
  assert.equal(client.node, "n1");
  assert.deepEqual(heard, ["hbapi-clstat join"]);
  const nodes = await client.ask("nodelist");
  assert.deepEqual(nodes.map((node) => stringOf(node, "node")), ["n1", "n2"]);
  const other = new SmallClient(served.world, "n2", "app");
  other.ask("signon");
  await client.publish([string("t", "hello")], { ordered: true });
  await served.until(() => heard.includes("hello "));
  assert.equal(other.heard().filter((line) => line.startsWith("t=hello oseq=1")).length, 1);
  await assert.rejects(
    signOn({ path, name: "app", encoding }),
    /a client app is signed on already/,
  );
  await client[Symbol.asyncDispose]();
  await served.until(() => other.heard().some((line) => /st=leave .*info=EOF/.test(line)));
  assert.equal(served.world.node("n1").machine.state.clients.open.size, 0);
});

Deno.test(
  "who does not read is dropped, told apart, and holds up nobody",
  { permissions },
  async () => {
    await using served = new Served();
    using slow = await Deno.connect({ transport: "unix", path });
    const request = (fields: Readonly<Record<string, string>>) =>
      framed(encoding.encode(Object.entries(fields).map(([name, value]) => string(name, value))));
    const head = { t: "hbapi-req", dest: "n1", pid: "9", from_id: "slow", uid: "0", gid: "0" };
    await slow.write(request({ ...head, reqtype: "signon" }));
    const heard: string[] = [];
    await using client = await signOn({
      path,
      name: "app",
      encoding,
      onMessage: (message) => heard.push(stringOf(message, "i") ?? ""),
    });
    const watching = new SmallClient(served.world, "n2", "slow");
    watching.ask("signon");
    served.run(20);
    const { clients } = served.world.node("n1").machine.state;
    assert.equal(clients.open.size, 2);
    // What is sent to it alone: more than the kernel and the queue hold.
    for (let i = 0; i < 400 && clients.open.size === 2; i++) {
      watching.say({ t: "flood", body: "x".repeat(20_000) });
      await client.publish([string("t", "count"), string("i", String(i))]);
      served.run(1);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assert.equal(clients.open.size, 1, "it is gone");
    served.run(50);
    assert.ok(
      watching.heard().some((line) => /st=leave .*info=slow: \d+ messages wait/.test(line)),
    );
    await client.publish([string("t", "count"), string("i", "last")]);
    await served.until(() => heard.includes("last"));
  },
);

Deno.test(
  "a casual client that asks and asks and does not read is cut off, and the log says so once",
  {
    permissions,
  },
  async () => {
    await using served = new Served();
    using hasty = await Deno.connect({ transport: "unix", path });
    const request = (reqtype: string) =>
      framed(encoding.encode(
        Object.entries({ t: "hbapi-req", reqtype, dest: "n1", pid: "57", from_id: "57" })
          .map(([name, value]) => string(name, value)),
      ));
    const burst = ["signon", ...Array<string>(700).fill("nodelist")].map(request);
    const bytes = new Uint8Array(burst.flatMap((frame) => [...frame]));
    const { log, machine } = served.world.node("n1");
    const written = (async () => {
      for (let at = 0; at < bytes.length;) at += await hasty.write(bytes.subarray(at));
    })().catch(() => {});
    const told = () => log.filter((line) => line.includes("57"));
    await served.until(() => told().length > 0);
    await written;
    served.run(50);
    assert.equal(machine.state.clients.open.size, 0);
    assert.equal(told().length, 1, told().join());
    assert.match(
      told()[0]!,
      /client 57 is disconnected: slow: \d+ messages wait to be read; it must/,
    );
  },
);

Deno.test("what is no frame, or too long, ends its client alone", { permissions }, async () => {
  await using served = new Served();
  await using client = await signOn({ path, encoding });
  const lie = Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 0xcd, 0xab, 0, 0);
  for (const bytes of [new Uint8Array(64), lie, framed(Uint8Array.of(1, 2, 3))]) {
    using bad = await Deno.connect({ transport: "unix", path });
    await bad.write(bytes);
    const end = bad.read(new Uint8Array(8)).catch(() => null);
    let over = false;
    void end.then(() => over = true);
    await served.until(() => over);
    assert.equal(await end, null);
  }
  assert.equal((await client.ask("numnodes")).length, 1);
  assert.equal(served.world.node("n1").machine.state.clients.open.size, 1);
});

/** The socket alone, with nobody behind it. */
async function alone(
  frameMs: number,
  use: (api: Api, events: readonly SocketEvent[]) => Promise<void>,
): Promise<void> {
  Deno.mkdirSync(`${project}.test`, { recursive: true });
  const events: SocketEvent[] = [];
  const emit = (event: unknown) => void events.push(event as SocketEvent);
  const api = clientSocket({ path, log: () => {}, frameMs })(emit);
  try {
    await use(api, events);
  } finally {
    await api["close"]?.();
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 2000) throw new Error("it never came");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

Deno.test("no more is read of a client than is dealt with", { permissions }, async () => {
  await alone(10_000, async (api, events) => {
    const frames = () => events.filter(({ type }) => type === "frame").length;
    using hasty = await Deno.connect({ transport: "unix", path });
    const bytes = new Uint8Array(
      Array<Uint8Array>(1_000).fill(framed(new Uint8Array(100)))
        .flatMap((frame) => [...frame]),
    );
    const written = (async () => {
      for (let at = 0; at < bytes.length;) at += await hasty.write(bytes.subarray(at));
    })();
    await until(() => frames() >= 64);
    // Others are heard all the same.
    using other = await Deno.connect({ transport: "unix", path });
    await other.write(framed(new Uint8Array(1)));
    await until(() => events.some((event) => event.type === "frame" && event.connection === 2));
    assert.equal(frames(), 65);
    api["taken"]?.(1, 8);
    await until(() => frames() === 73);
    for (let left = 1_001 - 73; left > 0; left -= 8) {
      const before = frames();
      api["taken"]?.(1, 8);
      await until(() => frames() === Math.min(1_001, before + 8));
    }
    await written;
  });
});

Deno.test("who says nothing gives way, and a frame ends in time", { permissions }, async () => {
  await alone(50, async (_api, events) => {
    const ended = () => events.filter(({ type }) => type === "closed").length;
    using half = await Deno.connect({ transport: "unix", path });
    await half.write(framed(new Uint8Array(1)));
    await half.write(framed(new Uint8Array(100)).subarray(0, 50));
    using whole = await Deno.connect({ transport: "unix", path });
    await whole.write(framed(new Uint8Array(1)));
    await until(() => ended() === 1);
    assert.equal(await half.read(new Uint8Array(1)).catch(() => null), null);
  });
  await alone(10_000, async (_api, events) => {
    const crowd: Deno.UnixConn[] = [];
    for (let count = 0; count < 100; count++) {
      crowd.push(await Deno.connect({ transport: "unix", path }));
    }
    using late = await Deno.connect({ transport: "unix", path });
    await late.write(framed(Uint8Array.of(7)));
    await until(() => events.some((event) => event.type === "frame" && event.bytes[0] === 7));
    for (const one of crowd) one.close();
  });
});
