/**
 * The messages between the membership daemons of different nodes, and those from a ccm to the
 * services of its node.
 *
 * `rows` contain the nodes that each node hears, and its state. `propose`, `promise` and `commit`
 * are the two rounds of an agreement.
 *
 * @module
 */
import type { Json, Message, View, ViewMember } from "../runtime/messages.ts";
import type { Rules } from "../runtime/protocol.ts";
import {
  count,
  id,
  list,
  name,
  nodesMax,
  object,
  oneOf,
  type Reader,
  record,
  Refusal,
  sorts,
  text,
  yesOrNo,
} from "../runtime/reader.ts";
import { type Electorate, type Electorates, electoratesMax } from "./electorate.ts";

/** Bytes of a message that names every node. */
const viewBytesMax = 1024 * 1024;
/** Characters of a reason that may name every node. */
const refusedCharactersMax = 64 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from ccm. */
export type CcmType =
  | "ccm/subscribe"
  | "ccm/view"
  | "ccm/evicted"
  | "ccm/settled"
  | "ccm/withholds"
  | "ccm/recover"
  | "ccm/recovering"
  | "ccm/doubted";

/** The nodes that one node hears, and its state. Only that node may change it. */
export interface Row {
  readonly node: string;
  /** Rises with each start of this node's membership daemon. */
  readonly incarnation: number;
  /** Rises with each change of the row within an incarnation. */
  readonly serial: number;
  /**
   * Incarnations of the membership daemons that this one hears, by node. A leaving node hears none.
   */
  readonly hears: Readonly<Record<string, number>>;
  /** The highest epoch that it ever promised; durable. */
  readonly promised: number;
  /** The epoch that it has promised and whose commit it waits for; 0: none. */
  readonly pending: number;
  /** The incarnation of who proposed it, which may choose the same epoch again after a restart. */
  readonly pendingOf?: number;
  /** The view that it is in; absent: none. */
  readonly view?: View;
  /** What it knows of electorates; durable. */
  readonly electorates: Electorates;
  /** The coordinator of its view, if that decides nothing as far as this node sees. */
  readonly accuses?: string;
  /** The view without quorum that its operator has go on alone (`recover.ts`). */
  readonly recovers?: number;
}

/** A proposed view. */
export interface Proposal {
  readonly epoch: number;
  readonly proposer: string;
  /** In order of seniority. */
  readonly members: readonly ViewMember[];
  /** Names of the members of the quorate view that it follows without a break; empty: none. */
  readonly previous: readonly string[];
  /** What its members know of electorates: it must be quorate under all that may be in force. */
  readonly electorates: Electorates;
  /** The electorate from then on, if it is quorate. Sorted. */
  readonly electors: readonly string[];
  /**
   * The view of the same members that it changes the electorate of, and that each of them must be in;
   * 0: it changes nothing of it.
   */
  readonly basis: number;
  /** The operators of all its members have them go on without the others that count. */
  readonly recovers?: boolean;
}

/** The messages. */
export type PeerMessage =
  /** Rows, the sender's own first. `ask` requests an answer with all known rows. */
  | { readonly type: "rows"; readonly rows: readonly Row[]; readonly ask: boolean }
  | { readonly type: "propose"; readonly proposal: Proposal }
  /** The promise is durable: its sender will never promise an epoch as low or lower. */
  | {
    readonly type: "promise";
    readonly epoch: number;
    readonly incarnation: number;
    /** The incarnation of the proposer: after a restart it may choose the same epoch again. */
    readonly proposer: number;
  }
  /** All members have promised this epoch. */
  | { readonly type: "commit"; readonly epoch: number; readonly members: readonly ViewMember[] };

const names = list(name, nodesMax);

const member: Reader<ViewMember> = object({ node: name, incarnation: count, bornOn: count });
const members = list(member, nodesMax);

/** A view. */
export const view: Reader<View> = object({
  epoch: count,
  members,
  quorate: yesOrNo,
  electorate: names,
});

const electorate: Reader<Electorate> = object({ version: count, nodes: names }, { origin: count });

/** What a node knows of electorates. */
export const electorates: Reader<Electorates> = object({
  committed: electorate,
  promised: list(electorate, electoratesMax),
  origin: count,
});

const row: Reader<Row> = object({
  node: name,
  incarnation: count,
  serial: count,
  promised: count,
  pending: count,
  hears: record(count, nodesMax),
  electorates,
}, { view, pendingOf: count, accuses: name, recovers: count });

const proposal: Reader<Proposal> = object({
  epoch: count,
  proposer: name,
  members,
  previous: names,
  electorates,
  electors: names,
  basis: count,
}, { recovers: yesOrNo });

/** Reads a message of another node's ccm. */
export const readPeer: Reader<PeerMessage> = sorts<PeerMessage>("type", {
  rows: object({ type: oneOf("rows"), rows: list(row, nodesMax), ask: yesOrNo }),
  propose: object({ type: oneOf("propose"), proposal }),
  promise: object({ type: oneOf("promise"), epoch: count, incarnation: count, proposer: count }),
  commit: object({ type: oneOf("commit"), epoch: count, members }),
});

/** The message in a body, or undefined if it is invalid. */
export function readPeerMessage(body: Json): PeerMessage | undefined {
  const read = readPeer(body);
  return read instanceof Refusal ? undefined : read;
}

/** The rules. */
export const ccmRules: Rules<Of<CcmType>> = {
  "ccm/subscribe": {
    from: ["node", "client"],
    to: ["ccm"],
    read: object({ type: oneOf("ccm/subscribe") }),
  },
  "ccm/view": {
    from: ["ccm"],
    read: object({ type: oneOf("ccm/view"), view }),
    bytesMax: viewBytesMax,
  },
  "ccm/evicted": {
    from: ["ccm"],
    read: object({ type: oneOf("ccm/evicted") }),
  },
  "ccm/settled": {
    from: ["cib"],
    to: ["ccm"],
    read: object({ type: oneOf("ccm/settled"), view: count }),
  },
  "ccm/withholds": {
    from: ["cib", "crmd"],
    to: ["ccm"],
    read: object({ type: oneOf("ccm/withholds"), view: count, node: name, what: id }),
  },
  "ccm/recover": {
    from: ["client"],
    to: ["ccm"],
    read: object({ type: oneOf("ccm/recover"), id, view: count }),
  },
  "ccm/recovering": {
    from: ["ccm"],
    read: object({ type: oneOf("ccm/recovering"), id }, { refused: text(refusedCharactersMax) }),
  },
  "ccm/doubted": {
    from: ["ccm"],
    to: ["cib"],
    read: object({ type: oneOf("ccm/doubted"), view: count, node: name }),
  },
};
