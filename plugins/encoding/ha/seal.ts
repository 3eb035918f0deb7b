/**
 * Where the signature of a packet stands: behind a netstring frame as a netstring of its own, the
 * *trailer*; in a classic frame as its last line, `auth`.
 *
 * Both are found without parsing a single field, because a packet is not to be trusted before its
 * signature has been verified.
 *
 * @module
 */
import type { Envelope } from "../../handler/encoding/contract.ts";
import * as classic from "./classic.ts";
import * as netstring from "./netstring.ts";

/** Characters of `<authnum> <mac>` at most. */
const tokenCharactersMax = 160;
const tokenForm = /^(0|[1-9][0-9]?) ([0-9a-f]+)$/;

/** `auth=` */
const authLine = Uint8Array.of(0x61, 0x75, 0x74, 0x68, 0x3d);

/** What the signature of an unsigned frame covers. */
export function signable(frame: Uint8Array): Uint8Array {
  return isClassic(frame)
    ? frame.subarray(classic.head.length, frame.length - classic.tail.length)
    : frame;
}

/** The frame with its signature. */
export function seal(frame: Uint8Array, authnum: number, mac: string): Uint8Array {
  const token = `${authnum} ${mac}`;
  if (!isClassic(frame)) return spliced(frame, frame.length, `${token.length}:${token},`);
  return spliced(frame, frame.length - classic.tail.length, `auth=${token}\n`);
}

/** Takes a packet apart at its signature. */
export function open(packet: Uint8Array): Envelope | undefined {
  if (netstring.startsWith(packet, netstring.head, 0, packet.length)) return openNetstring(packet);
  if (isClassic(packet)) return openClassic(packet);
  return undefined;
}

function openNetstring(packet: Uint8Array): Envelope | undefined {
  const end = packet.length - 1;
  if (packet[end] !== 0x2c) return undefined;
  // The trailer's own colon: neither number nor signature can hold one.
  const colon = packet.lastIndexOf(0x3a, end);
  if (colon < 0 || end - colon > tokenCharactersMax) return undefined;
  const length = String(end - colon - 1);
  const start = colon - length.length;
  for (let i = 0; i < length.length; i++) {
    if (packet[start + i] !== length.charCodeAt(i)) return undefined;
  }
  if (!netstring.startsWith(packet, netstring.tail, start - netstring.tail.length, start)) {
    return undefined;
  }
  const signed = packet.subarray(0, start);
  return envelope(packet, colon + 1, end, signed, signed);
}

function openClassic(packet: Uint8Array): Envelope | undefined {
  const last = packet[packet.length - 1] === 0 ? packet.length - 1 : packet.length;
  const end = last - classic.tail.length - 1;
  if (end < 0 || packet[end] !== 0x0a) return undefined;
  if (!netstring.startsWith(packet, classic.tail, end + 1, last)) return undefined;
  const start = packet.lastIndexOf(0x0a, end - 1) + 1;
  if (end - start > tokenCharactersMax) return undefined;
  if (!netstring.startsWith(packet, authLine, start, end)) return undefined;
  const signed = packet.subarray(classic.head.length, start);
  return envelope(packet, start + authLine.length, end, signed, packet);
}

function envelope(
  packet: Uint8Array,
  from: number,
  to: number,
  signed: Uint8Array,
  frame: Uint8Array,
): Envelope | undefined {
  let token = "";
  for (let at = from; at < to; at++) token += String.fromCharCode(packet[at]!);
  const parts = tokenForm.exec(token);
  if (parts === null) return undefined;
  return { authnum: Number(parts[1]), mac: parts[2]!, signed, frame };
}

/** Whether a frame is written in classic framing. */
export function isClassic(frame: Uint8Array): boolean {
  return netstring.startsWith(frame, classic.head, 0, frame.length);
}

function spliced(frame: Uint8Array, at: number, ascii: string): Uint8Array {
  const packet = new Uint8Array(frame.length + ascii.length);
  packet.set(frame.subarray(0, at));
  for (let i = 0; i < ascii.length; i++) packet[at + i] = ascii.charCodeAt(i);
  packet.set(frame.subarray(at), at + ascii.length);
  return packet;
}
