/**
 * Carries a change into the running cluster: once or not at all.
 *
 * Each try is worked out on the newest document and takes effect only on top of it. If somebody else
 * was faster, it is worked out again, so no update is lost. If the answer is lost with a coordinator,
 * the CIB is asked whether the change is in it.
 *
 * @module
 */
import { NotTaken } from "../../runtime/questions.ts";
import type { XmlElement } from "@std/xml";
import { messageOf } from "../../../metadata/message_of.ts";
import { pause } from "../../../metadata/timer.ts";
import type { Client } from "../../runtime/client.ts";
import type { Author } from "../../cib/doors/author.ts";
import { type Attempt, attemptOn, isOvertaken, saidOf, triesMax } from "./attempt.ts";
import { applied, documentOf } from "./node.ts";

/** Milliseconds in which a node must know whether a change took effect whose answer was lost. */
const doubtMs = 30_000;
/** Milliseconds between two looks. */
const lookMs = 500;

/** What came of it. */
export type Written =
  | {
    readonly type: "done";
    readonly before: XmlElement;
    readonly after: XmlElement;
    readonly warnings: readonly string[];
  }
  | { readonly type: "refused"; readonly why: string }
  /** The cluster neither says yes nor no. */
  | { readonly type: "unknown"; readonly why: string };

/** A change, worked out on a document; undefined: not any more. */
export type Work = (before: XmlElement) => XmlElement | undefined;

/** Does it. @param work is called again for each newer document. */
export async function write(
  client: Client,
  work: Work,
  author: Author,
  { token, now }: { readonly token: string; readonly now: () => number },
): Promise<Written> {
  let why = "";
  for (let tries = 0; tries < triesMax; tries++) {
    const before = await documentOf(client);
    const after = work(before);
    if (after === undefined) return { type: "refused", why: "it is not possible any more" };
    const attempt = attemptOn(before, after, author, { token, nowMs: now() });
    const answer = await applied(client, attempt.changes).catch((error: unknown) => {
      if (error instanceof NotTaken) return { ok: false, error: error.message, warnings: [] };
      if (!(error instanceof Deno.errors.TimedOut)) throw error;
      return { ok: false, error: messageOf(error), unknown: true, warnings: [] };
    });
    if (answer.ok) return { type: "done", before, after, warnings: answer.warnings ?? [] };
    why = answer.error ?? "the cluster gave no reason";
    if (isOvertaken(why)) continue;
    return answer.unknown === true
      ? await inDoubt(client, attempt, { before, after, why })
      : { type: "refused", why };
  }
  return { type: "refused", why: `${triesMax} times somebody else was faster: ${why}` };
}

/** The answer is lost: the CIB knows, as soon as a coordinator has said which one it is. */
async function inDoubt(
  client: Client,
  attempt: Attempt,
  { before, after, why }: {
    readonly before: XmlElement;
    readonly after: XmlElement;
    readonly why: string;
  },
): Promise<Written> {
  for (let waited = 0; waited < doubtMs; waited += lookMs) {
    await pause(lookMs);
    const now = await documentOf(client).catch(() => undefined);
    if (now === undefined) continue;
    const said = saidOf(attempt, now);
    if (said === "made") return { type: "done", before, after, warnings: [] };
    if (said === "not made") {
      return { type: "refused", why: "somebody else changed the configuration first" };
    }
    if (said === "unknown") break;
  }
  return { type: "unknown", why };
}
