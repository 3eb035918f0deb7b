/**
 * A follower's own copy of the CIB, for machines that look into it often.
 *
 * It begins with the whole document and goes on with the changes that the local cib tells. Hand it
 * every message of type `cib/changed` and `cib/document`.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Effect } from "../runtime/machine.ts";
import type { CibVersion, Message } from "../runtime/messages.ts";
import { follow, readCib } from "./change.ts";

/** What a follower has. */
export interface Replica {
  root: XmlElement | undefined;
  version: CibVersion | undefined;
  lastQuery: number;
}

/** Nothing yet. */
export const newReplica = (): Replica => ({ root: undefined, version: undefined, lastQuery: 0 });

/** Asks the local cib for the document and for every change of it. */
export function subscribe(replica: Replica, out: Effect[]): void {
  out.push({ type: "send", to: { service: "cib" }, message: { type: "cib/subscribe" } });
  query(replica, out);
}

/** Takes over what the local cib says; tells whether the copy is another one now. */
export function take(
  replica: Replica,
  message: Extract<Message, { readonly type: "cib/changed" | "cib/document" }>,
  out: Effect[],
): boolean {
  if (message.type === "cib/document") {
    // Only the answer to the last question: those before it are older than what is here.
    if (message.id !== queryId(replica)) return false;
    replica.root = readCib(message.xml);
    replica.version = message.version;
    return true;
  }
  if (replica.root === undefined && !message.replaced) return false;
  const applied = message.replaced || replica.root === undefined
    ? undefined
    : follow(replica.root, message.changes, message.version);
  if (applied?.ok) {
    replica.root = applied.root;
    replica.version = message.version;
    return true;
  }
  query(replica, out);
  return false;
}

const queryId = (replica: Replica): string => `replica ${replica.lastQuery}`;

function query(replica: Replica, out: Effect[]): void {
  replica.lastQuery++;
  const id = queryId(replica);
  out.push({ type: "send", to: { service: "cib" }, message: { type: "cib/query", id } });
}
