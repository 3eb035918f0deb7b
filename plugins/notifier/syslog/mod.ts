/**
 * Sends each alert to one syslog server.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { within } from "../../../metadata/within.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Notifier } from "../../handler/notifier/contract.ts";
import type manifest from "./manifest.ts";
import { syslogMessage } from "./message.ts";

/** Bytes of a datagram: servers need not take more (RFC 5426), and the begin says the most. */
const datagramBytesMax = 2_048;

const syslog: Plugin<typeof manifest, Notifier> = ({ address, port, transport, facility }) => {
  async function overTcp(message: Uint8Array): Promise<void> {
    using server = await Deno.connect({ hostname: address, port });
    const head = new TextEncoder().encode(`${message.length} `);
    const writer = server.writable.getWriter();
    await writer.write(head);
    await writer.write(message);
    await writer.close();
    // A server that has taken it closes, or says nothing.
  }
  async function overUdp(message: Uint8Array): Promise<void> {
    const hostname = address.includes(":") ? "::" : "0.0.0.0";
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    try {
      const to = { transport: "udp", hostname: address, port } as const;
      await socket.send(message.subarray(0, datagramBytesMax), to);
    } finally {
      socket.close();
    }
  }
  return {
    async notify(alert) {
      const message = syslogMessage(facility, alert);
      const { timeoutMs } = alert;
      try {
        const sending = transport === "tcp" ? overTcp(message) : overUdp(message);
        await within(timeoutMs, sending, () => new Error(`not sent within ${timeoutMs} ms`));
      } catch (error) {
        throw new Error(withCode("HA7032", `${address}:${port}: ${messageOf(error)}`));
      }
    },
  };
};

export default syslog;
