/**
 * All that the alerts of a node know.
 *
 * @module
 */
import type { Alert } from "../../plugins/handler/notifier/contract.ts";
import type { AlertConfig, AlertRecipient, AlertTested, Message } from "../runtime/messages.ts";

/** What a notifier is given that is the same for every recipient. */
export type Notice = Pick<
  Alert,
  "kind" | "subject" | "what" | "why" | "wallMs" | "node" | "sequence" | "facts"
>;

/** One event that waits for a recipient, or the test of it. */
export interface Waiting {
  readonly notice: Notice;
  /** The test that it is; absent: it is an event. */
  readonly test?: Test;
}

/** The queue of one recipient: one call at a time, so that the order is kept. */
export interface Lane {
  /** `ALERT RECIPIENT` */
  readonly key: string;
  readonly alert: AlertConfig;
  readonly recipient: AlertRecipient;
  /** Name of the plugin's instance. */
  readonly instance: string;
  readonly queue: Waiting[];
  /** What is being called, with the id of the call and when it began. */
  underway: (Waiting & { readonly id: string; readonly at: number }) | undefined;
  delivered: number;
  dropped: number;
  failed: number;
  /** Why the last one failed. */
  error: string;
  /** Not reported so far. */
  readonly unreported: { dropped: number; failed: number };
  /** When it was reported last. */
  reportedAt: number;
  /** A timer will report it. */
  reporting: boolean;
}

/** A plugin, for the recipients that it serves. */
export interface Instance {
  readonly name: string;
  readonly plugin: string;
  readonly config: Readonly<Record<string, string>>;
  /** `idle`: not loaded, as nobody needs it. */
  state: "idle" | "loading" | "ready" | { readonly failed: string };
}

/** A test that waits for its results. */
export interface Test {
  readonly number: number;
  readonly asker: string;
  readonly id: string;
  readonly results: AlertTested[];
  /** Recipients that have not answered. */
  readonly open: Set<string>;
}

/** Everything that it knows. */
export interface AlertsState {
  self: string;
  wallOffsetMs: number;
  readonly lanes: Map<string, Lane>;
  readonly instances: Map<string, Instance>;
  readonly tests: Map<number, Test>;
  lastNumber: number;
  stopping: boolean;
}

/** A message of one type. */
export type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;
