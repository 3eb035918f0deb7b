/**
 * What the copies of the CIB on different nodes say to each other, in pieces inside `peer` messages.
 *
 * @module
 */
import type { CibChange, CibVersion } from "../runtime/messages.ts";

/** One write of one client: changes that take effect together. */
export interface Write {
  /** Unique in the life of the cluster: a write that is sent twice takes effect once. */
  readonly id: string;
  readonly changes: readonly CibChange[];
  /** Digest of the configuration it was checked against: on top of another it does not count. */
  readonly base?: string;
}

/** One step of the CIB's history: some writes that are stored, and become visible, together. */
export interface Entry {
  /** Rises with every coordinator; of two histories the one with the higher term counts. */
  readonly term: number;
  /** Rises by one with each entry. */
  readonly index: number;
  /** Digest of the document before. */
  readonly base: string;
  /** Digest of the document after. */
  readonly after: string;
  readonly writes: readonly Write[];
}

/** How far a copy has come. */
export interface Stamp {
  readonly term: number;
  readonly index: number;
  readonly digest: string;
}

/** Whether two copies are the same, at the same place of the same history. */
export const isSameStamp = (a: Stamp, b: Stamp): boolean =>
  a.term === b.term && a.index === b.index && a.digest === b.digest;

/** What a member tells the coordinator of a new view. */
export type Report =
  /** The last thing on its disk, whether or not it was ever acknowledged to anybody. */
  | {
    readonly type: "copy";
    readonly tip: Stamp;
    /** It has gone on alone with this copy, as one of two nodes, and has run since. */
    readonly alone?: boolean;
  }
  /** It never had a copy. */
  | { readonly type: "empty" }
  /** What is on its disk is damaged; it held nothing beyond `index`, where that is known. */
  | { readonly type: "corrupt"; readonly index?: number };

/** All messages between copies. `view` is the epoch of the sender's view. */
export type PeerMessage =
  /** To the coordinator: what I have. */
  | { readonly type: "report"; readonly view: number; readonly report: Report }
  /** From the coordinator: say again what you have. */
  | { readonly type: "ask"; readonly view: number }
  /** From the coordinator: it waits for another member. */
  | { readonly type: "waiting"; readonly view: number }
  /** From the coordinator, whose copy is older: send me yours. */
  | { readonly type: "fetch"; readonly view: number }
  /** A whole document, as `journal.ts` writes it to disk. */
  | { readonly type: "install"; readonly view: number; readonly text: string }
  /** From the coordinator: put this on disk and say so. */
  | { readonly type: "prepare"; readonly view: number; readonly entry: Entry }
  /** It is on my disk. */
  | { readonly type: "prepared"; readonly view: number; readonly index: number }
  /** I cannot: what I have is not what the entry builds on. */
  | { readonly type: "diverged"; readonly view: number; readonly index: number }
  /** Every member has it on disk: show it. */
  | { readonly type: "commit"; readonly view: number; readonly index: number }
  /**
   * To the coordinator: clients of mine want this, in this order. A node has one of these under way:
   * the next follows when all of it is answered, so that its writes take effect in their order even
   * if some of them have to be sent again.
   */
  | { readonly type: "apply"; readonly view: number; readonly writes: readonly Write[] }
  | {
    readonly type: "applied";
    readonly id: string;
    readonly ok: boolean;
    readonly version?: CibVersion;
    readonly error?: string;
    /** The configuration is not the one that the write was checked against. */
    readonly stale?: boolean;
  };
