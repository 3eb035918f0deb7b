/**
 * What the heartbeat of one node says of itself: nothing of it is in the CIB.
 *
 * @module
 */
import { connect } from "../runtime/client.ts";
import type { Json, Message } from "../runtime/messages.ts";

/** Milliseconds heartbeat may take to answer; the rest of the state does not wait longer for it. */
const answerMs = 1_000;

/** Asks the first heartbeat that answers; nothing if there is no such. */
export async function heartbeatStatus(heartbeatSockets: readonly string[]): Promise<Json> {
  for (const path of heartbeatSockets) {
    const client = await connect(path).catch(() => undefined);
    if (client === undefined) continue;
    await using _open = client;
    try {
      const { status } = await client.ask(
        "heartbeat",
        { type: "status/query", id: "status" },
        (message): message is Extract<Message, { type: "status/answer" }> =>
          message.type === "status/answer",
        answerMs,
      );
      return status;
    } catch {
      return null; // the rest of the state is worth showing all the same
    }
  }
  return null;
}
