/**
 * A partner that only listens: it measures the delay of each heartbeat of a node, as another
 * machine would see it. It is a separate process, so only the machine itself can delay it.
 *
 * For each line on its standard input it prints one line: everything received since the last one.
 *
 *     deno run --allow-net=127.0.0.1:PORT listener.ts PORT KEEPALIVE_MS
 *
 * @module
 */

/** What was heard in a while. */
export interface Heard {
  /** Heartbeats. */
  readonly beats: number;
  /** Milliseconds by which the latest was late; the one that is due counts too. */
  readonly lateMs: number;
}

/** Heartbeat's status messages, whose header is never packed by a node this small. */
const status = new TextEncoder().encode("t=status");

if (import.meta.main) {
  const [port, keepaliveMs] = Deno.args.map(Number);
  if (port === undefined || keepaliveMs === undefined) Deno.exit(64);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
  let last = performance.now();
  let heard = { beats: 0, lateMs: 0 };
  const late = () => Math.max(heard.lateMs, performance.now() - last - keepaliveMs);
  void (async () => {
    for await (const [packet] of socket) {
      if (!includes(packet, status)) continue;
      heard = { beats: heard.beats + 1, lateMs: late() };
      last = performance.now();
    }
  })();
  const decoder = new TextDecoder();
  for await (const chunk of Deno.stdin.readable) {
    for (const _ of decoder.decode(chunk).matchAll(/\n/g)) {
      console.log(JSON.stringify({ ...heard, lateMs: Math.round(late() * 10) / 10 }));
      heard = { beats: 0, lateMs: 0 };
    }
  }
  Deno.exit(0);
}

function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  for (let at = bytes.indexOf(part[0] ?? 0); at >= 0; at = bytes.indexOf(part[0] ?? 0, at + 1)) {
    if (part.every((byte, offset) => bytes[at + offset] === byte)) return true;
  }
  return false;
}
