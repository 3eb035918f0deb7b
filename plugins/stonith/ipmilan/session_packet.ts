/**
 * Packets of RMCP+: the header of RMCP, that of the session, and a payload, which in a session is
 * encrypted and has a check value (IPMI 2.0, 13.6).
 *
 * @module
 */
import { join, readU16, readU32, u16, u32 } from "./bytes.ts";
import { checkOf, decrypt, encrypt, isChecked, type Keys, type Suite } from "./suite.ts";

/** RMCP 1.0, no acknowledgement, IPMI. */
export const rmcp = [0x06, 0x00, 0xff, 0x07] as const;
/** The authentication type that stands for RMCP+. */
const rmcpPlus = 0x06;
const [encrypted, authenticated] = [0x80, 0x40];
const nextHeader = 0x07;

/** Payload types. */
export const payloads = {
  message: 0x00,
  openRequest: 0x10,
  openAnswer: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const;

/** A packet before there is a session. */
export const plainPacket = (type: number, payload: Uint8Array): Uint8Array =>
  join(rmcp, [rmcpPlus, type], u32(0), u32(0), u16(payload.length), payload);

/** Its payload; undefined if it is another packet. */
export function plainPayload(packet: Uint8Array, type: number): Uint8Array | undefined {
  if (packet[0] !== rmcp[0] || packet[3] !== rmcp[3] || packet[4] !== rmcpPlus) return undefined;
  if (packet[5] !== type || packet.length < 16 + readU16(packet, 14)) return undefined;
  return packet.subarray(16, 16 + readU16(packet, 14));
}

/** What seals packets of a session. */
export interface Sealing {
  readonly suite: Suite;
  readonly keys: Keys;
  /** Id of the session at the receiver of these packets. */
  readonly id: number;
}

/** A packet of a session, encrypted and checked. */
export function sealedPacket(
  { suite, keys, id }: Sealing,
  sequence: number,
  message: Uint8Array,
): Uint8Array {
  const payload = encrypt(keys, message);
  const head = join(
    [rmcpPlus, payloads.message | encrypted | authenticated],
    u32(id),
    u32(sequence),
    u16(payload.length),
    payload,
  );
  const pad = (4 - (head.length + 2) % 4) % 4;
  const covered = join(head, new Uint8Array(pad).fill(0xff), [pad, nextHeader]);
  return join(rmcp, covered, checkOf(suite, keys, covered));
}

/** The message of such a packet and its number; undefined if it is not of this session, or forged. */
export function openedMessage(
  { suite, keys, id }: Sealing,
  packet: Uint8Array,
): { readonly message: Uint8Array; readonly sequence: number } | undefined {
  const type = payloads.message | encrypted | authenticated;
  if (packet[0] !== rmcp[0] || packet[3] !== rmcp[3] || packet[4] !== rmcpPlus) return undefined;
  if (packet[5] !== type || readU32(packet, 6) !== id) return undefined;
  if (!isChecked(suite, keys, packet.subarray(4))) return undefined;
  const length = readU16(packet, 14);
  if (packet.length < 16 + length + suite.checkBytes) return undefined;
  const message = decrypt(keys, packet.subarray(16, 16 + length));
  return message === undefined ? undefined : { message, sequence: readU32(packet, 10) };
}
