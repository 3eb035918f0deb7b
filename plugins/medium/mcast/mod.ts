/**
 * Packets by UDP multicast, as heartbeat's `mcast`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { bindUdp } from "../../handler/medium/udp.ts";
import { udpPair } from "../../handler/medium/udp_pair.ts";
import type manifest from "./manifest.ts";

const mcast: Plugin<typeof manifest, Medium, MediumEvent> = async (
  { address, group, port, ttl, loop },
  host,
) => {
  const sockets: Deno.DatagramConn[] = [];
  try {
    const receiver = bindUdp("0.0.0.0", port, true);
    sockets.push(receiver);
    // The interface is named, so that no route to the group is needed.
    await receiver.joinMulticastV4(group, address);
    const sender = bindUdp(address, 0);
    sockets.push(sender);
    const membership = await sender.joinMulticastV4(group, address);
    await membership.setTTL(ttl);
    await membership.setLoopback(loop);
    await membership.leave();
    const to = { transport: "udp", hostname: group, port } as const;
    return udpPair({ link: `${group}:${port}`, receiver, sender, to }, host);
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
};

export default mcast;
