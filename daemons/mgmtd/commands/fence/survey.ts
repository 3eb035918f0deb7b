/**
 * Asks all nodes how their fencing devices stand. Nothing is fenced.
 *
 * @module
 */
import type { Client } from "../../../runtime/client.ts";
import type { Message } from "../../../runtime/messages.ts";
import type { Survey } from "./coverage.ts";

/** Milliseconds that all devices may take to answer; stonithd waits a little less. */
const surveyMs = 35_000;

/** The answers. @throws {Deno.errors.TimedOut} if the node's stonithd does not answer. */
export async function surveyOf(client: Client): Promise<Survey> {
  const id = `fence test ${crypto.randomUUID()}`;
  return await client.ask(
    "stonithd",
    { type: "fence/survey", id },
    (answer): answer is Extract<Message, { type: "fence/surveyed" }> =>
      answer.type === "fence/surveyed" && answer.id === id,
    surveyMs,
  );
}
