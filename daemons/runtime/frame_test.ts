import assert from "node:assert/strict";
import { FrameReader, FrameWriter } from "./frame.ts";
import type { Message } from "./messages.ts";
import { opened } from "./unread.ts";

const to = { node: "bob", service: "cib" };
const from = { node: "alice", service: "crmd" };
const peer = (body: string): Message => ({ type: "peer", body });

/** A reader that writes down what it is told. */
function listening(bytesMax?: number): { readonly frames: FrameReader; readonly told: unknown[] } {
  const told: unknown[] = [];
  const frames = new FrameReader({
    hello: (...said) => told.push(said),
    envelope: ({ message, ...names }) => told.push({ ...names, message: opened(message) }),
  }, bytesMax);
  return { frames, told };
}

Deno.test("frames come out whole however their bytes arrive", () => {
  const bodies = ["", "ä", "\u{1f600}".repeat(5_000), "x".repeat(50_000), "z"];
  const writer = new FrameWriter();
  const users = { "client-user-1": { name: "alice", groups: ["ops"] } };
  writer.hello("cluster", ["ccm", "cib"], users);
  const wanted: unknown[] = [["cluster", ["ccm", "cib"], users]];
  for (const [at, body] of bodies.entries()) {
    // Names that change, and names that stay.
    const envelope = { to: at === 2 ? { service: "tengine" } : to, from, message: peer(body) };
    writer.envelope(envelope);
    wanted.push(envelope);
  }
  const whole = writer.written.slice();
  for (const step of [1, 3, 4, 5, 1000, whole.length]) {
    const { frames, told } = listening();
    for (let at = 0; at < whole.length; at += step) frames.push(whole.slice(at, at + step));
    assert.deepEqual(told, wanted, `in pieces of ${step}`);
  }
});

Deno.test("the length of a frame is four bytes, the highest first", () => {
  for (const bytes of [0x0100, 0x01_0203, 0x0101_0203]) {
    const writer = new FrameWriter(2 ** 26);
    writer.envelope({ to, from, message: { type: "unread", json: new Uint8Array(bytes) } });
    const { written } = writer;
    const length = new DataView(written.buffer, written.byteOffset).getUint32(0);
    assert.equal(length, written.length - 4);
    assert(length > bytes && length < bytes + 64);
  }
});

Deno.test("an unread message goes on as the bytes it came in", () => {
  const json = new TextEncoder().encode('{"type": "peer",   "body": 1.0}');
  const writer = new FrameWriter();
  writer.envelope({ to, from, message: { type: "unread", json } });
  const seen: Message[] = [];
  const frames = new FrameReader({
    hello() {},
    envelope: ({ message }) => seen.push(message),
  });
  frames.push(writer.written.slice());
  assert.deepEqual(seen, [{ type: "unread", json }]);
});

Deno.test("a frame that announces too much is refused before it is read", () => {
  assert.throws(() => listening(100).frames.push(new Uint8Array([0, 0, 0, 101])), RangeError);
  assert.throws(() => listening().frames.push(new Uint8Array([255, 255, 255, 255])), RangeError);
});

Deno.test("a frame that is no hello and no envelope is refused", () => {
  const refused: readonly (readonly number[])[] = [
    [0, 0, 0, 0],
    [0, 0, 0, 1, 2],
    [0, 0, 0, 2, 0, 0x7b],
    [0, 0, 0, 2, 0, 0xff],
    [0, 0, 0, 3, 0, 0x5b, 0x5d],
    [0, 0, 0, 3, 1, 9, 0x61],
    [0, 0, 0, 5, 1, 0, 0, 0, 1],
  ];
  for (const bytes of refused) {
    assert.throws(() => listening().frames.push(Uint8Array.from(bytes)), Error, bytes.join(" "));
  }
});

Deno.test("what is no message is refused by who reads it", () => {
  for (const text of ["", "{", "[]", "{}", '{"type":1}', '{"type":"unread"}', "\xff"]) {
    const json = Uint8Array.from(text, (character) => character.charCodeAt(0));
    assert.throws(() => opened({ type: "unread", json }), Error, text);
  }
});

Deno.test("what no frame can carry is refused by the writer, and leaves nothing behind", () => {
  const writer = new FrameWriter(1_000);
  const small = { to, from, message: peer("small") };
  assert.equal(writer.envelope(small), undefined);
  const before = writer.length;
  const long = { service: "ä".repeat(200) };
  assert.match(writer.envelope({ ...small, to: long }) ?? "", /A name of 400 bytes; limit 255/);
  assert.match(
    writer.envelope({ ...small, message: peer("x".repeat(1_000)) }) ?? "",
    /limit 1000/,
  );
  const json = new Uint8Array(2_000);
  assert.match(
    writer.envelope({ to, from, message: { type: "unread", json } }) ?? "",
    /limit 1000/,
  );
  assert.equal(writer.length, before);
  assert.equal(writer.envelope(small), undefined);
  const { frames, told } = listening();
  frames.push(writer.written.slice());
  assert.deepEqual(told, [small, small]);
});

Deno.test("a frame that has begun holds what has come of it, and no more than it announced", () => {
  const { frames } = listening();
  frames.push(Uint8Array.of(0, 1, 0, 0, 1));
  for (let came = 0; came < 60; came++) frames.push(new Uint8Array(1_000));
  assert.ok(frames.unfinishedBytes <= 4 + 65_536, `${frames.unfinishedBytes}`);
  assert.ok(!frames.isWhole);
});

Deno.test("bounds hold to the byte: of a frame, a name, a hello and its services", () => {
  const envelope = (body: string) => ({ to, from, message: peer(body) });
  const writer = new FrameWriter();
  writer.envelope(envelope("12345"));
  const size = writer.length - 4;
  const bytes = writer.written.slice();
  const exact = listening(size);
  exact.frames.push(bytes);
  assert.equal(exact.told.length, 1);
  assert.throws(() => listening(size - 1).frames.push(bytes), /limit/);
  assert.equal(new FrameWriter(size).envelope(envelope("12345")), undefined);
  assert.match(new FrameWriter(size - 1).envelope(envelope("12345")) ?? "", /limit/);
  const named = (length: number) =>
    new FrameWriter().envelope({ ...envelope(""), to: { service: "x".repeat(length) } });
  assert.equal(named(255), undefined);
  assert.match(named(256) ?? "", /A name of 256 bytes/);
  const hello = (process: string, services: readonly string[]) => {
    const writer = new FrameWriter();
    writer.hello(process, services);
    return () => listening().frames.push(writer.written.slice());
  };
  const services = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`);
  hello("p", services(1_024))();
  assert.throws(hello("p", services(1_025)), /This is no hello/);
  assert.throws(hello("x".repeat(600 * 1024), []), /Hello of \d+ bytes; limit 524288/);
});

Deno.test("a name that is cut off is refused, and an empty one of a node is the receiver's", () => {
  const head = (
    ...names: readonly string[]
  ) => [
    1,
    ...names.flatMap((name) =>
      [name.length, ...name].map((one) => typeof one === "string" ? one.charCodeAt(0) : one)
    ),
  ];
  const push = (bytes: readonly number[]) => {
    const { frames, told } = listening();
    frames.push(Uint8Array.from([0, 0, 0, bytes.length, ...bytes]));
    return told;
  };
  const body = [...new TextEncoder().encode('{"type":"peer"}')];
  const said = { from: { node: "b", service: "c" }, message: { type: "peer" } };
  assert.deepEqual(push([...head("", "a", "b", "c"), ...body]), [{
    ...said,
    to: { service: "a" },
  }]);
  assert.deepEqual(push([...head("n", "a", "b", "c"), ...body]), [
    { ...said, to: { node: "n", service: "a" } },
  ]);
  const whole = head("n", "a", "b", "c");
  for (let cut = 1; cut < whole.length; cut++) {
    assert.throws(() => push(whole.slice(0, cut)), /A name is cut off/, String(cut));
  }
});

Deno.test("names of the message before are used again where they are the same, and only there", () => {
  const writer = new FrameWriter();
  const wanted: unknown[] = [];
  for (const service of ["a", "a", "ab", "b", "a", "ab"]) {
    const one = { to: { service }, from: { node: service, service: "x" }, message: peer(service) };
    writer.envelope(one);
    wanted.push(one);
  }
  const { frames, told } = listening();
  frames.push(writer.written.slice());
  assert.deepEqual(told, wanted);
  assert.ok(!frames.isWhole);
  assert.equal(frames.unfinishedBytes, 0);
  const length = writer.length;
  writer.reset();
  assert.deepEqual([writer.length, writer.written.length], [0, 0]);
  writer.envelope({ to, from, message: peer("y") });
  assert.ok(writer.length < length);
});

Deno.test("a buffer that has grown is kept up to its bound, and else given back", () => {
  const capacity = (kept: number) => {
    const writer = new FrameWriter(undefined, kept);
    writer.envelope({ to, from, message: peer("x".repeat(100_000)) });
    const grown = writer.written.buffer.byteLength;
    writer.reset();
    writer.envelope({ to, from, message: peer("y") });
    return [grown, writer.written.buffer.byteLength] as const;
  };
  const [grown, small] = capacity(64 * 1024);
  assert.ok(small < grown, `${small} ${grown}`);
  const [first, same] = capacity(grown);
  assert.equal(same, first);
});
