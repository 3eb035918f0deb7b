/**
 * Packets by UDP to each of a list of peers, over one socket.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import { addressOf, bindUdp, receiveAll, udpBytesMax } from "../../handler/medium/udp.ts";
import type manifest from "./manifest.ts";

const ucast: Plugin<typeof manifest, Medium, MediumEvent> = (
  { address, interface: nic, port, peers },
  host,
) => {
  const hostOf = (address: string) => zoned(address, nic);
  const to = peers.map(({ address, port }) =>
    ({ transport: "udp", hostname: hostOf(address), port }) as const
  );
  const socket = bindUdp(hostOf(address), port);
  /** Peers by what `from` says of their packets. */
  const byAddress = new Map(
    peers.map(({ address, port }, at) => [addressOf({ hostname: address, port }), [to[at]!]]),
  );
  const receiving = receiveAll(socket, host);
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
      const receivers = only === undefined ? to : byAddress.get(only) ?? to;
      for (const peer of receivers) socket.send(packet, peer).catch(failed);
    },
    describe: () => ({
      link: `${address.includes(":") ? `[${address}]` : address}:${port}`,
      mtuBytes: udpBytesMax,
      type: "cluster",
    }),
    async close() {
      closed = true;
      socket.close();
      await receiving;
    },
  };
};

export default ucast;

/**
 * A link-local address with the interface that it is of.
 *
 * @throws {Error} if that is not said.
 */
function zoned(address: string, nic: string | undefined): string {
  if (!/^fe[89ab][0-9a-f]:/i.test(address)) return address;
  if (nic !== undefined) return `${address}%${nic}`;
  throw new Error(
    `Cannot use ${address}: every interface has such a network, and none is named: ` +
      'add "interface", such as "eth0", to this link',
  );
}
