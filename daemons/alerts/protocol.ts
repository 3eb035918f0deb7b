/**
 * The messages between the events of a node and the machine that calls notifiers.
 *
 * @module
 */
import {
  alertsMax,
  attributesMax,
  parametersMax,
  readEvent,
  recipientsMax,
  valueCharactersMax,
} from "../runtime/cluster_event.ts";
import type {
  AlertConfig,
  AlertRecipient,
  AlertSelection,
  AlertTested,
  Message,
} from "../runtime/messages.ts";
import type { Rules } from "../runtime/protocol.ts";
import {
  count,
  durationMs,
  id,
  list,
  object,
  oneOf,
  type Reader,
  record,
  text,
  writable,
  yesOrNo,
} from "../runtime/reader.ts";

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from it. */
export type AlertsType =
  | "alerts/configure"
  | "alerts/event"
  | "alerts/report"
  | "alerts/test"
  | "alerts/tested";

/** Bytes of a message with all alerts: 64 recipients with 64 parameters of 4,096 characters each. */
const configureBytesMax = 32 * 1024 * 1024;
/** Characters of an error. */
const errorCharactersMax = 4_096;

const value = text(valueCharactersMax);

const selection: Reader<AlertSelection> = object(
  { nodes: yesOrNo, fencing: yesOrNo, resources: yesOrNo },
  { attributes: list(value, attributesMax) },
);

const recipient: Reader<AlertRecipient> = object(
  { id, value, timeoutMs: durationMs, parameters: record(value, parametersMax) },
  { timestampFormat: value },
);

const alert: Reader<AlertConfig> = object({
  id,
  path: id,
  select: selection,
  recipients: list(recipient, recipientsMax),
});

const tested: Reader<AlertTested> = object(
  { recipient: id, ok: yesOrNo, tookMs: durationMs },
  { error: text(errorCharactersMax) },
);

/** The rules. */
export const alertsRules: Rules<Of<AlertsType>> = {
  "alerts/configure": {
    from: ["events"],
    to: ["alerts"],
    read: object({ type: oneOf("alerts/configure"), alerts: list(alert, alertsMax) }),
    bytesMax: configureBytesMax,
  },
  "alerts/event": {
    from: ["events"],
    to: ["alerts"],
    read: object({ type: oneOf("alerts/event"), event: readEvent }),
  },
  "alerts/report": {
    from: ["alerts"],
    to: ["events"],
    read: object({
      type: oneOf("alerts/report"),
      alert: id,
      recipient: id,
      dropped: count,
      failed: count,
      why: writable(errorCharactersMax),
    }),
  },
  "alerts/test": {
    from: ["client"],
    to: ["alerts"],
    read: object({ type: oneOf("alerts/test"), id, alert: id }, { recipient: id }),
  },
  "alerts/tested": {
    from: ["alerts"],
    read: object({
      type: oneOf("alerts/tested"),
      id,
      results: list(tested, recipientsMax),
    }, { error: text(errorCharactersMax) }),
    bytesMax: 2 * 1024 * 1024,
  },
};
