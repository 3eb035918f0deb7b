/**
 * The contract of kind `notifier`, version `notifier/1`: tells somebody.
 *
 * @module
 */

/** Something that somebody should know. */
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
  /** Tells; rejects if it could not. */
  notify(alert: Alert): void | Promise<void>;
  close?(): void | Promise<void>;
}
