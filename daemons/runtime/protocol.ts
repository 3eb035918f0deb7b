/**
 * What may be said to machines, by whom, and how it is read: one rule for each type of message. The
 * rules are data that is given to the runtime from above (`daemons/protocols.ts`).
 *
 * @module
 */
import type { Message } from "./messages.ts";
import type { Reader } from "./reader.ts";

/**
 * Who may send a type of message:
 *
 *     crmd         the service crmd of this node
 *     crmd@peer    the service crmd of this or of another node
 *     same@peer    the service of the same name, of this or of another node
 *     node         any service of this node that is no client
 *     client       a program that is no daemon, over a socket of this node that only its owner may open
 *     user         the same over a socket that others may open: its user limits what it may do
 *     runtime      the runtime itself: it never comes from anywhere
 */
export type Speaker = string;

/** The rule for one type of message. */
export interface Rule<M extends Message = Message> {
  readonly from: readonly Speaker[];
  /** The services that take it; absent: those that asked, or subscribed. */
  readonly to?: readonly string[];
  /** Reads it, its type included. */
  readonly read: Reader<M>;
  /** Bytes of its JSON at most. Default {@linkcode smallBytesMax}. */
  readonly bytesMax?: number;
}

/** The rules of a union of messages: each has exactly one. */
export type Rules<M extends Message> = {
  readonly [T in M["type"]]: Rule<Extract<M, { readonly type: T }>>;
};

/** All rules, by type of message. */
export type Protocol = ReadonlyMap<string, Rule>;

/** Bytes of a message whose rule says nothing else. */
export const smallBytesMax = 64 * 1024;
/** Bytes of a message that holds a CIB, a graph or the whole history of a node. */
export const largeBytesMax = 64 * 1024 * 1024;
/** Levels of JSON that a message may have. */
export const depthMax = 64;
/**
 * Values and names in a message of a client or of another node at most, as its commas, colons and
 * brackets count them. To parse a value takes fifty times the memory of its bytes, and a third of a
 * microsecond: a few megabytes of brackets would hold up a process, or fill its heap.
 */
export const valuesMax = 1024 * 1024;
/** The same of a text that came in pieces: it may tell of all that a node runs. */
export const piecedValuesMax = 4 * valuesMax;

/** How the names of programs that are no daemons begin. */
export const clientPrefix = "client-";
/** How those begin whose user limits what they may do. */
export const userClientPrefix = "client-user-";

/** Whether a service is a program that is no daemon. */
export const isClient = (service: string): boolean => service.startsWith(clientPrefix);

/** Who says something to whom. `here`: on the node of the receiver. */
export interface Said {
  readonly from: string;
  readonly here: boolean;
  readonly to: string;
  /** Its user limits what it may do. */
  readonly limited?: boolean;
}

/** Whether a rule lets it be said. */
export function mayBeSaid({ from: speakers }: Pick<Rule, "from">, said: Said): boolean {
  return speakers.some((speaker) => isSpeaker(speaker, said));
}

function isSpeaker(speaker: Speaker, { from, here, to, limited = false }: Said): boolean {
  switch (speaker) {
    case "runtime":
      return false;
    case "client":
      return here && isClient(from) && !limited;
    case "user":
      return here && isClient(from) && limited;
    case "node":
      return here && !isClient(from);
    case "same@peer":
      return from === to && !isClient(from);
  }
  return speaker.endsWith("@peer") ? from === speaker.slice(0, -5) : here && from === speaker;
}

/** Who may, in words. */
export function speakersOf({ from }: Pick<Rule, "from">): string {
  return from.map((speaker) =>
    speaker === "client"
      ? "a client of this node"
      : speaker === "user"
      ? "a client of any user that may connect"
      : speaker === "node"
      ? "a daemon of this node"
      : speaker === "runtime"
      ? "nobody but the runtime"
      : speaker.endsWith("@peer")
      ? `${speaker === "same@peer" ? "the same service" : speaker.slice(0, -5)} of any node`
      : `${speaker} of this node`
  ).join(" or ");
}
