/**
 * For tests: keeps what comes to a port by UDP and TCP, a message a line, in a file. In mode `snmp` it
 * answers informs, but for the community `wrong`. A test has no right to answer from a port of its own.
 *
 *     deno run ... receiver.ts PORT FILE [snmp]
 *
 * @module
 */
import { ber, BerReader, integer, octets, tags } from "../../stonith/snmp/ber.ts";

const [port = "0", file = "", mode] = Deno.args;
const at = { hostname: "127.0.0.1", port: Number(port) };
const keep = (bytes: Uint8Array) =>
  Deno.writeTextFileSync(file, `${bytes.toHex()}\n`, { append: true });

const socket = Deno.listenDatagram({ transport: "udp", ...at });
const listener = Deno.listen(at);
console.log("ready");
await Promise.all([datagrams(), streams()]);

async function datagrams(): Promise<void> {
  for await (const [bytes, from] of socket) {
    const answer = mode === "snmp" ? answerTo(bytes) : undefined;
    if (mode === "snmp" && answer === undefined) continue;
    keep(bytes);
    if (answer !== undefined) await socket.send(answer, from);
  }
}

function answerTo(packet: Uint8Array): Uint8Array | undefined {
  const message = new BerReader(packet).sequence();
  const version = message.integer();
  const community = message.content(tags.octets);
  if (new TextDecoder().decode(community) === "wrong") return undefined;
  const id = new BerReader(message.next().content).integer();
  const pdu = ber(0xa2, integer(id), integer(0), integer(0), ber(tags.sequence));
  return ber(tags.sequence, integer(version), octets(community), pdu);
}

async function streams(): Promise<void> {
  for await (const conn of listener) keep(await new Response(conn.readable).bytes());
}
