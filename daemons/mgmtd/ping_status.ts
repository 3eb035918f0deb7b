/**
 * Pseudo-members as one node sees them: each node pings for itself, so nothing of it is in the CIB.
 *
 * @module
 */
import { connect } from "../client.ts";
import type { Json, Message } from "../messages.ts";

/** One of them. */
export interface PingState {
  readonly name: string;
  readonly nodetype: "ping";
  readonly status: "init" | "ping" | "dead";
}

/** Milliseconds heartbeat may take to answer; the rest of the state does not wait longer for it. */
const answerMs = 1_000;

/** Asks the first heartbeat that answers; none if there is no such. */
export async function pingStates(heartbeatSockets: readonly string[]): Promise<PingState[]> {
  for (const path of heartbeatSockets) {
    const client = await connect(path).catch(() => undefined);
    if (client === undefined) continue;
    await using _open = client;
    try {
      const { status } = await client.ask(
        "heartbeat",
        { type: "status/query", id: "pings" },
        (message): message is Extract<Message, { type: "status/answer" }> =>
          message.type === "status/answer",
        answerMs,
      );
      return readPings(status);
    } catch {
      return []; // the rest of the state is worth showing all the same
    }
  }
  return [];
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
