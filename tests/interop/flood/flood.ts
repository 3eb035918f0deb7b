/**
 * The sender of `flood.c` where there is no compiler: it needs more of the processor for the same.
 *
 *     deno run ... flood.ts PORT PACKETS_PER_SECOND SECONDS KIND FILE
 *
 * @module
 */
const [port = "", rate = "", seconds = "", kind = "", file = ""] = Deno.args;
const packet = kind === "random"
  ? crypto.getRandomValues(new Uint8Array(300))
  : Deno.readFileSync(file);
const to = { transport: "udp", hostname: "127.0.0.1", port: Number(port) } as const;
const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const begun = performance.now();
let sent = 0;
for (let passed = 0; passed < Number(seconds); passed = (performance.now() - begun) / 1000) {
  const middle = packet.length >> 1;
  for (const due = passed * Number(rate); sent < due; sent++) {
    if (kind === "signed") packet[middle]! ^= 1 + sent % 200;
    await socket.send(packet, to);
    if (kind === "signed") packet[middle]! ^= 1 + sent % 200;
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
socket.close();
console.log(`${sent} packets sent`);
