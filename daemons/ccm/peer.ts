/**
 * What the membership daemons of different nodes say to each other.
 *
 * `rows` carry what each node hears and where it stands; `propose`, `promise` and `commit` are the
 * two rounds in which a view is agreed on.
 *
 * @module
 */
import type { Json, View, ViewMember } from "../runtime/messages.ts";
import { type Electorate, type Electorates, electoratesMax } from "./electorate.ts";

/** What one node hears, and where it stands. It is that node's alone to say. */
export interface Row {
  readonly node: string;
  /** Rises with each start of this node's membership daemon. */
  readonly incarnation: number;
  /** Rises with each change of the row within an incarnation. */
  readonly serial: number;
  /** Incarnations of the membership daemons that this one hears, by node. A leaver hears nobody. */
  readonly hears: Readonly<Record<string, number>>;
  /** The highest epoch that it ever promised; durable. */
  readonly promised: number;
  /** The epoch that it has promised and whose commit it waits for; 0: none. */
  readonly pending: number;
  /** The view that it is in; absent: none. */
  readonly view?: View;
  /** What it knows of whose votes count; durable. */
  readonly electorates: Electorates;
}

/** A view to be agreed on. */
export interface Proposal {
  readonly epoch: number;
  readonly proposer: string;
  /** In order of seniority. */
  readonly members: readonly ViewMember[];
  /** Names of the members of the quorate view that it follows without a break; empty: none. */
  readonly previous: readonly string[];
  /** What its members know of whose votes count: it is quorate if it is so under all in force. */
  readonly electorates: Electorates;
  /** Whose votes count from then on, if it is quorate. Sorted. */
  readonly electors: readonly string[];
  /**
   * The view of the same members that it changes the electorate of, and that each of them must be in;
   * 0: it changes nothing of it.
   */
  readonly basis: number;
}

/** The messages. */
export type PeerMessage =
  /** Rows, the sender's own first. `ask`: answer with what you know. */
  | { readonly type: "rows"; readonly rows: readonly Row[]; readonly ask: boolean }
  | { readonly type: "propose"; readonly proposal: Proposal }
  /** The promise is durable: its sender will never promise an epoch as low or lower. */
  | {
    readonly type: "promise";
    readonly epoch: number;
    readonly incarnation: number;
    /** The incarnation of the proposer: one that restarted may come to the same epoch again. */
    readonly proposer: number;
  }
  /** All members have promised; they know what. */
  | { readonly type: "commit"; readonly epoch: number; readonly members: readonly ViewMember[] };

/** The message in a body, or undefined if it is none: what another version says is passed over. */
export function readPeerMessage(body: Json): PeerMessage | undefined {
  if (!isObject(body)) return undefined;
  switch (body["type"]) {
    case "rows": {
      const rows = listOf(body["rows"], readRow);
      return rows && { type: "rows", rows, ask: body["ask"] === true };
    }
    case "propose": {
      const proposal = readProposal(body["proposal"]);
      return proposal && { type: "propose", proposal };
    }
    case "commit": {
      const members = listOf(body["members"], readMember);
      const { epoch } = body;
      return isCount(epoch) && members ? { type: "commit", epoch, members } : undefined;
    }
    case "promise": {
      const { epoch, incarnation, proposer } = body;
      if (!isCount(epoch) || !isCount(incarnation) || !isCount(proposer)) return undefined;
      return { type: "promise", epoch, incarnation, proposer };
    }
    default:
      return undefined;
  }
}

function readRow(value: unknown): Row | undefined {
  if (!isObject(value) || !isObject(value["hears"])) return undefined;
  const { node, incarnation, serial, promised, pending, hears } = value;
  if (
    typeof node !== "string" || !isCount(incarnation) || !isCount(serial) || !isCount(promised) ||
    !isCount(pending)
  ) return undefined;
  const heard: Record<string, number> = {};
  for (const [name, of] of Object.entries(hears)) {
    if (!isCount(of) || name === "__proto__") return undefined;
    heard[name] = of;
  }
  const electorates = readElectorates(value["electorates"]);
  if (electorates === undefined) return undefined;
  const row = { node, incarnation, serial, promised, pending, hears: heard, electorates };
  if (value["view"] === undefined) return row;
  const view = readView(value["view"]);
  return view && { ...row, view };
}

function readView(value: unknown): View | undefined {
  if (!isObject(value) || !isCount(value["epoch"])) return undefined;
  const members = listOf(value["members"], readMember);
  const electorate = listOf(value["electorate"], readName);
  return members && electorate &&
    { epoch: value["epoch"], members, quorate: value["quorate"] === true, electorate };
}

/** What a node knows of electorates, or undefined if it is none. */
export function readElectorates(value: unknown): Electorates | undefined {
  if (!isObject(value) || !isCount(value["origin"])) return undefined;
  const committed = readElectorate(value["committed"]);
  const promised = listOf(value["promised"], readElectorate);
  if (!committed || !promised || promised.length > electoratesMax) return undefined;
  return { committed, promised, origin: value["origin"] };
}

function readElectorate(value: unknown): Electorate | undefined {
  if (!isObject(value) || !isCount(value["version"])) return undefined;
  const nodes = listOf(value["nodes"], readName);
  return nodes && { version: value["version"], nodes };
}

function readProposal(value: unknown): Proposal | undefined {
  if (!isObject(value)) return undefined;
  const { epoch, proposer, basis } = value;
  const members = listOf(value["members"], readMember);
  const previous = listOf(value["previous"], readName);
  const electors = listOf(value["electors"], readName);
  const electorates = readElectorates(value["electorates"]);
  if (
    !isCount(epoch) || !isCount(basis) || typeof proposer !== "string" || !members || !previous ||
    !electors || !electorates
  ) return undefined;
  return { epoch, proposer, members, previous, electorates, electors, basis };
}

const readName = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

function readMember(value: unknown): ViewMember | undefined {
  if (!isObject(value)) return undefined;
  const { node, incarnation, bornOn } = value;
  if (typeof node !== "string" || !isCount(incarnation) || !isCount(bornOn)) return undefined;
  return { node, incarnation, bornOn };
}

function listOf<T>(value: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: T[] = [];
  for (const item of value) {
    const one = read(item);
    if (one === undefined) return undefined;
    items.push(one);
  }
  return items;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
