/**
 * Mutated messages of every type, and mutated bytes of them, through the door that every message
 * passes; and what services say to their own kind, through its reader. None may throw, take longer
 * than its bound, or make the process keep memory; and what is believed is itself a valid message.
 *
 *     deno task fuzz messages [COUNT [SEED]]
 *
 * COUNT mutations of each union. A failure names its seed.
 *
 * @module
 */
import { readPeer as readCcm } from "../../daemons/ccm/protocol.ts";
import { readPeer as readCib } from "../../daemons/cib/protocol.ts";
import { readPeer as readCrmd } from "../../daemons/crmd/protocol.ts";
import { protocol } from "../../daemons/protocols.ts";
import { enter } from "../../daemons/runtime/door.ts";
import { FrameReader, FrameWriter } from "../../daemons/runtime/frame.ts";
import type { Effect } from "../../daemons/runtime/machine.ts";
import type { Envelope } from "../../daemons/runtime/router.ts";
import { Random } from "../../daemons/runtime/random.ts";
import { type Reader, Refusal } from "../../daemons/runtime/reader.ts";
import { heardText, Refusals } from "../../daemons/runtime/refusals.ts";
import { readPeer as readStonithd } from "../../daemons/stonithd/protocol.ts";
import { peerSamples, samples } from "./message_samples.ts";
import { mutated, mutatedBytes } from "./mutate.ts";

/** Milliseconds that one message may take; a pause of the machine is not its fault, so it is tried again. */
const stallMs = 50;

/** What came of one union. */
export interface Fuzzed {
  readonly union: string;
  readonly tried: number;
  readonly believed: number;
  readonly slowestMs: number;
}

const encoder = new TextEncoder();
const peers: Readonly<Record<string, Reader<unknown>>> = {
  ccm: readCcm,
  cib: readCib,
  crmd: readCrmd,
  stonithd: readStonithd,
};
/** A service that may say a type, and one that takes it. */
const speakers: Readonly<Record<string, string>> = { client: "client-1", node: "ccm" };

/** Mutations of each union of messages: those of a daemon to others, and those to its own kind. */
export function* fuzzMessages(count: number, seed: number): Generator<Fuzzed> {
  const unions = Map.groupBy(protocol.keys(), (type) => type.split("/")[0] ?? "");
  for (const [union, types] of unions) {
    yield fuzz(
      `messages of ${union}`,
      count,
      seed,
      (random) => atTheDoor(random.pick(types), random),
    );
  }
  for (const [service, read] of Object.entries(peers)) {
    const of = peerSamples[service] ?? [];
    const refusals = new Refusals();
    yield fuzz(
      `${service} to its own kind`,
      count,
      seed,
      (random) => betweenNodes(service, read, refusals, random.pick(of), random),
    );
  }
  yield fuzz("frames of links", count, seed, overALink);
}

/** Gives each mutation its own seed. */
function fuzz(
  union: string,
  count: number,
  seed: number,
  one: (random: Random) => boolean,
): Fuzzed {
  let believed = 0;
  let slowestMs = 0;
  for (let number = 0; number < count; number++) {
    const own = (seed * 1_000_003 + number) >>> 0;
    const took = (): number => {
      const start = performance.now();
      const isBelieved = one(new Random(own));
      const tookMs = performance.now() - start;
      if (isBelieved) believed++;
      return tookMs;
    };
    try {
      // What a message costs is the least of several: other programs want the processor too.
      let ms = took();
      for (let again = 0; ms > 5 && again < 10; again++) ms = Math.min(ms, took());
      slowestMs = Math.max(slowestMs, ms);
    } catch (error) {
      throw new Error(`${union}, seed ${own}`, { cause: error });
    }
    if (slowestMs > stallMs) throw new Error(`${union}, seed ${own}: it took ${slowestMs} ms`);
  }
  return { union, tried: count, believed, slowestMs };
}

/** One mutation of a type, as bytes. Tells whether it was believed. */
function atTheDoor(type: string, random: Random): boolean {
  const rule = protocol.get(type);
  const sample = samples[type];
  if (rule === undefined) return false;
  if (sample === undefined) {
    if (rule.from.includes("runtime")) return false;
    throw new Error(`there is no sample of ${type}`);
  }
  const to = rule.to?.[0] ?? "ccm";
  const [speaker = ""] = rule.from;
  const service = speaker === "same@peer" ? to : speakers[speaker] ?? speaker.replace(/@peer$/, "");
  const changed = random.chance(0.1) ? sample : mutated(sample, random);
  const json = encoder.encode(JSON.stringify(changed) ?? "");
  const bytes = random.chance(0.3) ? mutatedBytes(json, random) : json;
  const entered = enter(protocol, "alice", {
    to,
    from: { node: "alice", service },
    message: { type: "unread", json: bytes },
  });
  if (changed === sample && bytes === json && !entered.ok) {
    throw new Error(`${type} of ${service} is valid, and refused: ${entered.refused.why}`);
  }
  if (!entered.ok) return false;
  // A flipped bit may have made another type of it.
  const again = protocol.get(entered.message.type)?.read(entered.message);
  if (again instanceof Refusal || JSON.stringify(again) !== JSON.stringify(entered.message)) {
    throw new Error(`${type}: what was believed is not valid itself`);
  }
  return true;
}

function betweenNodes(
  service: string,
  read: Reader<unknown>,
  refusals: Refusals,
  sample: unknown,
  random: Random,
): boolean {
  const json = JSON.stringify(mutated(sample, random)) ?? "";
  const text = random.chance(0.3)
    ? new TextDecoder().decode(mutatedBytes(encoder.encode(json), random))
    : json;
  const out: Effect[] = [];
  // Senders that nobody has heard of must not fill the memory.
  const from = { node: `n${random.between(0, 100_000)}`, service };
  const said = heardText(read, text, from, { refusals, service, at: random.between(0, 1e9), out });
  return said !== undefined;
}

/** Frames, one of them broken: the link may end, and nothing else. */
function overALink(random: Random): boolean {
  const writer = new FrameWriter();
  writer.hello("lrmd", ["lrmd", "plugins@lrmd"]);
  const from: Envelope["from"] = { node: "alice", service: "lrmd" };
  writer.envelope({ to: { service: "crmd" }, from, message: { type: "lrm/forgotten", id: "1" } });
  const bytes = mutatedBytes(writer.written.slice(), random);
  let taken = 0;
  const reader = new FrameReader({ hello: () => taken++, envelope: () => taken++ }, 1024 * 1024);
  try {
    const at = random.between(0, bytes.length);
    reader.push(bytes.slice(0, at));
    reader.push(bytes.slice(at));
  } catch (error) {
    const isKnown = error instanceof RangeError || error instanceof SyntaxError ||
      error instanceof TypeError;
    if (!isKnown) throw error;
  }
  return taken === 2;
}

if (import.meta.main) {
  const [count = "10000", seed = "1"] = Deno.args;
  const before = Deno.memoryUsage().heapUsed;
  for (const { union, tried, believed, slowestMs } of fuzzMessages(Number(count), Number(seed))) {
    console.log(
      `${union}: ${tried} messages, ${believed} believed, slowest ${slowestMs.toFixed(1)} ms`,
    );
  }
  const grownMib = (Deno.memoryUsage().heapUsed - before) / 1024 / 1024;
  console.log(`heap ${grownMib.toFixed(1)} MiB more`);
  if (grownMib > 64) Deno.exit(1);
}
