/**
 * The contract of kind `notifier`, version `notifier/1`: sends alerts.
 *
 * @module
 */

/** An alert. */
export interface Alert {
  readonly kind: "node" | "fencing" | "resource" | "application" | "attribute";
  /** Node, resource or application concerned. */
  readonly subject: string;
  /** What happened, in one line. */
  readonly what: string;
  /** Why, as far as it is known. */
  readonly why: string;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
}

/** The methods of a notifier. */
export interface Notifier {
  /** Sends the alert; rejects if that failed. */
  notify(alert: Alert): void | Promise<void>;
  close?(): void | Promise<void>;
}
