/**
 * Packets by UDP to each of a list of peers. One socket receives; each peer has one of its own that
 * sends: what waits in the kernel for a peer whose network address nobody answers for counts against
 * the socket it was sent by, and with a shared one a few dead peers would keep packets from the living.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { isLinkLocal } from "../../../metadata/special/mod.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { Strangers } from "../../handler/medium/strangers.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import { addressOf, bindUdp, receiveAll, udpBytesMax } from "../../handler/medium/udp.ts";
import type manifest from "./manifest.ts";

/** Packets that wait for one peer at most; what comes then is dropped, as a network does. */
const waitingPacketsMax = 512;

/** The way to one peer. */
interface Way {
  readonly socket: Deno.DatagramConn;
  readonly to: Deno.NetAddr;
  waiting: number;
}

const ucast: Plugin<typeof manifest, Medium, MediumEvent> = (
  { address, interface: nic, port, peers },
  host,
) => {
  const hostOf = (address: string) => zoned(address, nic);
  const own = hostOf(address);
  const sockets = [bindUdp(own, port)];
  const close = () => sockets.forEach((socket) => socket.close());
  // On the loopback nobody is waited for, and only their ports distinguish the nodes.
  const near = isLoopback(address);
  const ways: Way[] = [];
  try {
    for (const { address, port } of peers) {
      if (!near) sockets.push(bindUdp(own, 0));
      const to = { transport: "udp", hostname: hostOf(address), port } as const;
      ways.push({ socket: sockets.at(-1)!, to, waiting: 0 });
    }
  } catch (error) {
    close();
    throw error;
  }
  /** Peers by what `from` says of their packets: elsewhere the port is any. */
  const keyOf = (from: string) => near ? from : from.slice(0, from.lastIndexOf(":"));
  const byAddress = Map.groupBy(ways, (_, at) => keyOf(fromOf(peers[at]!)));
  const strangers = new Strangers(host, near);
  for (const { address, port } of peers) strangers.know(address, port);
  const receiving = receiveAll(sockets[0]!, host, strangers);
  let closed = false;
  const trouble = troubles(host);
  const failed = (error: unknown) => {
    if (!closed) trouble(messageOf(error));
  };
  return {
    send(packet, only) {
      if (packet.length > udpBytesMax) {
        trouble(`a packet of ${packet.length} bytes does not fit into ${udpBytesMax}`);
        return;
      }
      // Who is answered has proved the key.
      if (only !== undefined) strangers.knowFrom(only);
      const receivers = only === undefined ? ways : byAddress.get(keyOf(only)) ?? ways;
      for (const way of receivers) {
        if (!sendBy(way, packet, failed)) {
          trouble(`more than ${waitingPacketsMax} packets wait for a peer: the rest is dropped`);
        }
      }
    },
    describe: () => ({
      link: `${address.includes(":") ? `[${address}]` : address}:${port}`,
      mtuBytes: udpBytesMax,
      type: "cluster",
    }),
    async close() {
      closed = true;
      close();
      await receiving;
    },
  };
};

export default ucast;

/** What `from` says of a packet that a peer sent by its port. */
const fromOf = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  addressOf({ hostname: address, port });

/** Sends a packet to one peer; false if too many wait for it. */
function sendBy(way: Way, packet: Uint8Array, failed: (error: unknown) => void): boolean {
  if (way.waiting >= waitingPacketsMax) return false;
  way.waiting++;
  way.socket.send(packet, way.to).catch(failed).finally(() => way.waiting--);
  return true;
}

/**
 * A link-local address with the interface that it is of.
 *
 * @throws {Error} if that is not said.
 */
function zoned(address: string, nic: string | undefined): string {
  if (!isLinkLocal(address)) return address;
  if (nic !== undefined) return `${address}%${nic}`;
  throw new Error(
    `Cannot use ${address}: every interface has such a network, and none is named: ` +
      'add "interface", such as "eth0", to this link',
  );
}

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";
