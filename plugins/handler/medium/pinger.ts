/**
 * A pseudo-member made of hosts: a packet goes to each of them as the data of an ICMP echo, and the
 * first that gives it back unchanged answers for all.
 *
 * @module
 */
import type { Host } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "./contract.ts";
import { addressBytes } from "./icmp_echo.ts";
import { type EchoSocket, openEchoSocket, type TakeReply, usualLibrary } from "./icmp_socket.ts";
import { troubles } from "./troubles.ts";

/** Bytes of the data of one echo at most. */
const dataBytesMax = 65_507;
/** Packets that may still be answered; what comes later counts for nothing. */
const unansweredMax = 16;

/** What is pinged. */
export interface Pinged {
  /** Its name among the nodes. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** Where the C library is, if not in its usual place. */
  readonly library?: string | undefined;
}

type Open = (version: 4 | 6, take: TakeReply) => EchoSocket;

/** The medium. */
export async function pinger(
  { name, addresses, library = usualLibrary }: Pinged,
  host: Host<MediumEvent>,
  open: Open = (version, take) => openEchoSocket(library, version, take),
): Promise<Medium> {
  const trouble = troubles(host);
  const versionOf = (address: string): 4 | 6 => address.includes(":") ? 6 : 4;
  const targets = addresses.map((address) => ({
    address,
    version: versionOf(address),
    bytes: addressBytes(address),
    errno: 0,
  }));
  const unanswered = new Map<number, Uint8Array>();
  let sequence = 0;

  const take: TakeReply = (from, reply) => {
    const packet = unanswered.get(reply.sequence);
    if (packet === undefined || !same(packet, reply.data)) return;
    if (!targets.some(({ bytes }) => same(bytes, from))) return;
    unanswered.delete(reply.sequence);
    host.emit({ type: "answered", member: name });
  };

  const sockets = new Map<4 | 6, EchoSocket>();
  const versions = new Set(targets.map(({ version }) => version));
  try {
    for (const version of versions) sockets.set(version, open(version, take));
  } catch (error) {
    await closeAll(sockets);
    throw error;
  }
  return {
    send(packet) {
      if (packet.length > dataBytesMax) {
        trouble(`a packet of ${packet.length} bytes does not fit into ${dataBytesMax}`);
        return;
      }
      sequence = sequence + 1 & 0xffff;
      unanswered.set(sequence, packet.slice());
      for (const old of unanswered.keys()) {
        if (unanswered.size <= unansweredMax) break;
        unanswered.delete(old);
      }
      for (const target of targets) {
        const errno = sockets.get(target.version)?.send(target.address, sequence, packet) ?? 0;
        // A lasting problem is reported once.
        if (errno !== 0 && errno !== target.errno) {
          trouble(`cannot send to ${target.address} (errno ${errno})`);
        }
        target.errno = errno;
      }
    },
    describe: () => ({ link: name, mtuBytes: dataBytesMax, type: "ping" }),
    close: () => closeAll(sockets),
  };
}

async function closeAll(sockets: Map<4 | 6, EchoSocket>): Promise<void> {
  for (const socket of sockets.values()) await socket.close();
  sockets.clear();
}

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);
