/**
 * What SNMP asks and answers, inside of each version's message: one variable at a time.
 *
 * @module
 */
import { ber, BerReader, integer, integerOf, oid, tags } from "./ber.ts";

/** One variable to get, or to set to an integer. */
export interface Question {
  readonly oid: string;
  readonly set?: number;
}

/** An answer, or a report of version 3. */
export interface Answer {
  readonly isReport: boolean;
  readonly id: number;
  readonly oid: string;
  /** The number; undefined if the variable has another type. */
  readonly value: number | undefined;
  /** The error of the agent; undefined if there is none. */
  readonly error: string | undefined;
}

const [getTag, setTag, answerTag, reportTag] = [0xa0, 0xa3, 0xa2, 0xa8];
/** Types of numbers: INTEGER, Counter32, Gauge32, TimeTicks. */
const numberTags: readonly number[] = [tags.integer, 0x41, 0x42, 0x43];
/** Values of version 2 that say that there is none. */
const absent: Readonly<Record<number, string>> = {
  0x80: "noSuchObject",
  0x81: "noSuchInstance",
  0x82: "endOfMibView",
};
const errors = [
  "noError",
  "tooBig",
  "noSuchName",
  "badValue",
  "readOnly",
  "genErr",
  "noAccess",
  "wrongType",
  "wrongLength",
  "wrongEncoding",
  "wrongValue",
  "noCreation",
  "inconsistentValue",
  "resourceUnavailable",
  "commitFailed",
  "undoFailed",
  "authorizationError",
  "notWritable",
  "inconsistentName",
];

/** The PDU of a question; without one, an empty one that discovers an engine. */
export function pduOf(id: number, question?: Question): Uint8Array {
  const value = question?.set === undefined ? ber(tags.null) : integer(question.set);
  const variables = question === undefined ? [] : [ber(tags.sequence, oid(question.oid), value)];
  return ber(
    question?.set === undefined ? getTag : setTag,
    integer(id),
    integer(0),
    integer(0),
    ber(tags.sequence, ...variables),
  );
}

/** Reads the PDU of an answer. @throws {Error} if it is none. */
export function answerIn(reader: BerReader): Answer {
  const { tag, content } = reader.next();
  if (tag !== answerTag && tag !== reportTag) throw new Error("a message of SNMP is no answer");
  const pdu = new BerReader(content);
  const id = pdu.integer();
  const status = pdu.integer();
  pdu.integer();
  const variables = pdu.sequence();
  if (variables.isDone) {
    return { isReport: tag === reportTag, id, oid: "", value: undefined, error: errors[status] };
  }
  const variable = variables.sequence();
  const name = variable.oid();
  const found = variable.next();
  return {
    isReport: tag === reportTag,
    id,
    oid: name,
    value: numberTags.includes(found.tag) ? integerOf(found.content) : undefined,
    error: status === 0 ? absent[found.tag] : errors[status] ?? `error ${status}`,
  };
}
