/**
 * What Deno does with bare UDP, for `stream_bench.ts`: the floor that no service between processes
 * can be below. Packets go to every other port, which confirms some at once, as the stream does;
 * then one at a time is answered.
 *
 *     udp_floor.ts PACKET_BYTES PORT [OTHER_PORT...]
 *
 * Without other ports it receives.
 *
 * @module
 */
import type { PeerFigures } from "./peer.ts";

const packets = 30_000;
const roundTrips = 2_000;
/** Packets under way at most, and those that are confirmed at once. */
const windowPackets = 6;
const confirmedAtOnce = 3;
const hostname = "127.0.0.1";

const [bytes = 0, port = 0, ...others] = Deno.args.map(Number);
const socket = Deno.listenDatagram({ transport: "udp", hostname, port });
const buffer = new Uint8Array(65_536);
const data = new Uint8Array(bytes);
/** One byte: confirmed. Two: a ping, or its answer. */
const done = new Uint8Array(1);
const ping = new Uint8Array(2);

async function flood(): Promise<void> {
  const confirmed = new Map(others.map((port) => [port, 0]));
  for (let sent = 0; Math.min(...confirmed.values()) < packets;) {
    if (sent < packets && sent - Math.min(...confirmed.values()) < windowPackets) {
      sent++;
      for (const port of others) void socket.send(data, { transport: "udp", hostname, port });
      continue;
    }
    const { port } = (await socket.receive(buffer))[1] as Deno.NetAddr;
    confirmed.set(port, confirmed.get(port)! + confirmedAtOnce);
  }
}

if (others.length === 0) {
  for (let got = 0;;) {
    const [packet, from] = await socket.receive(buffer);
    if (packet.length === ping.length) void socket.send(ping, from);
    else if (++got % confirmedAtOnce === 0) void socket.send(done, from);
  }
}
// The first round is for the compiler.
await flood();
const startedAt = performance.now();
await flood();
const perSecond = packets / (performance.now() - startedAt) * 1000;
const took: number[] = [];
for (let round = 0; round < roundTrips; round++) {
  const at = performance.now();
  for (const port of others) void socket.send(ping, { transport: "udp", hostname, port });
  await socket.receive(buffer);
  took.push(performance.now() - at);
  for (let left = others.length - 1; left > 0; left--) await socket.receive(buffer);
}
took.sort((a, b) => a - b);
const at = (part: number) => took[Math.floor(roundTrips * part)]!;
console.log(JSON.stringify(
  { bytes, perSecond, p50: at(0.5), p99: at(0.99) } satisfies PeerFigures,
));
socket.close();
