/**
 * Shared code of the media over UDP: one receiving socket, and bounded packets.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import type { Host } from "../../../pils/plugin.ts";
import type { MediumEvent } from "./contract.ts";
import type { Strangers } from "./strangers.ts";
import { troubles } from "./troubles.ts";
import { pause } from "../../../metadata/timer.ts";

/** Bytes of one UDP packet at most. */
export const udpBytesMax = 65_507;

/**
 * A socket bound to an address and a port.
 *
 * @throws an error with cause and fix.
 */
export function bindUdp(hostname: string, port: number, reuseAddress = false): Deno.DatagramConn {
  const wanted = { transport: "udp", hostname, port } as const;
  try {
    return Deno.listenDatagram(reuseAddress ? { ...wanted, reuseAddress } : wanted);
  } catch (error) {
    const fix = error instanceof Deno.errors.AddrInUse
      ? "another process has that port: end it, or choose another port on every node"
      : error instanceof Deno.errors.AddrNotAvailable
      ? "no interface of this machine has that address: correct it, or bring the interface up"
      : error instanceof Deno.errors.PermissionDenied
      ? "ports below 1024 need root or CAP_NET_BIND_SERVICE: grant it, or choose another port"
      : undefined;
    if (fix === undefined) throw error;
    throw new Error(`Cannot bind UDP ${hostname} port ${port}: ${fix}`, { cause: error });
  }
}

/** A sender, as `from` of its packets says it. */
export const addressOf = ({ hostname, port }: Pick<Deno.NetAddr, "hostname" | "port">): string =>
  `${hostname}:${port}`;

/** Emits the packets that the socket receives and that are to be looked at, until it is closed. */
export async function receiveAll(
  socket: Deno.DatagramConn,
  host: Host<MediumEvent>,
  strangers: Strangers,
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  const trouble = troubles(host);
  for (;;) {
    let view, from;
    try {
      [view, from] = await socket.receive(buffer);
    } catch (error) {
      if (error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BadResource) {
        strangers.close();
        return; // Closed.
      }
      trouble(messageOf(error));
      // A socket that cannot be read at all would be asked again and again.
      await pause(100);
      continue;
    }
    const sender = from as Deno.NetAddr;
    // Before anything is copied or read: there may be fifty thousand of them a second.
    if (!strangers.admits(sender.hostname, sender.port)) continue;
    // The buffer is used again for the next packet.
    host.emit({ type: "packet", bytes: view.slice(), from: addressOf(sender) });
  }
}
