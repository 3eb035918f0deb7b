/**
 * The CIB of this machine's node, for commands about secrets.
 *
 * @module
 */
import { parse, type XmlElement } from "@std/xml";
import type { Client } from "../../runtime/client.ts";
import type { CibChange, Message } from "../../runtime/messages.ts";

/** Milliseconds a node may take to answer, and the cluster to make the change. */
const answerMs = 10_000;

/** The configuration and status of the cluster. */
export async function cibOf(client: Client): Promise<XmlElement> {
  const { xml } = await client.ask(
    "cib",
    { type: "cib/query", id: "query" },
    (message): message is Extract<Message, { type: "cib/document" }> =>
      message.type === "cib/document",
    answerMs,
  );
  return parse(xml, { ignoreWhitespace: true, ignoreComments: true }).root;
}

/** Makes a change. @returns why it is refused; undefined if it is made */
export async function change(client: Client, change: CibChange): Promise<string | undefined> {
  const { ok, error } = await client.ask(
    "cib",
    { type: "cib/apply", id: "secret", changes: [change] },
    (message): message is Extract<Message, { type: "cib/applied" }> =>
      message.type === "cib/applied" && message.id === "secret",
    answerMs,
  );
  return ok ? undefined : error ?? "the cluster gave no reason";
}
