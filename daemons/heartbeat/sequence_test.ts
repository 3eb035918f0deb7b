import assert from "node:assert/strict";
import { scenarios } from "../runtime/testing/transcript.ts";
import type { WireField, WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { openPacket, sealPacket } from "./codecs.ts";
import type { HeartbeatConfig } from "./config.ts";
import { decimalOf, hex, hexOf, string, stringOf } from "./fields.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const scenario = scenarios("heartbeat_sequence");

const codecs = plainCodecs("key");
const config: HeartbeatConfig = {
  nodes: ["ours", "theirs"],
  media: [{ link: "eth0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 10_000,
  initdeadMs: 20_000,
};

/** A node of ours beside one that speaks as C heartbeat does, played by the test. */
class BesideC {
  readonly world = new SmallWorld(config, () => plainCodecs("key"), 3);
  #seen = 0;

  constructor() {
    this.world.start("ours");
    this.world.run(10);
  }

  /** Their message, from outside the sequence if it has no number. */
  says(seq: number | undefined, generation: number, ...fields: WireField[]): void {
    const message = [
      ...fields,
      string("src", "theirs"),
      ...(seq === undefined ? [] : [hex("seq", seq)]),
      hex("hg", generation),
      hex("ts", 1_700_000_000),
      string("ttl", "3"),
    ];
    this.world.inject("ours", "eth0", sealPacket(codecs, message));
  }

  status(seq: number, generation = 7): void {
    this.says(
      seq,
      generation,
      string("t", "status"),
      string("st", "active"),
      hex("dt", 10_000),
      string("protocol", "1"),
    );
  }

  /** What ours sent since the last call, of one type. */
  sent(type: string): WireMessage[] {
    const packets = this.world.node("ours").packets;
    const messages = packets.slice(this.#seen).flatMap((packet) => {
      const opened = openPacket(codecs, packet);
      return opened.ok && stringOf(opened.message, "t") === type ? [opened.message] : [];
    });
    this.#seen = packets.length;
    return messages;
  }

  get counters() {
    return this.world.node("ours").machine.state.counters;
  }
}

scenario(
  "what is missing is asked for in decimal, again and again, until it comes or is naked",
  () => {
    const c = new BesideC();
    for (let seq = 1; seq <= 9; seq++) c.status(seq);
    c.status(12);
    c.sent("NS_rexmit");
    c.world.run(260);
    const asked = () =>
      new Set(c.sent("NS_rexmit").map((message) => decimalOf(message, "firstseq")));
    assert.deepEqual(asked(), new Set([10, 11]), "once within 250 ms");
    c.world.run(260);
    assert.deepEqual(asked(), new Set([10, 11]), "and again");
    c.status(10);
    c.world.run(260);
    assert.deepEqual(asked(), new Set([11]), "what came is not asked for");
    c.says(
      undefined,
      7,
      string("t", "NS_nak_rexmit"),
      hex("firstseq", 11),
      string("dest", "ours"),
      string("info", "seqno too low"),
    );
    c.world.run(600);
    assert.deepEqual(asked(), new Set(), "nor what is lost for good");
  },
);

scenario("acknowledgements: one number in ten, and none beyond a gap", () => {
  const c = new BesideC();
  for (let seq = 1; seq <= 20; seq++) c.status(seq);
  const first = c.sent("NS_ackmsg").map((message) => hexOf(message, "ackseq") ?? 0);
  assert.ok(first.length >= 1 && first.length <= 3, first.join());
  for (let seq = 22; seq <= 50; seq++) c.status(seq);
  assert.ok(c.sent("NS_ackmsg").every((message) => hexOf(message, "ackseq")! <= 20));
  c.status(21);
  const after = c.sent("NS_ackmsg").map((message) => hexOf(message, "ackseq") ?? 0);
  assert.deepEqual(after.length, 1, "the gap is closed: the last number in turn at once");
  assert.ok(after[0]! > 40 && after[0]! % 10 === first[0]! % 10);
});

scenario("duplicates, replays and earlier lives are dropped and counted", () => {
  const c = new BesideC();
  for (const seq of [5, 6, 6, 3]) c.status(seq);
  c.status(7, 6);
  assert.deepEqual(
    [
      c.counters.dropped.duplicate,
      c.counters.dropped.replayed,
      c.counters.dropped["old generation"],
    ],
    [1, 1, 1],
  );
  c.status(100, 6);
  const known = c.world.node("ours").machine.state.peers.get("theirs");
  assert.deepEqual([known?.generation, known?.lastSeq], [7, 6], "a high number does not help it");
  c.status(1, 8);
  c.world.run(5);
  assert.equal(c.world.node("ours").machine.state.peers.get("theirs")?.lastSeq, 1, "a new life");
});

scenario("after a large gap the sequence starts again", () => {
  const c = new BesideC();
  c.status(1);
  c.status(400);
  c.world.run(600);
  assert.deepEqual(c.sent("NS_rexmit"), []);
});

scenario("what they lost is sent again, the same; what is too old is naked in hex", () => {
  const c = new BesideC();
  c.status(1);
  c.world.run(60_000);
  const { seq } = c.world.node("ours").machine.state;
  assert.ok(seq > 550);
  const ask = (first: number, last = first) =>
    c.says(
      undefined,
      7,
      string("t", "NS_rexmit"),
      string("dest", "ours"),
      string("firstseq", String(first)),
      string("lastseq", String(last)),
    );
  c.sent("status");
  ask(seq - 100, seq - 98);
  assert.deepEqual(
    c.sent("status").map((message) => hexOf(message, "seq")),
    [seq - 100, seq - 99, seq - 98],
  );
  ask(seq - 100);
  assert.deepEqual(c.sent("status"), [], "not again within the same moment");
  ask(10);
  assert.deepEqual(c.sent("NS_nak_rexmit").map((message) => hexOf(message, "firstseq")), [10]);
  ask(1, 10_000);
  assert.ok(c.sent("NS_nak_rexmit").length <= 50, "a greedy request is bounded");
  c.says(undefined, 7, string("t", "NS_ackmsg"), string("dest", "ours"), hex("ackseq", seq));
  ask(seq - 50);
  assert.deepEqual(c.sent("status"), [], "what they have acknowledged they have");
});

scenario("reqnodes is answered, or a C node never becomes active", () => {
  const c = new BesideC();
  c.status(1);
  c.says(2, 7, string("t", "reqnodes"), string("dest", "ours"));
  const [answer] = c.sent("repnodes");
  assert.ok(answer);
  assert.equal(answer[0]?.name, "dest");
  assert.equal(stringOf(answer, "nodelist"), "ours theirs ");
});

scenario(
  "what never comes is asked for forty times, and then given up and said to its sender",
  () => {
    const c = new BesideC();
    c.status(1);
    c.status(3);
    let asked = 0;
    for (let turn = 0; turn < 100; turn++) {
      c.world.run(250);
      c.status(4 + turn);
      asked += c.sent("NS_rexmit").length;
    }
    assert.equal(asked, 40);
    assert.match(
      c.world.node("ours").log.join("\n"),
      /Message 2 of theirs is lost: it did not arrive after 40 requests/,
    );
    const { missing } = c.world.node("ours").machine.state.peers.get("theirs")!;
    assert.equal(missing.size, 0);
  },
);
