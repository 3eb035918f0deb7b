/**
 * A sender of heartbeats without any defence: it lets an attack into its own process. It is the
 * negative control for the delays on a node.
 *
 *     deno run ... beating.ts PORT KEEPALIVE_MS ATTACK_MS MODULE CONFIG
 *
 * @module
 */
const [port = "", keepaliveMs = "", attackMs = "", module = "", config = "{}"] = Deno.args;
const beat = new TextEncoder().encode("t=status\n");
const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port: Number(port) };
setInterval(() => void socket.send(beat, to), Number(keepaliveMs));
await socket.send(beat, to);
if (module !== "") {
  const ignore = () => {};
  const { default: open } = await import(module);
  setTimeout(async () => {
    try {
      const attacker = open(JSON.parse(config), { emit: ignore, log: console.log });
      await attacker.attack();
      await attacker.close?.();
    } catch {
      // It did what it did.
    }
  }, Number(attackMs));
}
