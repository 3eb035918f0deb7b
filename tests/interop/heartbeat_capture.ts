/**
 * Listens on a node of a cluster for what C heartbeat sends, and takes every packet apart: its
 * signatures must be right, and what is decoded must encode to the very same bytes. One JSON object
 * is written when it ends.
 *
 *     deno run --no-prompt --allow-net=0.0.0.0:694 heartbeat_capture.ts CONFIG
 *
 * CONFIG is JSON: `{ forMs, method, key, odd }`.
 *
 * @module
 */
import { openPacket } from "../../daemons/heartbeat/codecs.ts";
import { stringOf } from "../../daemons/heartbeat/fields.ts";
import crc from "../../plugins/auth/crc/mod.ts";
import md5 from "../../plugins/auth/md5/mod.ts";
import sha1 from "../../plugins/auth/sha1/mod.ts";
import bz2 from "../../plugins/compression/bz2/mod.ts";
import zlib from "../../plugins/compression/zlib/mod.ts";
import ha from "../../plugins/encoding/ha/mod.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { oddMessage, type OddOptions } from "./heartbeat/odd_messages.ts";

const { forMs, method, key, odd }: {
  readonly forMs: number;
  readonly method: string;
  readonly key: string;
  readonly odd: OddOptions;
} = JSON.parse(Deno.args[0] ?? "{}");
const host = { emit: () => {}, log: () => {} };
const auth = method === "crc"
  ? await crc({}, host)
  : await (method === "md5" ? md5 : sha1)({ key }, host);
const encoding = await ha({ framing: "netstring" }, host);
const classic = await ha({ framing: "classic" }, host);
const codecs = {
  encoding,
  keys: { entries: new Map([[1, auth]]), current: 1 },
  compressions: new Map([["bz2", await bz2({}, host)], ["zlib", await zlib({ level: 6 }, host)]]),
};
/** Fields that the sender and the client's library add. */
const added = new Set(
  "from_id to_id client_gen src srcuuid seq hg ts ld ttl auth _compression_algorithm".split(" "),
);

const wrong: string[] = [];
const odds = new Set<number>();
let packets = 0;
let packed = 0;
let inner = 0;

function look(packet: Uint8Array): void {
  packets++;
  const opened = openPacket(codecs, packet);
  const envelope = encoding.open(packet);
  if (!opened.ok || envelope === undefined) {
    wrong.push(`packet ${packets}: ${opened.ok ? "no envelope" : opened.refusal}`);
    return;
  }
  const { message } = opened;
  const type = `${stringOf(message, "t")} ${stringOf(message, "number") ?? ""}`;
  const frame = encoding.decode(envelope.frame);
  if (!frame.ok || !same(encoding.encode(frame.message), envelope.frame)) {
    wrong.push(`${type}: encodes to other bytes`);
  }
  if (frame.ok && stringOf(frame.message, "_compression_algorithm") !== undefined) packed++;
  const mac = stringOf(message, "auth");
  if (mac !== undefined) {
    inner++;
    const signed = encoding.inner?.(message);
    if (signed === undefined || !auth.verify(signed, mac.slice(2))) {
      wrong.push(`${type}: the inner signature is wrong`);
    }
    // What classic framing says, it says both ways.
    const plain = message.filter(({ name }) => name !== "auth");
    const again = classic.decode(classic.encode(plain));
    if (!again.ok || text(again.message) !== text(plain)) wrong.push(`${type}: classic differs`);
  }
  if (stringOf(message, "t") !== "labodd") return;
  const number = Number(stringOf(message, "number"));
  odds.add(number);
  const said = text(message.filter(({ name }) => !added.has(name)));
  const meant = text(oddMessage(number, odd));
  if (said !== meant) wrong.push(`${type}: says ${said.slice(0, 300)} for ${meant.slice(0, 300)}`);
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

function text(message: WireMessage): string {
  return JSON.stringify(
    message,
    (_, value: unknown) => value instanceof Uint8Array ? value.toHex() : value,
  );
}

const socket = Deno.listenDatagram({
  transport: "udp",
  hostname: "0.0.0.0",
  port: 694,
  reuseAddress: true,
});
setTimeout(() => socket.close(), forMs);
const buffer = new Uint8Array(65_536);
console.log(JSON.stringify({ pid: Deno.pid }));
for (;;) {
  const received = await socket.receive(buffer).catch(() => undefined);
  if (received === undefined) break;
  look(received[0].slice());
}
console.log(JSON.stringify({
  event: "captured",
  captured: { packets, packed, inner, odds: odds.size, wrong: wrong.slice(0, 5) },
}));
