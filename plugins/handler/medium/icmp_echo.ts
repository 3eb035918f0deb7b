/**
 * ICMP echo, as bytes: requests out, replies in, for IPv4 and IPv6.
 *
 * @module
 */

/** A reply. */
export interface EchoReply {
  readonly identifier: number;
  readonly sequence: number;
  /** What the request carried, if the other side is honest. */
  readonly data: Uint8Array;
}

const types = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
const headBytes = 8;

/** A request. Its checksum is that of IPv4; with IPv6 the kernel makes it, over addresses too. */
export function echoRequest(
  version: 4 | 6,
  identifier: number,
  sequence: number,
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const packet = new Uint8Array(headBytes + data.length);
  const view = new DataView(packet.buffer);
  packet[0] = types[version].request;
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  packet.set(data, headBytes);
  if (version === 4) view.setUint16(2, checksum(packet));
  return packet;
}

/**
 * What a packet says, if it is a reply.
 *
 * @param ipHead whether the packet begins with the head of IPv4, as a raw socket gives it.
 */
export function echoReply(
  version: 4 | 6,
  packet: Uint8Array,
  ipHead: boolean,
): EchoReply | undefined {
  const start = ipHead && version === 4 ? ((packet[0] ?? 0) & 15) * 4 : 0;
  if (packet.length < start + headBytes || packet[start] !== types[version].reply) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset + start);
  return {
    identifier: view.getUint16(4),
    sequence: view.getUint16(6),
    data: packet.slice(start + headBytes),
  };
}

/** The sum over 16 bits of RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** The bytes of an address in text: 4 or 16. It was checked to be one. */
export function addressBytes(address: string): Uint8Array {
  if (!address.includes(":")) return Uint8Array.from(address.split(".").map(Number));
  // The parser of URLs knows every way to write one.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) =>
    text === "" ? [] : text.split(":").map((one) => parseInt(one, 16));
  const front = groups(head);
  const back = groups(tail ?? "");
  const zeros = Array<number>(8 - front.length - back.length).fill(0);
  return Uint8Array.from(
    [...front, ...zeros, ...back].flatMap((group) => [group >> 8, group & 255]),
  );
}
