/**
 * Who is let in: the state of one open token, changed by what happens. It has no clock and no socket.
 *
 * @module
 */
import { bounds, type RefusalKind } from "./contract.ts";

/** An open token. */
export interface Gate {
  /** Milliseconds since 1970. */
  readonly endsAtMs: number;
  /** Wrong proofs so far. */
  wrongProofs: number;
  /** Who has proved the secret and got the key: nobody else gets it. */
  boundTo: { readonly name: string; readonly from: string } | undefined;
  /** The name that joined. */
  usedBy: string | undefined;
  /** Calls that are open, by address. */
  readonly calls: Map<string, number>;
  /** Refusals by kind. */
  readonly refused: Map<RefusalKind, number>;
  /** The last refusals. */
  readonly reasons: string[];
}

/** A token that has just been opened. */
export const openGate = (endsAtMs: number): Gate => ({
  endsAtMs,
  wrongProofs: 0,
  boundTo: undefined,
  usedBy: undefined,
  calls: new Map(),
  refused: new Map(),
  reasons: [],
});

/** Why the token is good for nobody; undefined: it is open. */
export function closedFor(gate: Gate, atMs: number): RefusalKind | undefined {
  if (gate.usedBy !== undefined) return "used";
  if (gate.wrongProofs >= bounds.wrongProofsMax) return "void";
  return atMs >= gate.endsAtMs ? "expired" : undefined;
}

/** A call comes. @returns why it is closed at once. */
export function arrive(gate: Gate, from: string): RefusalKind | undefined {
  const open = [...gate.calls.values()].reduce((sum, calls) => sum + calls, 0);
  const own = gate.calls.get(from) ?? 0;
  if (open >= bounds.callsMax || own >= bounds.callsOfAddressMax) return "too many calls";
  gate.calls.set(from, own + 1);
  return undefined;
}

/** A call that was let in has ended. */
export function leave(gate: Gate, from: string): void {
  const own = (gate.calls.get(from) ?? 1) - 1;
  if (own > 0) gate.calls.set(from, own);
  else gate.calls.delete(from);
}

/** A caller has proved the secret. @returns why it does not get the key. */
export function bind(
  gate: Gate,
  name: string,
  from: string,
  atMs: number,
): RefusalKind | undefined {
  const closed = closedFor(gate, atMs);
  if (closed !== undefined) return closed;
  const { boundTo } = gate;
  if (boundTo !== undefined && (boundTo.name !== name || boundTo.from !== from)) {
    return "bound to another";
  }
  gate.boundTo = { name, from };
  return undefined;
}

/** It is in the cluster's list now. @returns why it cannot be. */
export function use(gate: Gate, name: string, from: string, atMs: number): RefusalKind | undefined {
  const { boundTo } = gate;
  if (boundTo?.name !== name || boundTo.from !== from) return "bound to another";
  const closed = closedFor(gate, atMs);
  if (closed === undefined) gate.usedBy = name;
  return closed;
}

/** Counts a refusal, and keeps the reasons of the last ones. */
export function count(gate: Gate, kind: RefusalKind, from: string, reason: string): void {
  gate.refused.set(kind, (gate.refused.get(kind) ?? 0) + 1);
  // A flood may not push out what it hides.
  if (kind === "too many calls" && (gate.refused.get(kind) ?? 0) > 1) return;
  gate.reasons.push(`${from}: ${kind}: ${reason}`);
  if (gate.reasons.length > bounds.reasonsMax) gate.reasons.shift();
}
