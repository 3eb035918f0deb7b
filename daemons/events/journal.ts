/**
 * The events that a node keeps: segments of a bounded number and size, each one file.
 *
 * A segment that is full is never written again, and the oldest one is overwritten. So an event costs
 * one small file a second at most, however many come.
 *
 * @module
 */
import { clip } from "../../metadata/clip.ts";
import { printable } from "../../metadata/printable.ts";
import type { Effect } from "../runtime/machine.ts";
import { eventCharactersMax, factsMax, readEvent } from "../runtime/cluster_event.ts";
import type { ClusterEvent } from "../runtime/messages.ts";
import { Refusal } from "../runtime/reader.ts";
import {
  answerEventsMax,
  flushMs,
  segmentBytesMax,
  segmentEventsMax,
  segmentsMax,
  sequencesLeftOut,
} from "./limits.ts";
import type { EventsState, Happened, Of, Segment } from "./state.ts";

/** The timer after which events are written. */
export const flushTimer = "flush";

const encoder = new TextEncoder();

/** Keeps an event, and gives it with its number and time. */
export function keep(
  state: EventsState,
  happened: Happened,
  at: number,
  out: Effect[],
): ClusterEvent {
  const event = numbered(happened, state.next++, Math.round(at + state.wallOffsetMs));
  const line = JSON.stringify(event);
  const bytes = encoder.encode(line).length + 1;
  let segment = state.segments.at(-1);
  if (
    segment === undefined || segment.count >= segmentEventsMax ||
    segment.bytes + bytes > segmentBytesMax
  ) {
    segment = {
      number: (segment?.number ?? -1) + 1,
      last: event.sequence,
      count: 0,
      bytes: 0,
      lines: [],
    };
    state.segments.push(segment);
    while (state.segments.length > segmentsMax) {
      const dropped = state.segments.shift();
      if (dropped !== undefined) state.unsaved.delete(dropped.number);
    }
  }
  segment.last = event.sequence;
  segment.count++;
  segment.bytes += bytes;
  segment.lines.push(line);
  state.unsaved.add(segment.number);
  if (!state.flushing) out.push({ type: "timer", name: flushTimer, inMs: flushMs });
  state.flushing = true;
  return event;
}

/** The event within its bounds, whatever its source says. */
function numbered(
  { kind, node, resource, what, why, facts }: Happened,
  sequence: number,
  wallMs: number,
): ClusterEvent {
  const plain = (text: string) => clip(printable(text.toWellFormed()), eventCharactersMax - 64);
  const kept = Object.entries(facts).slice(0, factsMax).map((
    [name, value],
  ) => [name, plain(value)]);
  return {
    sequence,
    wallMs,
    kind,
    ...(node === undefined ? {} : { node }),
    ...(resource === undefined ? {} : { resource }),
    what: plain(what),
    ...(why === undefined || why === "" ? {} : { why: plain(why) }),
    facts: Object.fromEntries(kept),
  };
}

/** Writes what is not on disk. */
export function flush(state: EventsState, out: Effect[]): void {
  state.flushing = false;
  for (const segment of state.segments) {
    if (!state.unsaved.has(segment.number)) continue;
    out.push({
      type: "save",
      key: keyOf(segment.number),
      value: encoder.encode(`${segment.number}\n${segment.lines.join("\n")}\n`),
      waits: false,
    });
  }
  state.unsaved.clear();
}

/** The file of a segment is used again for the one that comes so many later. */
const keyOf = (number: number): string => `events.${number % (segmentsMax + 1)}`;

/** What earlier lives have kept. A damaged file costs its events. */
export function restore(
  state: EventsState,
  saved: ReadonlyMap<string, Uint8Array>,
  wallMs: number,
  out: Effect[],
): void {
  for (const [key, bytes] of saved) {
    const segment = segmentIn(bytes);
    if (segment === undefined || keyOf(segment.number) !== key) {
      const text = `Events cannot be read and are left out: file ${key}`;
      out.push({ type: "log", level: "warning", text });
    } else state.segments.push(segment);
  }
  state.segments.sort((a, b) => a.number - b.number);
  // A segment that was to be overwritten when the node ended.
  state.segments.splice(0, Math.max(0, state.segments.length - segmentsMax));
  const last = state.segments.at(-1)?.last;
  // A recipient of alerts must not see a number again, though nothing of the last life was written: so
  // a life begins with the clock, if that is ahead.
  const first = last === undefined ? 1 : last + 1 + sequencesLeftOut;
  state.next = Math.max(first, Math.floor(wallMs));
}

/** Reads a file of events; undefined: it is damaged. */
export function segmentIn(bytes: Uint8Array): Segment | undefined {
  const [head = "", ...lines] = new TextDecoder().decode(bytes).split("\n");
  if (lines.pop() !== "" || lines.length === 0 || !/^\d{1,15}$/.test(head)) return undefined;
  const events = lines.map(eventIn);
  const last = events.at(-1);
  if (last === undefined || events.includes(undefined)) return undefined;
  return {
    number: Number(head),
    last: last.sequence,
    count: lines.length,
    bytes: bytes.length,
    lines,
  };
}

/** One event of a segment. */
function eventIn(line: string): ClusterEvent | undefined {
  try {
    const event = readEvent(JSON.parse(line));
    return event instanceof Refusal ? undefined : event;
  } catch {
    return undefined;
  }
}

/** What is asked for, without the rest of the message. */
export type Wanted = Omit<Of<"events/query">, "type" | "id">;

/** The events that a question means, oldest first. */
export function found(
  { segments }: Pick<EventsState, "segments">,
  wanted: Wanted,
): { readonly events: readonly ClusterEvent[]; readonly last: number } {
  const limit = Math.min(wanted.limit ?? answerEventsMax, answerEventsMax);
  const { after } = wanted;
  const events: ClusterEvent[] = [];
  if (after !== undefined) {
    let last = after;
    for (const segment of segments) {
      if (segment.last <= after) continue;
      for (const line of segment.lines) {
        const event = eventIn(line);
        if (event === undefined || event.sequence <= after) continue;
        if (events.length >= limit) return { events, last };
        last = event.sequence;
        if (isWanted(event, wanted)) events.push(event);
      }
    }
    return { events, last };
  }
  for (const segment of segments.toReversed()) {
    for (const line of segment.lines.toReversed()) {
      const event = events.length < limit ? eventIn(line) : undefined;
      if (event !== undefined && isWanted(event, wanted)) events.push(event);
    }
    if (events.length >= limit) break;
  }
  return { events: events.reverse(), last: segments.at(-1)?.last ?? 0 };
}

function isWanted(event: ClusterEvent, { sinceMs, kind, node, resource }: Wanted): boolean {
  return (sinceMs === undefined || event.wallMs >= sinceMs) &&
    (kind === undefined || event.kind === kind) &&
    (node === undefined || event.node === node) &&
    (resource === undefined || event.resource === resource);
}
