/**
 * How a machine joins a cluster: the messages, who sends them in which order, and their bounds.
 *
 * `ha cluster token` on a node opens a token, and a process of its own listens
 * (`serve.ts`). `ha cluster join TOKEN` on the new machine calls (`ask.ts`):
 *
 *     joiner                                       node
 *       -- TLS 1.3; the certificate is the token's -->
 *       <-- hello: a nonce
 *       -- ask: name, addresses, versions, clock -->    proof of the secret; every field is checked
 *       <-- granted: configuration and key              proof of the secret
 *       -- staged: everything is on my disk -->         proof; the cluster's list gets the name
 *       <-- added                                       proof; the token is used
 *
 * Each proof is an HMAC with the secret over the certificate's fingerprint, both nonces and the text
 * that it vouches for. So nobody with another certificate can pass one on, and none is good twice.
 * Instead of its part the node may say `refused`, which ends the conversation.
 *
 * Each message is one line of JSON.
 *
 * @module
 */

/** The version of these messages. */
export const joinVersion = 1;

/** Bounds of a token and of who calls. */
export const bounds = {
  /** A token is good for so long. */
  tokenMs: 600_000,
  /** After so many wrong proofs a token is void. */
  wrongProofsMax: 5,
  /** Calls at once; what comes then is closed. */
  callsMax: 8,
  /** Calls at once from one address. */
  callsOfAddressMax: 3,
  /** A caller that has not proved the secret by then is closed. */
  unprovedMs: 5_000,
  /** A call takes at most so long. */
  callMs: 60_000,
  /** Bytes of a message of one that has not proved the secret. */
  askBytesMax: 8 * 1024,
  /** Bytes of a message of the node. */
  answerBytesMax: 256 * 1024,
  /** Difference of the two clocks. */
  clockMsMax: 30_000,
  /** Reasons of refusals that are kept. */
  reasonsMax: 20,
} as const;

/** What a joining machine says of itself. */
export interface Ask {
  readonly name: string;
  /** One for each link of the cluster, in the order of the node configuration. */
  readonly addresses: readonly { readonly address: string; readonly port?: number }[];
  /** Versions of the protocols between nodes, such as `1-2`. */
  readonly protocols: string;
  /** Version of the project, for people. */
  readonly project: string;
  /** Milliseconds since 1970. */
  readonly clockMs: number;
}

/** What it gets. */
export interface Granted {
  /** The members of the node configuration that are the same on every node, and the links. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The text of the file of keys. */
  readonly authkeys: string;
  /** What the person must do by hand. */
  readonly notes: readonly string[];
}

/** A message. `body` is the JSON text of what it vouches for, so that both prove the same bytes. */
export type Said =
  | { readonly type: "hello"; readonly version: number; readonly nonce: string }
  | {
    readonly type: "ask";
    readonly version: number;
    readonly nonce: string;
    readonly body: string;
    readonly proof: string;
  }
  | { readonly type: "granted"; readonly body: string; readonly proof: string }
  | { readonly type: "staged"; readonly proof: string }
  | { readonly type: "added"; readonly proof: string }
  | { readonly type: "refused"; readonly reason: string };

/** Why a call is refused: counted under these words. */
export type RefusalKind =
  | "wrong proof"
  | "malformed"
  | "too slow"
  | "too many calls"
  | "version"
  | "clock"
  | "name"
  | "address"
  | "bound to another"
  | "expired"
  | "used"
  | "void"
  | "no TLS"
  | "cluster not ready";
