/**
 * Targets outside the process: two servers, of which one is granted.
 *
 * @module
 */
import { loot } from "./attack.ts";

/** Two ports in a row that answer with loot; the first is the one that is granted. */
export function listenTwice(servers: (Deno.TcpListener | undefined)[]): number {
  for (let port = 20_000 + Deno.pid % 10_000; port < 32_000; port += 3) {
    try {
      for (const at of servers.keys()) {
        const server = Deno.listen({ hostname: "127.0.0.1", port: port + at });
        servers[at] = server;
        void answer(server);
      }
      return port;
    } catch {
      servers[0]?.close();
    }
  }
  throw new Error("no two free ports in a row");
}

async function answer(server: Deno.TcpListener): Promise<void> {
  for await (const connection of server) {
    await connection.write(new TextEncoder().encode(loot)).catch(() => {});
    connection.close();
  }
}
