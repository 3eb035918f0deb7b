/**
 * Messages of SNMP versions 1 and 2c: the community goes over the wire as it is.
 *
 * @module
 */
import { ber, BerReader, integer, octets, tags } from "./ber.ts";
import { type Answer, answerIn, pduOf, type Question } from "./pdu.ts";

/** Writes a question. */
export const communityMessage = (
  version: "1" | "2c",
  community: string,
  id: number,
  question: Question,
): Uint8Array =>
  ber(tags.sequence, integer(version === "1" ? 0 : 1), octets(community), pduOf(id, question));

/** Reads an answer. @throws {Error} if it is none of this version and community. */
export function communityAnswer(
  version: "1" | "2c",
  community: string,
  message: Uint8Array,
): Answer {
  const reader = new BerReader(message).sequence();
  const isVersion = reader.integer() === (version === "1" ? 0 : 1);
  const said = new TextDecoder().decode(reader.content(tags.octets));
  if (!isVersion || said !== community) {
    throw new Error("an answer has another version or community");
  }
  return answerIn(reader);
}
