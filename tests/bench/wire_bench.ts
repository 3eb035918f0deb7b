/**
 * A message from one process to another: encode, sign, send, receive, verify, decode, for 200 and
 * 1,400 bytes over the loopback, one message to a packet.
 *
 * The sender keeps a window of messages under way, so that the kernel's buffer never overflows and
 * nothing is counted that did not arrive.
 *
 * @module
 */
import sha1 from "../../plugins/auth/sha1/mod.ts";
import ha from "../../plugins/encoding/ha/mod.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";

/** Messages of one measurement. */
const messages = 50_000;
/** Messages under way at most. */
const window = 64;
const host = { emit() {}, log() {} };
const encoding = await ha({ framing: "netstring" }, host);
const auth = await sha1({ key: "measured" }, host);

/** A status-like message whose packet has about so many bytes. */
function messageOf(bytes: number, number: number): WireMessage {
  return [
    { type: "string", name: "t", value: "bench" },
    { type: "string", name: "src", value: "alice" },
    { type: "string", name: "seq", value: number.toString(16) },
    { type: "string", name: "hg", value: "6553f100" },
    { type: "string", name: "ts", value: "6553f101" },
    { type: "string", name: "body", value: "x".repeat(Math.max(1, bytes - 140)) },
  ];
}

const packetOf = (message: WireMessage): Uint8Array => {
  const frame = encoding.encode(message);
  return encoding.seal(frame, 1, auth.sign(encoding.signable(frame)));
};

if (Deno.args[0] === "receive") await receive();
else await send();

/** The other process: verifies, decodes, and tells how many have come. */
async function receive(): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  console.log((socket.addr as Deno.NetAddr).port);
  const buffer = new Uint8Array(65_536);
  const answer = new Uint8Array(4);
  let count = 0;
  for (;;) {
    const [packet, from] = await socket.receive(buffer);
    const envelope = encoding.open(packet);
    if (envelope === undefined || !auth.verify(envelope.signed, envelope.mac)) Deno.exit(1);
    if (!encoding.decode(envelope.frame).ok) Deno.exit(1);
    count++;
    if (count % (window / 4) === 0) {
      new DataView(answer.buffer).setUint32(0, count);
      await socket.send(answer, from);
    }
  }
}

async function send(): Promise<void> {
  for (const bytes of [200, 1_400]) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--allow-net=127.0.0.1",
        decodeURIComponent(new URL(import.meta.url).pathname),
        "receive",
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    try {
      const reader = child.stdout.getReader();
      const port = Number(new TextDecoder().decode((await reader.read()).value));
      await reader.cancel();
      await measure(bytes, port);
    } finally {
      child.kill("SIGKILL");
      await child.status;
    }
  }
}

async function measure(bytes: number, port: number): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
  const buffer = new Uint8Array(16);
  let confirmed = 0;
  let size = 0;
  const from = performance.now();
  for (let sent = 0; sent < messages;) {
    while (sent < messages && sent - confirmed < window) {
      const packet = packetOf(messageOf(bytes, ++sent));
      size = packet.length;
      await socket.send(packet, to);
    }
    const [answer] = await socket.receive(buffer);
    confirmed = new DataView(answer.buffer, answer.byteOffset).getUint32(0);
  }
  const ms = performance.now() - from;
  socket.close();
  const rate = Math.round(messages / ms * 1000);
  console.log(
    `${String(bytes).padStart(5)} B (packet ${size} B): ${rate.toLocaleString("en")} messages/s, ` +
      `${(ms / messages * 1000).toFixed(1)} µs each, all confirmed`,
  );
}
