import assert from "node:assert/strict";
import type { MediumEvent } from "./contract.ts";
import { addressBytes, echoReply, echoRequest } from "./icmp_echo.ts";
import type { TakeReply } from "./icmp_socket.ts";
import { pinger } from "./pinger.ts";

const none = { permissions: "none" } as const;
const frame = new TextEncoder().encode("###\n10:(0)t=NS_st,%%%\n");

/** A pinger over a network that answers as it is told to. */
async function pinged(addresses: readonly string[], errno = 0) {
  const events: MediumEvent[] = [];
  const sent: { address: string; sequence: number; data: Uint8Array }[] = [];
  let take: TakeReply = () => {};
  const medium = await pinger(
    { name: "group", addresses },
    { emit: (event) => events.push(event), log: () => {} },
    (_version, takeReply) => {
      take = takeReply;
      return {
        send(address, sequence, data) {
          sent.push({ address, sequence, data });
          return errno;
        },
        close: () => Promise.resolve(),
      };
    },
  );
  const reply = (from: string, sequence: number, data = frame) =>
    take(addressBytes(from), { identifier: 1, sequence, data });
  const answers = () => events.filter(({ type }) => type === "answered").length;
  return { medium, events, sent, reply, answers };
}

Deno.test(
  "a reply counts if it is unchanged, from whom it was asked, and to what was asked",
  none,
  async () => {
    const { medium, sent, reply, answers } = await pinged(["10.0.0.1"]);
    await medium.send(frame);
    const { sequence, data } = sent[0]!;
    assert.deepEqual(data, frame);
    const changed = frame.slice();
    changed[7]! ^= 1;
    reply("10.0.0.1", sequence, changed);
    reply("10.0.0.1", sequence, frame.subarray(1));
    reply("10.0.0.2", sequence);
    reply("10.0.0.1", sequence + 1);
    assert.equal(answers(), 0);
    reply("10.0.0.1", sequence);
    assert.equal(answers(), 1);
    reply("10.0.0.1", sequence);
    assert.equal(answers(), 1, "the same reply twice");
  },
);

Deno.test("in a group the first reply of each sequence number counts", none, async () => {
  const { medium, sent, reply, answers } = await pinged(["10.0.0.1", "10.0.0.2", "fd00::3"]);
  await medium.send(frame);
  assert.deepEqual(sent.map(({ address }) => address), ["10.0.0.1", "10.0.0.2", "fd00::3"]);
  assert.deepEqual(new Set(sent.map(({ sequence }) => sequence)).size, 1);
  reply("10.0.0.2", sent[0]!.sequence);
  reply("10.0.0.1", sent[0]!.sequence);
  assert.equal(answers(), 1);
  await medium.send(frame);
  reply("fd00::3", sent[3]!.sequence);
  assert.equal(answers(), 2);
});

Deno.test("what is not answered is forgotten after sixteen more", none, async () => {
  const { medium, sent, reply, answers } = await pinged(["10.0.0.1"]);
  for (let count = 0; count < 17; count++) await medium.send(frame);
  reply("10.0.0.1", sent[0]!.sequence);
  assert.equal(answers(), 0);
  reply("10.0.0.1", sent[1]!.sequence);
  assert.equal(answers(), 1);
});

Deno.test("the sequence number goes round within 16 bits", none, async () => {
  const { medium, sent, reply, answers } = await pinged(["10.0.0.1"]);
  for (let count = 0; count < 65_537; count++) await medium.send(frame);
  const last = sent.at(-1)!.sequence;
  assert.equal(last, 1);
  reply("10.0.0.1", last);
  assert.equal(answers(), 1);
});

Deno.test("an error that lasts is told once", none, async () => {
  const { medium, events } = await pinged(["10.0.0.1"], 101);
  for (let count = 0; count < 5; count++) await medium.send(frame);
  assert.equal(events.length, 1);
  assert.match(JSON.stringify(events), /cannot send to 10\.0\.0\.1 \(errno 101\)/);
});

Deno.test(
  "echo requests have the checksum of RFC 1071; replies are told from requests",
  none,
  () => {
    const request = echoRequest(4, 0x1234, 1, new TextEncoder().encode("abc"));
    let sum = 0;
    for (let at = 0; at < request.length; at += 2) {
      sum += (request[at]! << 8) + (request[at + 1] ?? 0);
    }
    assert.equal(((sum & 0xffff) + (sum >>> 16)) & 0xffff, 0xffff);
    assert.deepEqual([...request.subarray(0, 2), ...request.subarray(4)], [
      ...[8, 0],
      ...[0x12, 0x34, 0, 1, 0x61, 0x62, 0x63],
    ]);
    assert.equal(echoReply(4, request, false), undefined);
    const reply = request.slice();
    reply[0] = 0;
    const wanted = { identifier: 0x1234, sequence: 1, data: new TextEncoder().encode("abc") };
    assert.deepEqual(echoReply(4, reply, false), wanted);
    const head = new Uint8Array(24);
    head[0] = 0x46; // a head of 24 bytes, as with options
    assert.deepEqual(echoReply(4, Uint8Array.from([...head, ...reply]), true), wanted);
    for (const short of [new Uint8Array(0), reply.subarray(0, 7), Uint8Array.of(0x4f)]) {
      assert.equal(echoReply(4, short, short.length === 1), undefined);
    }
  },
);

Deno.test("addresses as bytes", none, () => {
  for (
    const [text, bytes] of [
      ["10.0.0.254", [10, 0, 0, 254]],
      ["::", Array(16).fill(0)],
      ["::1", [...Array(15).fill(0), 1]],
      ["fd00::", [0xfd, ...Array(15).fill(0)]],
      ["FD00::12:ab", [0xfd, ...Array(12).fill(0), 0x12, 0, 0xab]],
      ["1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
      ["::ffff:10.0.0.1", [...Array(10).fill(0), 255, 255, 10, 0, 0, 1]],
    ] as const
  ) {
    assert.deepEqual([...addressBytes(text)], [...bytes], text);
  }
});
