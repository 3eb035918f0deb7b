/**
 * The CIB of the running cluster, asked of the node on this machine.
 *
 * @module
 */
import type { Message } from "../runtime/messages.ts";

/** Milliseconds a node may take to answer. */
const answerMs = 5_000;

/**
 * The CIB as XML; undefined if no node listens there.
 *
 * @throws {Error} if a node listens, and does not answer in time.
 */
export async function readLiveCib(path: string): Promise<string | undefined> {
  // Loaded only where it is needed: most simulations ask nobody.
  const { connect } = await import("../runtime/client.ts");
  const client = await connect(path).catch(absent);
  if (client === undefined) return undefined;
  await using _open = client;
  const { xml } = await client.ask(
    "cib",
    { type: "cib/query", id: "query" },
    (message): message is Extract<Message, { type: "cib/document" }> =>
      message.type === "cib/document",
    answerMs,
  );
  return xml;
}

/** Nobody listens: there is no such socket, or it is left from a node that was killed. */
function absent(error: unknown): undefined {
  if (error instanceof Deno.errors.NotFound) return undefined;
  if (error instanceof Deno.errors.ConnectionRefused) return undefined;
  throw error;
}
