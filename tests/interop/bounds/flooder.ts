/**
 * Clients that ask on and on, as fast as they may write, and read what they are answered.
 *
 *     deno run ... flooder.ts SOCKET SERVICE SECONDS CLIENTS
 *
 * @module
 */
import { FrameWriter } from "../../../daemons/runtime/frame.ts";

const [path = "", service = "", seconds = "", clients = ""] = Deno.args;
/** Questions that are written at once. */
const atOnce = 200;
let asked = 0;
let over = false;

async function readOn(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (await connection.read(buffer).catch(() => null) !== null);
}

async function flood(number: number): Promise<void> {
  const connection = await Deno.connect({ transport: "unix", path });
  const name = `client-flooder-${number}`;
  const writer = new FrameWriter();
  writer.hello(name, [name]);
  void readOn(connection);
  try {
    while (!over) {
      for (let count = 0; count < atOnce; count++) {
        const message = { type: "status/query", id: String(asked++) } as const;
        writer.envelope({ to: { service }, from: { node: "", service: name }, message });
      }
      const bytes = writer.written.slice();
      writer.reset();
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    }
  } catch {
    // Closed: that is the node's right.
  }
}

setTimeout(() => {
  over = true;
  console.log(asked);
  Deno.exit();
}, Number(seconds) * 1000);
await Promise.all(Array.from({ length: Number(clients) }, (_, number) => flood(number)));
