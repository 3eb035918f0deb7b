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
  const v6 = address.includes(":");
  if (v6 !== group.includes(":")) {
    throw new Error(`Cannot send from ${address} to ${group}: one is IPv4, the other IPv6`);
  }
  if (/^ff.2:/i.test(group)) {
    throw new Error(
      `Cannot use ${group}: a group of link scope needs an interface, which cannot be named here; ` +
        `use one such as ff05::694`,
    );
  }
  if (v6 && ttl !== 1) {
    throw new Error(`Cannot set the hop limit of ${group} to ${ttl}: with IPv6 it is always 1`);
  }
  const sockets: Deno.DatagramConn[] = [];
  try {
    // Bound to the group it hears nothing else, and is in the way of no other link.
    const receiver = bindUdp(group, port, true);
    sockets.push(receiver);
    const sender = bindUdp(address, 0);
    sockets.push(sender);
    if (v6) {
      // No interface is named: the route to the group leads to it, for both sockets alike.
      await receiver.joinMulticastV6(group, 0);
      const membership = await sender.joinMulticastV6(group, 0);
      await membership.setLoopback(loop);
      await membership.leave();
    } else {
      // The interface is named, so that no route to the group is needed.
      await receiver.joinMulticastV4(group, address);
      const membership = await sender.joinMulticastV4(group, address);
      await membership.setTTL(ttl);
      await membership.setLoopback(loop);
      await membership.leave();
    }
    const to = { transport: "udp", hostname: group, port } as const;
    return udpPair({ link: `${v6 ? `[${group}]` : group}:${port}`, receiver, sender, to }, host);
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
};

export default mcast;
