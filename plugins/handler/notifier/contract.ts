/**
 * The contract of kind `notifier`, version `notifier/1`: sends alerts.
 *
 * @module
 */

/** An alert. */
export interface Alert {
  readonly kind: "node" | "fencing" | "resource" | "attribute";
  /** Node or resource concerned. */
  readonly subject: string;
  /** What happened, in one line. */
  readonly what: string;
  /** Why, as far as it is known; empty if it is not. */
  readonly why: string;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** The node that calls. */
  readonly node: string;
  /** Rises with each event of that node; 0: a test. */
  readonly sequence: number;
  /** Details by name, those of Pacemaker without `CRM_alert_`: `rsc`, `task`, `rc`, `desc`, ... */
  readonly facts: Readonly<Record<string, string>>;
  /** Id of the alert in the CIB. */
  readonly alert: string;
  /** `value` of the recipient; empty: the alert has none. */
  readonly recipient: string;
  /** Milliseconds after which the caller waits no longer: what is under way then is ended. */
  readonly timeoutMs: number;
  /** Format of `date` for times; absent: the one of the plugin. */
  readonly timestampFormat?: string;
  /** Instance attributes, where a program gets them; a plugin has them as its configuration. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The methods of a notifier. */
export interface Notifier {
  /**
   * Sends the alert; rejects if that failed. One call is under way for a recipient at a time, several
   * recipients may be served at once.
   */
  notify(alert: Alert): void | Promise<void>;
  close?(): void | Promise<void>;
}
