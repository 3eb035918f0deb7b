/**
 * Reads an event of the cluster, and bounds of events and alerts: two daemons tell each other of both.
 *
 * @module
 */
import type { ClusterEvent, EventKind } from "./messages.ts";
import {
  count,
  idCharactersMax,
  integer,
  name,
  object,
  oneOf,
  type Reader,
  record,
  writable,
} from "./reader.ts";

/** Characters of a line, a reason or a detail of an event. */
export const eventCharactersMax = 1_024;
/** Details of one event. */
export const factsMax = 32;
/** Alerts that are read from the CIB. */
export const alertsMax = 32;
/** Recipients of all alerts together. */
export const recipientsMax = 64;
/** Parameters of one alert. */
export const parametersMax = 64;
/** Characters of a value of the alerts section. */
export const valueCharactersMax = 4_096;
/** Attribute names of one selection. */
export const attributesMax = 256;

/** Milliseconds since 1970, as far as dates go. */
const dateMsMax = 8_640_000_000_000_000;

const text = writable(eventCharactersMax);

/** The kinds, in the order in which help names them. */
export const eventKinds = (): readonly EventKind[] => [
  "node",
  "fencing",
  "resource",
  "attribute",
  "quorum",
  "configuration",
  "alert",
];

/** One kind. */
export const eventKind: Reader<EventKind> = oneOf(...eventKinds());

/** One event. */
export const readEvent: Reader<ClusterEvent> = object({
  sequence: count,
  wallMs: integer(-dateMsMax, dateMsMax),
  kind: eventKind,
  what: text,
  facts: record(text, factsMax),
}, { node: name, resource: writable(idCharactersMax), why: text });
