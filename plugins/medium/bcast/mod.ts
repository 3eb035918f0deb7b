/**
 * Packets by UDP broadcast, as heartbeat's `bcast`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { bindUdp } from "../../handler/medium/udp.ts";
import { udpPair } from "../../handler/medium/udp_pair.ts";
import type manifest from "./manifest.ts";

const bcast: Plugin<typeof manifest, Medium, MediumEvent> = (
  { address, broadcast, port },
  host,
) => {
  // Bound to the network's broadcast address it hears that network alone, and is in nobody's way.
  const receiver = bindUdp(broadcast, port, true);
  let sender;
  try {
    sender = bindUdp(address, 0);
  } catch (error) {
    receiver.close();
    throw error;
  }
  const to = { transport: "udp", hostname: broadcast, port } as const;
  return udpPair({ link: `${broadcast}:${port}`, receiver, sender, to }, host);
};

export default bcast;
