/**
 * Sends a message to a client: classic framing with its closing NUL, which the stock library
 * expects.
 *
 * @module
 */
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { log, type Turn } from "../state.ts";
import type { ApiClient } from "./state.ts";

/** Name under which the socket is loaded; no link is called so. */
export const socketInstance = "clients";

/** Milliseconds that a call of the socket may take: it only queues. */
const callMs = 1_000;

/** Sends one message to a client. */
export function sendTo(turn: Turn, client: ApiClient, message: WireMessage): void {
  const frame = frameFor(turn, message);
  if (frame instanceof Error) {
    log(turn, "err", `Cannot send a message to client ${client.id}: ${frame.message}`);
  } else call(turn, "send", [client.connection, frame]);
}

function frameFor({ state: { codecs } }: Turn, message: WireMessage): Uint8Array | Error {
  const { encoding, clientEncoding = encoding } = codecs;
  try {
    const frame = clientEncoding.encode(message);
    const closed = new Uint8Array(frame.length + 1);
    closed.set(frame);
    return closed;
  } catch {
    // Some texts cannot be said in classic framing; the stock library reads the other one too.
  }
  try {
    return encoding.encode(message);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Calls the socket. */
export function call(turn: Turn, method: string, args: readonly unknown[]): void {
  turn.out.push({ type: "call", instance: socketInstance, method, args, deadlineMs: callMs });
}
