/**
 * Ports of the loopback that nobody uses now.
 *
 * @module
 */

/** UDP ports. */
export function freeUdpPorts(count: number): number[] {
  const sockets = Array.from(
    { length: count },
    () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 }),
  );
  const ports = sockets.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const socket of sockets) socket.close();
  return ports;
}

/** A TCP port. */
export function freeTcpPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
