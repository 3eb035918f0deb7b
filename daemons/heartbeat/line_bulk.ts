/**
 * Messages that wait for a serial line: those of the stream, and repeated requests for lost
 * messages. They are numerous and would take all of a line from the heartbeats, so they get only a
 * share of it. Of several messages of a kind only the last one waits, in the place of the first. So
 * each kind has its turn, and retransmissions that are caused by the waiting do not multiply.
 *
 * @module
 */
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { stringOf } from "./fields.ts";

/** Share of a line's time that the stream gets. */
const share = 0.5;
/** Messages that wait at most; later ones are sent again by their sender. */
const waitingMax = 128;

/** Milliseconds in which a packet that went is not sent again: its acknowledgement is as slow. */
const onceMs = 500;

/** One message that waits. */
export interface Waiting {
  readonly message: WireMessage;
  /** The line that it came by. */
  readonly not: string | undefined;
}

/** What waits, and when the next may go. */
export interface LineBulk {
  /** Bytes in a millisecond that the slowest line carries. */
  readonly bytesPerMs: number;
  readonly waiting: Map<string, Waiting>;
  /** When numbered packets went, the latest last. */
  readonly wentAt: Map<string, number>;
  freeAt: number;
}

/** None waits. */
export const lineBulk = (bytesPerSecond: number): LineBulk => ({
  bytesPerMs: bytesPerSecond / 1000,
  waiting: new Map(),
  wentAt: new Map(),
  freeAt: 0,
});

/** Whether a message is one of those that wait. */
export function isBulk(message: WireMessage): boolean {
  const type = stringOf(message, "t") ?? "";
  return type.startsWith("NS_hastream") || type === "NS_rexmit" || type === "NS_nak_rexmit";
}

/**
 * Puts a message in its place. One that waits to be passed on and comes by the other line as well is
 * known on both sides: nobody waits for it.
 */
export function queueUp(
  bulk: LineBulk,
  message: WireMessage,
  not: string | undefined,
  at: number,
): void {
  const kind = ["src", "t", "dest", "n", "firstseq"].map((name) => stringOf(message, name))
    .concat(acknowledged(message)).join(" ");
  const key = `${kind} ${not}`;
  if (at - (bulk.wentAt.get(key) ?? -Infinity) < onceMs) return;
  for (const [other, waiting] of bulk.waiting) {
    if (!other.startsWith(`${kind} `) || waiting.not === not) continue;
    bulk.waiting.delete(other);
    return;
  }
  if (bulk.waiting.size < waitingMax || bulk.waiting.has(key)) {
    bulk.waiting.set(key, { message, not });
  }
}

/** Nodes that an acknowledgement is for: a message to one does not replace a message to another. */
const acknowledged = (message: WireMessage): string[] =>
  message.flatMap((field) =>
    field.name === "a" && field.type === "string" ? [field.value.split(" ", 1)[0] ?? ""] : []
  );

/** Forgets what no longer needs to go. */
export function forget(bulk: LineBulk, isNeedless: (message: WireMessage) => boolean): void {
  for (const [key, { message }] of bulk.waiting) {
    if (isNeedless(message)) bulk.waiting.delete(key);
  }
}

/** Takes the one whose turn it is, if it may go at this moment. */
export function next(bulk: LineBulk, at: number): Waiting | undefined {
  if (at < bulk.freeAt) return undefined;
  for (const [key, waiting] of bulk.waiting) {
    bulk.waiting.delete(key);
    if (stringOf(waiting.message, "n") !== undefined) remember(bulk, key, at);
    return waiting;
  }
  return undefined;
}

function remember({ wentAt }: LineBulk, key: string, at: number): void {
  wentAt.delete(key);
  wentAt.set(key, at);
  for (const [old, then] of wentAt) {
    if (at - then < onceMs && wentAt.size <= waitingMax) break;
    wentAt.delete(old);
  }
}

/** So many bytes went: the next goes when they have had their share of the time. */
export function went(bulk: LineBulk, bytes: number, at: number): void {
  bulk.freeAt = at + bytes / bulk.bytesPerMs / share;
}
