/**
 * How large a packet of the stream is by the configuration of the node.
 *
 * @module
 */
import type { NodeConfig } from "../site/node_config/read.ts";
import { packetBytesDefault } from "./config.ts";

/** Bytes of a packet that the loopback carries whole. */
export const loopbackBytes = 16_000;

/** Bytes of a packet: what the operator says, or what every link carries. */
export function configuredPacketBytes(
  { media, packetBytes }: Pick<NodeConfig, "media" | "packetBytes">,
): number {
  const near = media.every(({ address }) =>
    address !== undefined && (address.startsWith("127.") || address === "::1")
  );
  return packetBytes ?? (near ? loopbackBytes : packetBytesDefault);
}
