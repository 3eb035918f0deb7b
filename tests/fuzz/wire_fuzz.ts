/**
 * Mutated packets, as many as are asked for, through each encoding: none may crash it, stall it or
 * make it keep memory; and none may be accepted by its signature.
 *
 *     deno task fuzz [COUNT [ENCODING...]]
 *
 * Every mutation comes from a seed, which a failure reports.
 *
 * @module
 */
import { Random } from "../../daemons/runtime/random.ts";
import sha1Plugin from "../../plugins/auth/sha1/mod.ts";
import ha from "../../plugins/encoding/ha/mod.ts";
import json from "../../plugins/encoding/json/mod.ts";
import xml from "../../plugins/encoding/xml/mod.ts";
import xmlrpc from "../../plugins/encoding/xmlrpc/mod.ts";
import type { Encoding, WireMessage } from "../../plugins/handler/encoding/contract.ts";

/** Milliseconds that one packet may take; a pause of the machine is not its fault, so it is tried again. */
const stallMs = 50;
/** MiB that the heap may grow by. */
const growthMibMax = 64;

const host = { emit: () => {}, log: () => {} };
const encodings: Readonly<Record<string, Encoding>> = {
  netstring: await ha({ framing: "netstring" }, host),
  classic: await ha({ framing: "classic" }, host),
  json: await json({}, host),
  xml: await xml({}, host),
  xmlrpc: await xmlrpc({}, host),
};
const sha1 = await sha1Plugin({ key: "fuzz" }, host);

const messages: readonly WireMessage[] = [
  [
    { type: "string", name: "t", value: "status" },
    { type: "string", name: "st", value: "active" },
    { type: "binary", name: "srcuuid", value: Uint8Array.from({ length: 16 }, (_, i) => i * 17) },
    { type: "string", name: "seq", value: "1f" },
  ],
  [
    { type: "string", name: "t", value: "edge" },
    { type: "list", name: "l", value: ["abc", "1:2,"] },
    { type: "struct", name: "c", value: [{ type: "struct", name: "d", value: [] }] },
    { type: "packed", name: "p", value: Uint8Array.of(0x78, 0x9c, 10, 0) },
    { type: "string", name: "dup", value: "1" },
    { type: "string", name: "dup", value: "é\n=,:" },
  ],
];

/** One packet, changed in one to eight ways. */
function mutated(random: Random, from: readonly Uint8Array[]): Uint8Array {
  let bytes = random.pick(from).slice();
  for (let change = random.between(1, 8); change > 0; change--) {
    const at = random.between(0, Math.max(0, bytes.length - 1));
    switch (random.between(0, 6)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = Uint8Array.of(
          ...bytes.subarray(0, at),
          random.between(0, 255),
          ...bytes.subarray(at),
        );
        break;
      case 2: {
        const other = random.pick(from);
        bytes = Uint8Array.of(...bytes.subarray(0, at), ...other.subarray(at % other.length));
        break;
      }
      case 3:
        bytes[at] = '0123456789:,()=<>%#\n\x13\x14\0&;/"[]{}'.charCodeAt(random.between(0, 33));
        break;
      default:
        bytes[at] = random.between(0, 255);
    }
  }
  return bytes;
}

function fuzz(name: string, encoding: Encoding, count: number): void {
  const packets = messages.map((message) => {
    const frame = encoding.encode(message);
    return encoding.seal(frame, 1, sha1.sign(encoding.signable(frame)));
  });
  const genuine = new Set(packets.map((packet) => packet.toHex()));
  const before = Deno.memoryUsage().heapUsed;
  let decoded = 0;
  let slowest = 0;
  for (let seed = 0; seed < count; seed++) {
    const packet = mutated(new Random(seed), packets);
    try {
      const took = () => {
        const start = performance.now();
        const envelope = encoding.open(packet);
        const result = encoding.decode(envelope?.frame ?? packet);
        if (result.ok) decoded++;
        if (
          envelope !== undefined && sha1.verify(envelope.signed, envelope.mac) &&
          !genuine.has(packet.toHex()) && envelope.authnum === 1 &&
          !sameSigned(encoding, envelope.signed, packets)
        ) throw new Error("a forged packet was accepted");
        return performance.now() - start;
      };
      const ms = took();
      // What a packet costs is the least of two: other programs want the processor too.
      slowest = Math.max(slowest, ms > 5 ? Math.min(ms, took(), took()) : ms);
      if (slowest > stallMs) throw new Error(`it took ${slowest} ms`);
    } catch (error) {
      console.error(`${name}, seed ${seed}: ${error instanceof Error ? error.stack : error}`);
      Deno.exit(1);
    }
  }
  const grownMib = (Deno.memoryUsage().heapUsed - before) / 1024 / 1024;
  console.log(
    `${name}: ${count} packets, ${decoded} decoded, slowest ${slowest.toFixed(1)} ms, ` +
      `heap ${grownMib.toFixed(1)} MiB more`,
  );
  if (grownMib > growthMibMax) Deno.exit(1);
}

/** Whether the signed bytes are those of a genuine packet: what is outside of them means nothing. */
const sameSigned = (
  encoding: Encoding,
  signed: Uint8Array,
  packets: readonly Uint8Array[],
): boolean => packets.some((packet) => encoding.open(packet)?.signed.toHex() === signed.toHex());

const [count = "10000", ...names] = Deno.args;
for (const [name, encoding] of Object.entries(encodings)) {
  if (names.length === 0 || names.includes(name)) fuzz(name, encoding, Number(count));
}
