/**
 * The exchange of rows. Every node knows the row of every node that it can reach, also through
 * others. A changed row is sent immediately. All rows are repeated now and then, since messages may
 * be lost while connections change.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Json } from "../runtime/messages.ts";
import { foreign } from "./electorate.ts";
import { component, linked } from "./graph.ts";
import { epochText } from "../runtime/epoch.ts";
import { isCredible } from "./rounds.ts";
import type { PeerMessage, Row } from "./protocol.ts";
import { type CcmState, nodesMax, proposerOf } from "./state.ts";

/** This node's current row; its serial rises if it has changed. */
export function ownRow(state: CcmState): Row {
  const hears: Record<string, number> = {};
  for (const name of state.reachable) {
    const row = state.rows.get(name);
    if (row && state.rowAtMs.has(name) && !state.withholding.has(name)) {
      hears[name] = row.incarnation;
    }
  }
  const before = state.rows.get(state.node);
  const row: Row = {
    node: state.node,
    incarnation: state.incarnation,
    serial: before?.serial ?? 1,
    hears,
    promised: state.promised,
    pending: state.pending?.epoch ?? 0,
    electorates: state.electorates,
    ...(state.pending === undefined ? {} : { pendingOf: proposerOf(state.pending) }),
    ...(state.view === undefined ? {} : { view: state.view }),
    ...(state.accused === undefined ? {} : { accuses: state.accused.node }),
    ...(state.recovers === 0 || state.recovers !== state.view?.epoch
      ? {}
      : { recovers: state.recovers }),
  };
  if (before === undefined || sameRow(row, before)) return row;
  return { ...row, serial: before.serial + 1 };
}

/** Sends the own row to all nodes, and the rows of nodes that some may not hear. */
export function tellRows(state: CcmState, effects: Effect[]): void {
  const own = state.rows.get(state.node);
  if (own === undefined) return;
  const rows = [own];
  for (const row of state.rows.values()) {
    if (row !== own && worthTelling(state, row)) rows.push(row);
  }
  say("*", { type: "rows", rows, ask: false }, effects);
}

/** Requests all known rows from a node, or with `*` from all nodes. */
export function askForRows(state: CcmState, node: string, effects: Effect[]): void {
  const own = state.rows.get(state.node);
  if (own) say(node, { type: "rows", rows: [own], ask: true }, effects);
}

/** Stores new rows, forwards rows that others may lack, and answers a new node. */
export function takeRows(
  state: CcmState,
  { rows, ask }: Extract<PeerMessage, { type: "rows" }>,
  from: string,
  at: number,
  effects: Effect[],
): void {
  // Heartbeat has verified the sender, and defines the nodes of the cluster.
  if (!state.named.has(from)) return;
  const news: Row[] = [];
  let newcomer = ask;
  for (const row of rows) {
    if (row.node === state.node || !state.named.has(row.node)) continue;
    if (!isCredible(state, row, at)) {
      sayIncredible(state, row, from, at, effects);
      continue;
    }
    const known = state.rows.get(row.node);
    if (known === undefined && state.rows.size >= nodesMax) continue;
    const direct = row.node === from;
    // Only a node's own row counts if it is heard: no other node knows what it hears or has
    // promised.
    if (!direct && state.rowAtMs.has(row.node) && state.reachable.has(row.node)) continue;
    const newer = known === undefined || row.incarnation > known.incarnation ||
      (row.incarnation === known.incarnation && row.serial > known.serial);
    // A node that was lost and comes back with an empty disk counts from one again.
    const anew = direct && !state.rowAtMs.has(from);
    const same = row.incarnation === known?.incarnation && row.serial === known.serial;
    if (direct && (newer || anew || same)) {
      if (known?.incarnation !== row.incarnation) newcomer = true;
      state.rowAtMs.set(from, at);
    }
    if (!newer && !anew) continue;
    state.rows.set(row.node, row);
    if (known?.incarnation !== row.incarnation) warnIfForeign(state, row, effects);
    if (newer && worthTelling(state, row)) news.push(row);
  }
  if (newcomer) {
    say(
      from,
      { type: "rows", rows: [...state.rows.values()].sort(ownFirst(state)), ask: false },
      effects,
    );
  }
  if (news.length > 0) {
    const own = state.rows.get(state.node);
    if (own) say("*", { type: "rows", rows: [own, ...news], ask: false }, effects);
  }
}

/** Sends a message to the membership daemon of a node, or with `*` of every other node. */
export function say(node: string, message: PeerMessage, effects: Effect[]): void {
  // Readonly data of numbers, texts, lists and records is JSON; interfaces just have no index.
  const body = message as PeerMessage & Json;
  effects.push({ type: "send", to: { node, service: "ccm" }, message: { type: "peer", body } });
}

/** Whether two rows are equal except for their serials. */
function sameRow(one: Row, other: Row): boolean {
  return one.incarnation === other.incarnation && one.promised === other.promised &&
    one.pending === other.pending && one.pendingOf === other.pendingOf &&
    one.accuses === other.accuses && one.recovers === other.recovers &&
    one.view === other.view &&
    one.electorates === other.electorates && sameHearing(one.hears, other.hears);
}

/** Two clusters that started separately do not merge: their electorate would be undefined. */
function warnIfForeign(state: CcmState, { node, electorates }: Row, effects: Effect[]): void {
  if (!foreign(state.electorates, electorates)) return;
  effects.push({
    type: "log",
    level: "err",
    text: withCode(
      "HA6003",
      `${node} is no member: its cluster began with other nodes, or went on after a recovery, and ` +
        `counts ${
          electorates.committed.nodes.join(" ")
        }. Fix: if ${node} does not belong here, or ` +
        `was lost before the recovery, run ha cluster leave --forgotten there, and join it again`,
    ),
  });
}

function sameHearing(one: Row["hears"], other: Row["hears"]): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => one[name] === other[name]);
}

/** Its node counts as not heard, until it says something else. */
function sayIncredible(
  state: CcmState,
  { node, promised }: Row,
  from: string,
  at: number,
  effects: Effect[],
): void {
  const why = `the row of ${node} cannot be true: it promised view ${epochText(promised)}, and ` +
    `says that it is in a later one, or no cluster can have come so far`;
  const refused = { kind: "malformed", type: "rows", why } as const;
  const line = state.refusals.take({ node: from, service: "ccm" }, "ccm", refused, at);
  if (line !== undefined) effects.push({ type: "log", level: "err", text: line });
}

/** A node that this one reaches, and that some node that this one hears may not hear. */
function worthTelling({ node, rows, reachable }: CcmState, row: Row): boolean {
  for (const name of reachable) {
    if (name !== row.node && rows.has(name) && !linked(rows, name, row.node)) {
      return component(rows, node).includes(row.node);
    }
  }
  return false;
}

function ownFirst({ node }: CcmState): (one: Row, other: Row) => number {
  return (one, other) => Number(other.node === node) - Number(one.node === node);
}
