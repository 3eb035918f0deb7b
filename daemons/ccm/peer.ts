/**
 * What the membership daemons of different nodes say to each other.
 *
 * `rows` carry what each node hears and where it stands; `propose`, `promise` and `commit` are the
 * two rounds in which a view is agreed on.
 *
 * @module
 */
import type { Json, View, ViewMember } from "../messages.ts";

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
}

/** A view to be agreed on. */
export interface Proposal {
  readonly epoch: number;
  readonly proposer: string;
  /** In order of seniority. */
  readonly members: readonly ViewMember[];
  /** Names of the members of the quorate view that it follows without a break; empty: none. */
  readonly previous: readonly string[];
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
  /** All members have promised. */
  | { readonly type: "commit"; readonly proposal: Proposal };

/** The message in a body, or undefined if it is none: what another version says is passed over. */
export function readPeerMessage(body: Json): PeerMessage | undefined {
  if (!isObject(body)) return undefined;
  switch (body["type"]) {
    case "rows": {
      const rows = listOf(body["rows"], readRow);
      return rows && { type: "rows", rows, ask: body["ask"] === true };
    }
    case "propose":
    case "commit": {
      const proposal = readProposal(body["proposal"]);
      return proposal && { type: body["type"], proposal };
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
  const row = { node, incarnation, serial, promised, pending, hears: heard };
  if (value["view"] === undefined) return row;
  const view = readView(value["view"]);
  return view && { ...row, view };
}

function readView(value: unknown): View | undefined {
  if (!isObject(value) || !isCount(value["epoch"])) return undefined;
  const members = listOf(value["members"], readMember);
  return members && { epoch: value["epoch"], members, quorate: value["quorate"] === true };
}

function readProposal(value: unknown): Proposal | undefined {
  if (!isObject(value)) return undefined;
  const { epoch, proposer } = value;
  const members = listOf(value["members"], readMember);
  const previous = listOf(
    value["previous"],
    (name) => typeof name === "string" ? name : undefined,
  );
  if (!isCount(epoch) || typeof proposer !== "string" || !members || !previous) return undefined;
  return { epoch, proposer, members, previous };
}

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
