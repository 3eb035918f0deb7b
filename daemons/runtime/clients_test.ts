/**
 * Real sockets: clients that say half of something, read nothing, say nothing, or are too many. Each
 * is closed, counted and told of once, and an honest client beside them gets its answers.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { protocol } from "../protocols.ts";
import { connect } from "./client.ts";
import { type ClientBounds, clientBounds } from "./clients.ts";
import { FrameWriter } from "./frame.ts";
import type { Loader } from "../../pils/loader_types.ts";
import type { Event, Machine } from "./machine.ts";
import type { Message } from "./messages.ts";
import { refusalsOf } from "./refusals.ts";
import { run } from "./run.ts";

const project = filePath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const path = `${project}/.test/run.sock`;
const link = `${project}/.test/link.sock`;
const permissions = {
  read: [project],
  write: [`${project}/.test`],
  net: [`unix:${path}`, `unix:${link}`],
};

type Status = Extract<Message, { type: "status/answer" }>;
const isStatus = (message: Message): message is Status => message.type === "status/answer";

/** A machine that answers a question with so many characters as its id says; "none": with nothing. */
const echo: Machine = {
  service: "crmd",
  state: null,
  step(_state, event: Event) {
    if (event.type === "stop") return [{ type: "stopped" }];
    if (event.type !== "message" || event.message.type !== "status/query") return [];
    const { id } = event.message;
    if (id === "none") return [];
    const status = "x".repeat(Number(/^large (\d+)/.exec(id)?.[1] ?? 0));
    const message: Message = { type: "status/answer", id, status };
    return [{ type: "send", to: { service: event.from.service }, message }];
  },
};

/** Without plugins; with it a process reports what it refused. */
const loader: Loader = {
  load: () => Promise.reject(new Error("there are no plugins here")),
  tree: () => [],
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** A process with one machine, and everything that it logs. */
async function server(bounds: Partial<ClientBounds>) {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const lines: string[] = [];
  const running = await run({
    process: "cluster",
    node: "alice",
    machines: [echo],
    log: (_service, level, text) => {
      if (level !== "debug") lines.push(text);
    },
    stores: new Map(),
    loader,
    protocol,
    listenPath: path,
    clientBounds: { ...clientBounds, ...bounds },
    // As that of the process behind which other clients are.
    linkPaths: [{ path: link, mayOffer: (service) => service !== "crmd" }],
  });
  return {
    lines,
    /** What it says that it has closed. */
    async closed(): Promise<Readonly<Record<string, unknown>>> {
      await using client = await connect(path);
      const query = { type: "status/query", id: "closed" } as const;
      const { status } = await client.ask(refusalsOf("cluster"), query, isStatus, 30_000);
      return { ...(status as Record<string, unknown>) };
    },
    async [Symbol.asyncDispose]() {
      await running.stop(1_000);
    },
  };
}

let strangers = 0;

/** A connection that says what it likes; it need not read. */
async function stranger(said: "hello" | "nothing", at = path) {
  const connection = await Deno.connect({ transport: "unix", path: at });
  const name = `client-stranger-${++strangers}`;
  const send = async (bytes: Uint8Array) => {
    try {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    } catch {
      // Closed by the other side: that is what is looked at.
    }
  };
  if (said === "hello") {
    const writer = new FrameWriter();
    writer.hello(name, [name]);
    await send(writer.written);
  }
  let over = false;
  return {
    name,
    send,
    ask(id: string): Uint8Array {
      const writer = new FrameWriter();
      const message: Message = { type: "status/query", id };
      writer.envelope({ to: { service: "crmd" }, from: { node: "", service: name }, message });
      return writer.written.slice();
    },
    read: async (into: Uint8Array) => await connection.read(into) ?? 0,
    /** Reads on; resolves at the end. */
    async end(): Promise<void> {
      const buffer = new Uint8Array(64 * 1024);
      while (await connection.read(buffer).catch(() => null) !== null);
    },
    [Symbol.dispose]() {
      if (!over) connection.close();
      over = true;
    },
  };
}

/** The head of a frame of so many bytes, and as many of them as are given. */
function begun(announced: number, given: number): Uint8Array {
  const bytes = new Uint8Array(4 + given);
  new DataView(bytes.buffer).setUint32(0, announced);
  bytes[4] = 1;
  return bytes;
}

async function ask(id: string): Promise<number> {
  await using client = await connect(path);
  const { status } = await client.ask("crmd", { type: "status/query", id }, isStatus, 30_000);
  return String(status).length;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !await holds(); tries++) {
    if (tries > 1_000) throw new Error("it never came");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("frames that do not end have one bound for all clients", { permissions }, async () => {
  await using alice = await server({ unfinishedBytesMax: 256 * 1024 });
  const hoard = await Promise.all(Array.from({ length: 40 }, () => stranger("hello")));
  for (const one of hoard) await one.send(begun(1024 * 1024, 32 * 1024));
  await until(async () => Number((await alice.closed())["closed unfinished"] ?? 0) >= 32);
  assert.equal(await ask("large 100"), 100);
  assert.equal(alice.lines.filter((line) => line.startsWith("Closed")).length, 1);
  assert.match(alice.lines.join("\n"), /Closed the link of a client: .*frames that do not end/);
  for (const one of hoard) one[Symbol.dispose]();
});

Deno.test("who has said nothing of itself, or was not answered, may hold little", {
  permissions,
}, async () => {
  await using alice = await server({ unansweredBytesMax: 64 * 1024 });
  using unknown = await stranger("nothing");
  await unknown.send(begun(1024 * 1024, 16 * 1024));
  await unknown.end();
  using unanswered = await stranger("hello");
  await unanswered.send(begun(1024 * 1024, 100 * 1024));
  await unanswered.end();
  assert.equal((await alice.closed())["closed unfinished"], 2);
  // One that was answered has shown what it is for.
  await using client = await connect(path);
  const id = "x".repeat(1000);
  await client.ask("crmd", { type: "status/query", id }, isStatus, 30_000);
  client.send("crmd", {
    type: "cib/apply",
    id: "1",
    changes: [{
      op: "create",
      path: "/cib",
      xml: "x".repeat(200 * 1024),
    }],
  });
  await client.ask("crmd", { type: "status/query", id }, isStatus, 30_000);
});

Deno.test("a frame ends in time, or its client has to go", { permissions }, async () => {
  await using alice = await server({ lookMs: 10, frameMsMax: 50 });
  using slow = await stranger("hello");
  using other = await stranger("hello");
  await other.send(other.ask("none"));
  await slow.send(begun(1000, 10));
  await slow.end();
  assert.equal((await alice.closed())["closed unfinished"], 1);
  assert.match(alice.lines.join("\n"), /did not end a frame within 50 ms/);
});

Deno.test("what clients do not read has one bound for all of them", { permissions }, async () => {
  const answerBytes = 512 * 1024;
  await using alice = await server({ unreadBytesMax: 4 * 1024 * 1024 });
  const deaf = await Promise.all(Array.from({ length: 30 }, () => stranger("hello")));
  for (const one of deaf) await one.send(one.ask(`large ${answerBytes}`));
  await until(async () => Number((await alice.closed())["closed unread"] ?? 0) >= 10);
  assert.equal(await ask("large 1000000"), 1_000_000);
  assert.match(alice.lines.join("\n"), /bytes wait to be read by clients; limit 4194304/);
  for (const one of deaf) one[Symbol.dispose]();
});

Deno.test("who says nothing, and who asks nothing, has to go", { permissions }, async () => {
  await using alice = await server({ lookMs: 10, helloMsMax: 50, askMsMax: 100 });
  await using asking = await connect(path);
  await asking.ask("crmd", { type: "status/query", id: "" }, isStatus, 30_000);
  using unknown = await stranger("nothing");
  using idle = await stranger("hello");
  await Promise.all([unknown.end(), idle.end()]);
  await asking.ask("crmd", { type: "status/query", id: "" }, isStatus, 30_000);
  assert.equal((await alice.closed())["closed silent"], 2);
});

Deno.test("where all places are taken, the one that is idle for longest gives way", {
  permissions,
}, async () => {
  await using alice = await server({ linksMax: 8 });
  await using asking = await connect(path);
  await asking.ask("crmd", { type: "status/query", id: "" }, isStatus, 30_000);
  const idle = await Promise.all(
    Array.from({ length: 20 }, (_, at) => stranger(at % 2 === 0 ? "hello" : "nothing")),
  );
  for (let turn = 0; turn < 5; turn++) assert.equal(await ask("large 10"), 10);
  await asking.ask("crmd", { type: "status/query", id: "" }, isStatus, 30_000);
  assert.ok(Number((await alice.closed())["closed crowded"]) >= 13);
  for (const one of idle) one[Symbol.dispose]();
});

Deno.test(
  "however many clients there are, and whatever they are called, processes keep their links",
  {
    permissions,
  },
  async () => {
    await using alice = await server({});
    using lrmd = await Deno.connect({ transport: "unix", path: link });
    const writer = new FrameWriter();
    writer.hello("lrmd", ["lrmd"]);
    await lrmd.write(writer.written);
    let lrmdIsGone = false;
    let told = 0;
    const reading = (async () => {
      const buffer = new Uint8Array(64 * 1024);
      for (let count; (count = await lrmd.read(buffer).catch(() => null)) !== null;) told += count;
      lrmdIsGone = true;
    })();
    const four = await stranger("nothing");
    writer.reset();
    writer.hello("four", ["client-4a", "client-4b", "client-4c", "client-4d"]);
    await four.send(writer.written);
    await four.end();
    four[Symbol.dispose]();
    const before = told;
    const all = [];
    for (let at = 0; at < clientBounds.linksMax; at++) all.push(await stranger("hello"));
    await ask("large 1");
    assert.ok(!lrmdIsGone);
    assert.ok(told - before < 1_000, `lrmd was told ${told - before} bytes of clients`);
    for (const one of all) one[Symbol.dispose]();
    assert.ok(alice.lines.some((line) => line.includes("at most 1 service")));
    lrmd.close();
    await reading;
  },
);

Deno.test(
  "a socket is its owner's alone, also where the umask is loose",
  { permissions },
  async () => {
    await using _alice = await server({});
    for (const at of [path, link]) {
      assert.equal(((await Deno.stat(at)).mode ?? 0) & 0o777, 0o600);
    }
  },
);

Deno.test("what is sent to a client reaches nobody of its name behind another process", {
  permissions,
}, async () => {
  await using _alice = await server({});
  using one = await stranger("hello");
  await one.send(one.ask("none"));
  using other = await Deno.connect({ transport: "unix", path: link });
  const writer = new FrameWriter();
  writer.hello("heartbeat", ["heartbeat", one.name]);
  await other.write(writer.written);
  // It is looked at before this is answered.
  await ask("large 1");
  await one.send(one.ask("large 3000"));
  const buffer = new Uint8Array(64 * 1024);
  const late = setTimeout(() => one[Symbol.dispose](), 10_000);
  for (let read = 0; read < 3_000;) read += await one.read(buffer);
  clearTimeout(late);
});

Deno.test("a client announces itself once", { permissions }, async () => {
  await using alice = await server({});
  using one = await stranger("hello");
  const writer = new FrameWriter();
  writer.hello(one.name, [one.name]);
  writer.hello(one.name, [`${one.name}-more`]);
  await one.send(writer.written);
  await one.end();
  assert.match(alice.lines.join("\n"), /a client announces its services once/);
});

Deno.test("a message that is too large is dropped, counted, and ends nothing", {
  permissions,
}, async () => {
  await using alice = await server({});
  await using client = await connect(path);
  const asked = (id: string, withinMs: number) =>
    client.ask("crmd", { type: "status/query", id }, isStatus, withinMs);
  // More than a frame holds: the machine's answer is lost, and the client learns it.
  await assert.rejects(
    asked("large 67108864", 60_000),
    /its answer cannot be sent: Frame of .*HA0026/,
  );
  await asked("large 10", 60_000);
  assert.match(
    alice.lines.join("\n"),
    /Dropped a message of alice crmd .*status\/answer: Frame of/,
  );
  assert.equal((await alice.closed())["unsendable alice crmd"], 1);
  // What a client may not say, it is told at once.
  await assert.rejects(asked("x".repeat(17 * 1024 * 1024), 60_000), /Cannot send .*limit 16777216/);
  await asked("large 10", 60_000);
});

Deno.test("a hundred thousand messages in one piece end nothing", async () => {
  const writer = new FrameWriter();
  writer.hello("other", ["lrmd"]);
  const message: Message = { type: "status/query", id: "none" };
  const envelope = { to: { service: "crmd" }, from: { node: "alice", service: "lrmd" }, message };
  for (let count = 0; count < 150_000; count++) writer.envelope(envelope);
  const pieces = [writer.written.slice()];
  let end: () => void = () => {};
  let heard = 0;
  const done = Promise.withResolvers<void>();
  const running = await run({
    process: "cluster",
    node: "alice",
    machines: [{
      service: "crmd",
      state: null,
      step(_state, { type }) {
        if (type === "stop") return [{ type: "stopped" }];
        if (type === "message" && ++heard === 150_000) done.resolve();
        return [];
      },
    }],
    log: () => {},
    stores: new Map(),
    protocol,
    parts: [{
      pipe: {
        async read() {
          const piece = pieces.shift();
          if (piece !== undefined) return piece;
          await new Promise<void>((resolve) => end = resolve);
          return null;
        },
        write: () => Promise.resolve(),
        close: () => end(),
      },
    }],
  });
  await Promise.race([done.promise, running.ended]);
  assert.equal(heard, 150_000);
  await running.stop(1_000);
  end();
});
