/**
 * The messages to a node's events, its answers, and what members say to each other of fencings.
 *
 * @module
 */
import { eventCharactersMax, eventKind, readEvent } from "../runtime/cluster_event.ts";
import type { Message } from "../runtime/messages.ts";
import { largeBytesMax, type Rules } from "../runtime/protocol.ts";
import {
  count,
  durationMs,
  id,
  idCharactersMax,
  integer,
  list,
  name,
  object,
  oneOf,
  type Reader,
  writable,
  yesOrNo,
} from "../runtime/reader.ts";
import { answerEventsMax } from "./limits.ts";

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from it. */
export type EventsType = "events/query" | "events/answer";

const text = writable(eventCharactersMax);

/** Between the events of two nodes: a fencing that was asked for on the sender's node. */
export interface FencingSaid {
  readonly type: "fencing";
  readonly target: string;
  readonly action: "off" | "reboot" | "on";
  readonly ok: boolean;
  readonly delegate: string;
  readonly detail: string;
  readonly tookMs: number;
  readonly device?: string;
  readonly origin?: string;
  readonly client?: string;
}

/** Reads what the events of another node say. */
export const readPeer: Reader<FencingSaid> = object({
  type: oneOf("fencing"),
  target: name,
  action: oneOf("off", "reboot", "on"),
  ok: yesOrNo,
  delegate: name,
  detail: text,
  tookMs: durationMs,
}, { device: text, origin: name, client: name });

/** The rules. */
export const eventsRules: Rules<Of<EventsType>> = {
  "events/query": {
    from: ["node", "client"],
    to: ["events"],
    read: object({ type: oneOf("events/query"), id }, {
      after: count,
      sinceMs: count,
      kind: eventKind,
      node: name,
      resource: writable(idCharactersMax),
      limit: integer(1, answerEventsMax),
    }),
  },
  "events/answer": {
    from: ["events"],
    read: object({
      type: oneOf("events/answer"),
      id,
      events: list(readEvent, answerEventsMax),
      last: count,
    }),
    bytesMax: largeBytesMax,
  },
};
