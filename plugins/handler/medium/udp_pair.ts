/**
 * Media that reach all nodes with one packet. One socket, bound to the broadcast or multicast
 * address, receives. Another, bound to an interface's address, sends. (A socket bound to an
 * interface's address receives neither broadcast nor multicast.)
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Host } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "./contract.ts";
import { Strangers } from "./strangers.ts";
import { troubles } from "./troubles.ts";
import { receiveAll, udpBytesMax } from "./udp.ts";

/** What such a medium is made of. */
export interface UdpPair {
  readonly link: string;
  /** Hears what is sent to everybody. */
  readonly receiver: Deno.DatagramConn;
  readonly sender: Deno.DatagramConn;
  /** Everybody. */
  readonly to: Deno.NetAddr;
}

/** The medium. */
export function udpPair({ link, receiver, sender, to }: UdpPair, host: Host<MediumEvent>): Medium {
  const strangers = new Strangers(host);
  const receiving = receiveAll(receiver, host, strangers);
  let closed = false;
  const trouble = troubles(host);
  const failed = (error: unknown) => {
    if (!closed) trouble(messageOf(error));
  };
  return {
    send(packet, only) {
      // Who is answered has proved the key.
      if (only !== undefined) strangers.knowFrom(only);
      if (packet.length > udpBytesMax) {
        trouble(`a packet of ${packet.length} bytes does not fit into ${udpBytesMax}`);
        return;
      }
      sender.send(packet, to).catch(failed);
    },
    describe: () => ({ link, mtuBytes: udpBytesMax, type: "cluster" }),
    async close() {
      closed = true;
      sender.close();
      receiver.close();
      await receiving;
    },
  };
}
