/**
 * Sends each alert as an SNMP notification. An inform is sent again until the receiver answers.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Notifier } from "../../handler/notifier/contract.ts";
import { secretFrom } from "../../handler/notifier/secret.ts";
import type manifest from "./manifest.ts";
import { isResponse, notification } from "./notification.ts";

/** Milliseconds until an inform is sent again. */
const againMs = 1_000;
/** Packets that are no answer, before it fails: a stranger may send many. */
const ignoredMax = 1_000;

const snmptrap: Plugin<typeof manifest, Notifier> = async (config) => {
  const { address, port, notification: type } = config;
  const secret = await secretFrom(config.community, config.communityfile);
  const to = { transport: "udp", hostname: address, port } as const;
  const hostname = address.includes(":") ? "::" : "0.0.0.0";
  return {
    async notify(alert) {
      await secret.refresh();
      const id = crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1;
      const community = secret.value() || "public";
      const packet = notification(type, community, id, performance.now(), alert);
      try {
        const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
        if (type === "inform") await inform(socket, packet, to, id, alert.timeoutMs);
        else {
          try {
            await socket.send(packet, to);
          } finally {
            socket.close();
          }
        }
      } catch (error) {
        throw new Error(secret.hide(withCode("HA7032", `${address}:${port}: ${messageOf(error)}`)));
      }
    },
  };
};

/** Sends until the receiver has answered, or the time is over. Closes the socket. */
async function inform(
  socket: Deno.DatagramConn,
  packet: Uint8Array,
  to: Deno.NetAddr,
  id: number,
  timeoutMs: number,
): Promise<void> {
  const timers = new Set<Timer>();
  let why = `no answer within ${timeoutMs} ms`;
  let closed = false;
  const close = () => {
    if (!closed) socket.close();
    closed = true;
  };
  const send = () => {
    if (closed) return;
    socket.send(packet, to).catch((error) => {
      if (closed) return;
      why = messageOf(error);
      if (error instanceof Deno.errors.NotCapable) close();
    });
    timers.add(setTimer(send, againMs));
  };
  timers.add(setTimer(close, timeoutMs));
  try {
    send();
    const buffer = new Uint8Array(65_536);
    for (let ignored = 0; ignored < ignoredMax; ignored++) {
      const [bytes, from] = await socket.receive(buffer);
      if (!("hostname" in from) || from.port !== to.port || from.hostname !== to.hostname) continue;
      try {
        if (isResponse(bytes, id)) return;
      } catch {
        // It is no message of SNMP.
      }
    }
    throw new Error(`more than ${ignoredMax} packets were no answer`);
  } catch (error) {
    throw closed ? new Error(why) : error;
  } finally {
    for (const timer of timers) clearTimer(timer);
    close();
  }
}

export default snmptrap;
