import assert from "node:assert/strict";
import { clientBounds, type ClientLink, Clients } from "./clients.ts";
import { FrameReader, FrameWriter } from "./frame.ts";
import { Link, type LinkLimits, queueBytesMax } from "./link.ts";
import type { Message } from "./messages.ts";
import type { Pipe } from "./pipe.ts";
import { opened } from "./unread.ts";

const peer = (body: string): Message => ({ type: "peer", body });
const envelope = (body: string) => ({
  to: { service: "cib" },
  from: { node: "alice", service: "crmd" },
  message: peer(body),
});
const ticks = async () => {
  for (let turn = 0; turn < 20; turn++) await undefined;
};

/** A link whose pipe the test holds: what it writes waits until the test takes it. */
function stage(limits: LinkLimits = {}, clients?: Clients) {
  const did: string[] = [];
  const written: Uint8Array[] = [];
  const reads: ((bytes: Uint8Array<ArrayBuffer> | null) => void)[] = [];
  let fail: (error: unknown) => void = () => {};
  let take: () => void = () => {};
  const pipe: Pipe = {
    read: () =>
      new Promise((resolve, reject) => {
        reads.push(resolve);
        fail = reject;
      }),
    write(bytes) {
      written.push(bytes.slice());
      return new Promise((resolve) => take = resolve);
    },
    close: () => void did.push("closed the pipe"),
  };
  const link = new Link(
    pipe,
    {
      onServices: (_link, process, services) => did.push(`hello ${process}: ${services}`),
      onEnvelope(_link, { message }) {
        const said = opened(message);
        did.push(`said ${said.type === "peer" ? said.body : said.type}`);
      },
      onClosed: (_link, why, closing) =>
        did.push(`gone: ${why}${closing === undefined ? "" : ` (${closing})`}`),
      onUnsendable: (_link, _envelope, why) => did.push(`unsendable: ${why}`),
      gather(run) {
        did.push("gathered");
        run();
      },
    },
    limits,
    clients,
  );
  return {
    link,
    did,
    written,
    take: () => take(),
    fail: (error: unknown) => fail(error),
    give: (bytes: Uint8Array<ArrayBuffer> | null) => reads.shift()?.(bytes),
  };
}

/** What frames say, in short. */
function said(bytes: readonly Uint8Array[]): string[] {
  const told: string[] = [];
  const frames = new FrameReader({
    hello: (process, services) => told.push(`hello ${process}: ${services}`),
    envelope({ message }) {
      const one = opened(message);
      told.push(`said ${one.type === "peer" ? one.body : one.type}`);
    },
  });
  for (const part of bytes) frames.push(part.slice());
  return told;
}

Deno.test("what is said in one turn is written at once, and what comes meanwhile after it", async () => {
  const { link, written, take } = stage();
  link.hello("cluster", ["cib"]);
  link.push(envelope("1"));
  link.push(envelope("2"));
  assert.deepEqual(written, []);
  await ticks();
  assert.deepEqual([written.length, said(written)], [1, [
    "hello cluster: cib",
    "said 1",
    "said 2",
  ]]);
  const waiting = link.queuedBytes;
  assert.ok(waiting > 0);
  link.push(envelope("3"));
  link.push(envelope("4"));
  await ticks();
  assert.equal(written.length, 1);
  assert.ok(link.queuedBytes > waiting);
  take();
  await ticks();
  assert.deepEqual([written.length, said(written).slice(3)], [2, ["said 3", "said 4"]]);
  take();
  await ticks();
  assert.equal(link.queuedBytes, 0);
  link.push(envelope("5"));
  await ticks();
  assert.deepEqual(said(written).slice(5), ["said 5"]);
});

Deno.test("what is read is given on, gathered, until the other side closes", async () => {
  const { link, did, give } = stage();
  const writer = new FrameWriter();
  writer.hello("lrmd", ["lrmd"]);
  for (const body of ["1", "2"]) writer.envelope(envelope(body));
  const reading = link.read();
  give(writer.written.slice(0, -1));
  await ticks();
  assert.deepEqual(did, ["gathered", "hello lrmd: lrmd", "said 1"]);
  give(writer.written.slice(-1));
  await ticks();
  assert.deepEqual(did.slice(3), ["gathered", "said 2"]);
  give(null);
  await reading;
  assert.deepEqual(did.slice(5), ["closed the pipe", "gone: closed by the other side"]);
  link.close("again");
  link.push(envelope("x"));
  link.hello("x", []);
  assert.equal(did.length, 7, "it is gone once, and says nothing more");
  assert.equal(link.queuedBytes, 0);
});

Deno.test("what is no frame ends a link as a fault of the other side, a broken pipe does not", async () => {
  const bad = stage();
  const reading = bad.link.read();
  bad.give(Uint8Array.of(0, 0, 0, 1, 9));
  await reading;
  assert.deepEqual(bad.did.slice(1), [
    "closed the pipe",
    "gone: This is no frame of ours (malformed)",
  ]);
  const large = stage({ frameBytesMax: 10 });
  const first = large.link.read();
  large.give(Uint8Array.of(0, 0, 0, 11, 0));
  await first;
  assert.match(large.did.at(-1) ?? "", /limit 10 \(malformed\)/);
  const broken = stage();
  const second = broken.link.read();
  broken.fail(new Error("Connection reset"));
  await second;
  assert.deepEqual(broken.did, ["closed the pipe", "gone: Connection reset"]);
});

Deno.test("a message that is too large is dropped, a queue that is too long ends the link", async () => {
  const small = stage({ sentBytesMax: 200 });
  small.link.push(envelope("x".repeat(300)));
  small.link.push(envelope("y"));
  await ticks();
  assert.match(small.did.join(), /^unsendable: Frame of \d+ bytes; limit 200$/);
  assert.deepEqual(said(small.written), ["said y"]);
  const full = stage();
  const json = new Uint8Array(16 * 1024 * 1024);
  const large = { ...envelope(""), message: { type: "unread", json } as const };
  while (full.link.queuedBytes + json.length < queueBytesMax) full.link.push(large);
  assert.deepEqual(full.did, []);
  full.link.push(large);
  assert.match(full.did[1] ?? "", /gone: \d+ bytes waiting to be read; limit 68157440/);
});

Deno.test("a client is written to in pieces, and counted as it reads and is answered", async () => {
  const clients = new Clients(clientBounds);
  const counts: number[] = [];
  const told: string[] = [];
  const { unread } = clients;
  clients.unread = (link: ClientLink, bytes: number) => {
    counts.push(bytes);
    unread.call(clients, link, bytes);
  };
  clients.told = () => void told.push("told");
  const { link, written, take, did, give } = stage({}, clients);
  try {
    link.push(envelope("x".repeat(100_000)));
    await ticks();
    assert.equal(written[0]?.length, 64 * 1024);
    assert.ok((counts.at(-1) ?? 0) > 100_000);
    take();
    await ticks();
    assert.equal(written.length, 2);
    assert.ok((counts.at(-1) ?? 0) < 40_000);
    take();
    await ticks();
    assert.equal(counts.at(-1), 0);
    assert.deepEqual(told, ["told"]);
    const reading = link.read();
    const writer = new FrameWriter();
    writer.envelope(envelope("1"));
    give(writer.written.slice());
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(did, ["gathered", "said 1"]);
    give(null);
    await reading;
  } finally {
    link.close("done");
  }
});
