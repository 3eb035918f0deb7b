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
   * @param to the `from` of a received packet: the one node that this packet concerns. A medium
   *   that reaches each node by itself need not send to the others; any other sends to all, as it
   *   does with an address that it does not know.
   */
  send(packet: Uint8Array, to?: string): void | Promise<void>;
  /** Describes the link. */
  describe(): MediumDescription | Promise<MediumDescription>;
  /** Ends it: afterwards nothing is emitted and every socket and timer is gone. */
  close(): void | Promise<void>;
}

/** The description of a link. */
export interface MediumDescription {
  /** Name of the link as people see it: an interface, a tty, a ping node. */
  readonly link: string;
  /** Maximum bytes of one packet. */
  readonly mtuBytes: number;
  /** `ping`: a pseudo-member that answers without being a node. */
  readonly type: "cluster" | "ping";
  /** It carries only heartbeat's classic frames, which end with their last line. */
  readonly text?: boolean;
}

/** What a medium emits. */
export type MediumEvent =
  /** A packet arrived. `from` is the sender's address in the medium's notation. */
  | { readonly type: "packet"; readonly bytes: Uint8Array; readonly from: string }
  /** A pseudo-member returned a packet unchanged. */
  | { readonly type: "answered"; readonly member: string }
  /**
   * Number of packets from unknown senders, dropped unread since the last report; the last sender.
   */
  | { readonly type: "refused"; readonly count: number; readonly from: string }
  /** A packet could not be sent, or was too large. */
  | { readonly type: "trouble"; readonly why: string };
