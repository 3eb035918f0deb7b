/**
 * Pseudo-members as one node sees them: each node pings for itself, so nothing of it is in the CIB.
 *
 * @module
 */
import type { Json } from "../../runtime/messages.ts";

/** One of them. */
export interface PingState {
  readonly name: string;
  readonly nodetype: "ping";
  readonly status: "init" | "ping" | "dead";
}

/** The pseudo-members of heartbeat's answer. */
export function readPings(status: Json): PingState[] {
  const pings = typeof status === "object" && status !== null && "pings" in status
    ? status.pings
    : undefined;
  if (!Array.isArray(pings)) return [];
  return pings.flatMap(({ name, status }) =>
    typeof name === "string" && (status === "init" || status === "ping" || status === "dead")
      ? [{ name, nodetype: "ping" as const, status }]
      : []
  );
}

/** As a part of the text of a cluster's state; empty if there are none. */
export const pingText = (pings: readonly PingState[]): string =>
  pings.length === 0
    ? ""
    : `\nPing Nodes (as this node sees them):\n${
      pings.map(({ name, status }) => `  * ${name}: ${status}\n`).join("")
    }`;
