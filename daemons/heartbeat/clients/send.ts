/**
 * The way to a client: classic framing, which the stock library wants, with its closing NUL.
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
  const { state } = turn;
  const encoding = state.codecs.clientEncoding ?? state.codecs.encoding;
  let frame;
  try {
    frame = encoding.encode(message);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(turn, "err", `A message cannot be told to client ${client.id}: ${why}`);
    return;
  }
  const closed = new Uint8Array(frame.length + 1);
  closed.set(frame);
  call(turn, "send", [client.connection, closed]);
}

/** Calls the socket. */
export function call(turn: Turn, method: string, args: readonly unknown[]): void {
  turn.out.push({ type: "call", instance: socketInstance, method, args, deadlineMs: callMs });
}
