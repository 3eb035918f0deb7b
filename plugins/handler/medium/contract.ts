/**
 * The contract of kind `medium`, version `medium/1`: carries packets between nodes.
 *
 * A medium neither looks into packets nor promises that they arrive. One instance is one link.
 *
 * @module
 */

/** The methods of a medium. */
export interface Medium {
  /**
   * Sends one packet to every other node of the link. Never waits for an answer; a packet that
   * cannot be sent is dropped and counted.
   *
   * @param packet at most `describe().mtuBytes` bytes.
   * @param to the `from` of a packet that came: the one node that this packet concerns. A medium
   *   that reaches each node by itself need not trouble the others; any other sends to all, as it
   *   does with an address that it does not know.
   */
  send(packet: Uint8Array, to?: string): void | Promise<void>;
  /** What the link is. */
  describe(): MediumDescription | Promise<MediumDescription>;
  /** Ends it: afterwards nothing is emitted and every socket and timer is gone. */
  close(): void | Promise<void>;
}

/** What a link is. */
export interface MediumDescription {
  /** Name of the link as people see it: an interface, a tty, a ping node. */
  readonly link: string;
  /** Bytes of one packet at most. */
  readonly mtuBytes: number;
  /** `ping`: a pseudo-member that answers, no node behind it. */
  readonly type: "cluster" | "ping";
  /** It carries nothing but heartbeat's classic frames, whose last line ends them. */
  readonly text?: boolean;
}

/** What a medium emits. */
export type MediumEvent =
  /** A packet came. `from` is the sender's address as the medium calls it. */
  | { readonly type: "packet"; readonly bytes: Uint8Array; readonly from: string }
  /** A pseudo-member gave a packet back unchanged. */
  | { readonly type: "answered"; readonly member: string }
  /** So many packets of unknown senders were dropped unseen since the last report; the last sender. */
  | { readonly type: "refused"; readonly count: number; readonly from: string }
  /** A packet could not be sent, or was too large. */
  | { readonly type: "trouble"; readonly why: string };
