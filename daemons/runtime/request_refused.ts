/**
 * The answer to a request that is not taken. A program that asked learns at once that no other answer
 * comes, and why.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Message } from "./messages.ts";
import { refusalKinds } from "./refusal_kind.ts";
import type { Refused } from "./refusals.ts";
import { requestId } from "./request_id.ts";
import { id, idCharactersMax, object, oneOf, type Reader, text } from "./reader.ts";

/** Characters of a reason at most: it may name members that the asker chose. */
const whyCharactersMax = 512;
const errorCharactersMax = 2_048;

/** The answer. */
export type RequestRefused = Extract<Message, { readonly type: "refused" }>;

/** Reads it. */
export const readRequestRefused: Reader<RequestRefused> = object({
  type: oneOf("refused"),
  request: text(idCharactersMax),
  kind: oneOf(...refusalKinds),
  error: text(errorCharactersMax),
}, { id });

const fixes: Readonly<Record<Refused["kind"], string>> = {
  unknown: "use a program of the same version as the node",
  misdirected: "ask the service that takes it, as a user who may",
  malformed: "correct the request",
  unsendable: "ask for less, or again later",
  unreachable: "wait until that daemon runs; see ha status",
};

/** The answer to a request for `to`; undefined for what is an answer itself. */
export function requestRefused(
  to: string,
  request: Message,
  { kind, type, why }: Refused,
): RequestRefused | undefined {
  if (request.type === "refused" || type === "refused") return undefined;
  const known = requestId(request);
  const named = type !== "" ? type : request.type === "unread" ? "a request" : request.type;
  const what = `${to.slice(0, 64)} did not take ${named}: ${why.slice(0, whyCharactersMax)}`;
  return {
    type: "refused",
    ...(known === undefined ? {} : { id: known }),
    request: type,
    kind,
    error: withCode("HA0026", `${what}. Fix: ${fixes[kind]}`),
  };
}
