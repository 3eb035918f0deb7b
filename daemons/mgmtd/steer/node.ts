/**
 * The CIB of the running cluster, read and written over the socket of this machine's node.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Client } from "../../runtime/client.ts";
import type { CibChange, Message } from "../../runtime/messages.ts";
import { readCib } from "../../cib/doors/document.ts";

/** Milliseconds a node may take to give its copy, and the cluster to make a change. */
const answerMs = 15_000;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/**
 * The document of the node's copy, as far as this user may read it.
 *
 * @throws {Deno.errors.TimedOut} if the cib does not answer.
 * @throws {Deno.errors.PermissionDenied} if this user may read nothing of it.
 */
export async function documentOf(client: Client): Promise<XmlElement> {
  const { xml, denied } = await client.ask(
    "cib",
    { type: "cib/query", id: "query" },
    (message): message is Of<"cib/document"> => message.type === "cib/document",
    answerMs,
  );
  if (denied !== undefined) throw new Deno.errors.PermissionDenied(denied);
  return readCib(xml);
}

let count = 0;

/** Asks for changes. @throws {Deno.errors.TimedOut} if the cib does not answer. */
export async function applied(
  client: Client,
  changes: readonly CibChange[],
): Promise<Of<"cib/applied">> {
  const id = `change ${++count}`;
  return await client.ask(
    "cib",
    { type: "cib/apply", id, changes },
    (message): message is Of<"cib/applied"> => message.type === "cib/applied" && message.id === id,
    answerMs,
  );
}
