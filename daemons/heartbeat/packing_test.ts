/**
 * What our own messages are packed with: nodes that chose differently are one cluster.
 *
 * @module
 */
import assert from "node:assert/strict";
import bz2 from "../../plugins/compression/bz2/mod.ts";
import zlib from "../../plugins/compression/zlib/mod.ts";
import zstd from "../../plugins/compression/zstd/mod.ts";
import type { Compression } from "../../plugins/handler/compression/contract.ts";
import { type Codecs, openPacket, sealPacket } from "./codecs.ts";
import {
  type HeartbeatConfig,
  messageBytesMax,
  packFromBytesDefault,
  unpackedAtOnceBytesMax,
} from "./config.ts";
import { binary, hex, string, stringOf } from "./fields.ts";
import { readPacket } from "./stream_in.ts";
import { writeItem } from "./stream_item.ts";
import { plainCodecs } from "./testing/plain_codecs.ts";
import { SmallWorld } from "./testing/small_world.ts";

const host = { emit() {}, log() {} };
const plugins = {
  zlib: await zlib({ level: 6 }, host),
  bz2: await bz2({}, host),
  zstd: await zstd({}, host),
};
/** Which node packs with what. */
const choices = { n1: "none", n2: "zlib", n3: "bz2", n4: "zstd" } as const;
const nodes = Object.keys(choices);
const config: HeartbeatConfig = {
  nodes,
  media: [{ link: "net0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
};

/** The codecs of a node, and what each of its compressions packed and unpacked. */
function counting(choice: (typeof choices)[keyof typeof choices], used: string[]): Codecs {
  const compressions = Object.entries(plugins).map(([name, plugin]): [string, Compression] => [
    name,
    {
      pack: (bytes) => (used.push(`pack ${name}`), plugin.pack(bytes)),
      unpack: (bytes, max) => (used.push(`unpack ${name}`), plugin.unpack(bytes, max)),
    },
  ]);
  return {
    ...plainCodecs("key"),
    compressions: new Map(compressions),
    ...(choice === "none" ? {} : { packWith: choice }),
  };
}

function formed(change: Partial<HeartbeatConfig> = {}) {
  const used = new Map(nodes.map((name) => [name, [] as string[]]));
  const world = new SmallWorld(
    { ...config, ...change },
    (name) => counting(choices[name as keyof typeof choices], used.get(name)!),
  );
  for (const name of nodes) world.start(name);
  world.run(1000);
  return { world, used };
}

Deno.test("nodes that pack differently, or not at all, understand each other", () => {
  const { world, used } = formed();
  const text = "all work and no play makes ".repeat(1_000);
  for (const from of nodes) {
    for (const to of nodes) if (to !== from) world.say(from, to, `${from} ${text}`);
  }
  world.run(500);
  for (const from of nodes) {
    for (const to of nodes) {
      if (to !== from) assert.deepEqual(world.said(to, from), [`${from} ${text}`], `${from} ${to}`);
    }
  }
  for (const [name, choice] of Object.entries(choices)) {
    const packed = used.get(name)!.filter((what) => what.startsWith("pack"));
    assert.deepEqual(packed, choice === "none" ? [] : Array(3).fill(`pack ${choice}`));
    // What a node packs it reads itself before it is sent.
    const others = Object.values(choices).filter((other) => other !== "none");
    const unpacked = new Set(used.get(name)!.filter((what) => what.startsWith("unpack")));
    assert.deepEqual(unpacked, new Set(others.map((other) => `unpack ${other}`)));
  }
});

Deno.test("what is smaller than the threshold is not packed", () => {
  for (const packFromBytes of [undefined, 10_000]) {
    const from = packFromBytes ?? packFromBytesDefault;
    const { world, used } = formed(packFromBytes === undefined ? {} : { packFromBytes });
    // What is around the text takes less than a hundred bytes.
    world.say("n4", "n2", "s".repeat(from - 100));
    world.run(100);
    assert.deepEqual(used.get("n4"), [], `${from}`);
    world.say("n4", "n2", "l".repeat(from));
    world.run(100);
    assert.deepEqual(used.get("n4"), ["pack zstd", "unpack zstd"], `${from}`);
    assert.deepEqual(world.said("n2", "n4"), ["s".repeat(from - 100), "l".repeat(from)]);
  }
});

Deno.test("what no packet holds goes packed with what C nodes know, whatever the choice", () => {
  const text = "all work and no play ".repeat(5_000);
  for (
    const [choice, by] of [["none", "zlib"], ["zlib", "zlib"], ["bz2", "bz2"], ["zstd", "zlib"]]
  ) {
    const used: string[] = [];
    const packet = sealPacket(
      counting(choice as (typeof choices)[keyof typeof choices], used),
      [string("t", "large"), string("body", text)],
    );
    assert.deepEqual(used, [`pack ${by}`], choice);
    const opened = openPacket(counting("none", used), packet);
    assert.ok(opened.ok);
    assert.equal(stringOf(opened.message, "body"), text);
  }
});

/** A node whose compression gives what another one cannot read. */
function world(pack: Compression["pack"], unpackOf: (name: string) => Compression["unpack"]) {
  const world = new SmallWorld({ ...config, nodes: ["n1", "n2"] }, (name) => ({
    ...plainCodecs("key"),
    compressions: new Map([["zstd", { pack, unpack: unpackOf(name) }]]),
    packWith: "zstd",
  }));
  for (const name of ["n1", "n2"]) world.start(name);
  world.run(500);
  return world;
}

const text = "all work and no play makes ".repeat(1_000);

Deno.test("what a node cannot unpack itself it does not send packed", () => {
  const { pack, unpack } = plugins.zstd;
  for (
    const [broken, why] of [
      [
        (bytes: Uint8Array) => Uint8Array.of(...pack(bytes), 0),
        /cannot decompress what zstd compressed/,
      ],
      [(bytes: Uint8Array) => pack(bytes.with(5, 0)), /decompressed to other bytes/],
      [() => {
        throw new Error("no memory");
      }, /no memory/],
    ] as const
  ) {
    const there = world(broken, () => unpack);
    there.say("n1", "n2", text);
    there.run(100);
    assert.deepEqual(there.said("n2", "n1"), [text]);
    assert.equal(there.node("n1").log.filter((line) => why.test(line)).length, 1, `${why}`);
  }
});

Deno.test("what another node cannot unpack is refused to its sender, who packs no more", () => {
  const { pack, unpack } = plugins.zstd;
  const there = world(pack, (name) => {
    if (name === "n1") return unpack;
    return () => {
      throw new Error("another version");
    };
  });
  // The refusal may be lost as anything may.
  there.weather.loss = 0.3;
  const at = there.now;
  there.say("n1", "n2", text);
  there.run(300);
  assert.ok(there.sawAt("n2", "n1", "dead", at) !== undefined, "n2 is shown that it lost one");
  there.weather.loss = 0;
  there.run(300);
  assert.equal(there.sees("n2", "n1"), "active");
  const { counters } = there.node("n2").machine.state;
  assert.equal(counters.refused.unpackable, 1, "it came once, and is not asked for");
  for (let count = 0; count < 3; count++) there.say("n1", "n2", `${count} ${text}`);
  there.run(300);
  assert.deepEqual(there.said("n2", "n1"), [0, 1, 2].map((count) => `${count} ${text}`));
  assert.equal(counters.refused.unpackable, 1);
  assert.match(
    there.node("n2").log.join("\n"),
    /Refused 1 packet from n1: they cannot be unpacked/,
  );
  assert.match(
    there.node("n1").log.join("\n"),
    /no longer compressed: n2 cannot decompress .* "zstd"/,
  );
});

Deno.test("what one packet unpacks to is bounded, however many messages it holds", () => {
  const { pack, unpack } = plugins.zstd;
  let unpackedBytes = 0;
  const there = world(pack, () => (bytes, max) => {
    const unpacked = unpack(bytes, max);
    unpackedBytes += unpacked.length;
    return unpacked;
  });
  const { state } = there.node("n2").machine;
  const peer = state.peers.get("n1")!;
  const bytes = Uint8Array.from(pack(new Uint8Array(messageBytesMax - 1)));
  const payload = new Uint8Array(60_000);
  let at = 0;
  for (let count = 0; count < 20; count++) {
    const names = { node: "*", to: "echo", from: "echo", packing: "zstd" };
    at = writeItem(payload, at, { first: true, last: true, ...names, bytes });
  }
  const turn = { state, at: 1_000, out: [] };
  readPacket(turn, peer, [hex("n", peer.incoming!.next), binary("p", payload.subarray(0, at))]);
  assert.ok(unpackedBytes <= unpackedAtOnceBytesMax, `${unpackedBytes}`);
  assert.equal(peer.incoming?.refused, "zstd");
});
