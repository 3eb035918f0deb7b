/**
 * Messages of SNMP version 3: signed, and encrypted if the user has a second password.
 *
 * @module
 */
import { ber, BerReader, integer, octets, tags } from "./ber.ts";
import { type Answer, answerIn, pduOf, type Question } from "./pdu.ts";
import { aes, type AuthProtocol, keyOf, signatureBytes, signatureOf } from "./usm.ts";

/** A user of version 3. */
export interface User {
  readonly name: string;
  readonly protocol: AuthProtocol;
  readonly password: string;
  /** Encrypts with AES-128, if there is one. */
  readonly privacy?: string | undefined;
}

/** An engine as it was discovered, with the keys of the user. */
export interface Engine {
  readonly id: Uint8Array;
  boots: number;
  time: number;
  /** `performance.now()` of that time. */
  at: number;
  readonly auth: Uint8Array;
  readonly privacy: Uint8Array | undefined;
}

/** What a message says beside its answer. */
export interface UserAnswer extends Answer {
  readonly messageId: number;
  readonly engine: Uint8Array;
  readonly boots: number;
  readonly time: number;
  /** It has the right signature. */
  readonly isSigned: boolean;
}

const [authFlag, privacyFlag, reportFlag] = [1, 2, 4];
const userSecurity = 3;
/** Bytes of an answer that are accepted. */
const answerBytesMax = 65_507;
/** Bytes of an engine's id. */
const engineBytesMax = 32;

/** An engine with the keys of a user. */
export const engineOf = (user: User, said: UserAnswer): Engine => ({
  id: said.engine.slice(),
  boots: said.boots,
  time: said.time,
  at: performance.now(),
  auth: keyOf(user.protocol, user.password, said.engine),
  privacy: user.privacy === undefined
    ? undefined
    : keyOf(user.protocol, user.privacy, said.engine).subarray(0, 16),
});

/** Writes a question; without an engine, the one that discovers it. */
export function userMessage(
  user: User,
  id: number,
  engine?: Engine,
  question?: Question,
): Uint8Array {
  const empty = new Uint8Array(0);
  const scoped = ber(tags.sequence, octets(engine?.id ?? empty), octets(""), pduOf(id, question));
  if (engine === undefined) return framed({ id, flags: reportFlag, security: [], scoped });
  const time = engine.time + Math.floor((performance.now() - engine.at) / 1_000);
  const salt = crypto.getRandomValues(new Uint8Array(8));
  const flags = reportFlag | authFlag | (engine.privacy === undefined ? 0 : privacyFlag);
  const message = framed({
    id,
    flags,
    security: [
      octets(engine.id),
      integer(engine.boots),
      integer(time),
      octets(user.name),
      octets(new Uint8Array(signatureBytes[user.protocol])),
      octets(engine.privacy === undefined ? empty : salt),
    ],
    scoped: engine.privacy === undefined
      ? scoped
      : octets(aes(engine.privacy, { boots: engine.boots, time, salt }, scoped, "encrypt")),
  });
  const { signature } = partsOf(message);
  signature.set(signatureOf(user.protocol, engine.auth, message));
  return message;
}

/** Reads an answer. @throws {Error} if it is none, or not to be read with these keys. */
export function userAnswer(user: User, engine: Engine | undefined, bytes: Uint8Array): UserAnswer {
  if (bytes.length > answerBytesMax) throw new Error("an answer is too long");
  const message = bytes.slice();
  const parts = partsOf(message);
  const isSigned = engine !== undefined && (parts.flags & authFlag) !== 0 &&
    isRight(user.protocol, engine.auth, message, parts.signature);
  const begin = { boots: parts.boots, time: parts.time, salt: parts.salt };
  let scoped = parts.data;
  if ((parts.flags & privacyFlag) !== 0) {
    if (engine?.privacy === undefined || !isSigned) {
      throw new Error("an answer cannot be decrypted");
    }
    scoped = new BerReader(aes(engine.privacy, begin, parts.data.content(tags.octets), "decrypt"));
  }
  const reader = scoped.sequence();
  reader.content(tags.octets);
  reader.content(tags.octets);
  const { messageId, engine: from, boots, time } = parts;
  return { ...answerIn(reader), messageId, engine: from, boots, time, isSigned };
}

/** The parts of a message, the signature as a view of it. */
function partsOf(message: Uint8Array) {
  const whole = new BerReader(message).sequence();
  if (whole.integer() !== 3) throw new Error("an answer has another version");
  const header = whole.sequence();
  const messageId = header.integer();
  header.integer();
  const flags = header.content(tags.octets)[0] ?? 0;
  if (header.integer() !== userSecurity) throw new Error("an answer has another security");
  const security = new BerReader(whole.content(tags.octets)).sequence();
  const engine = security.content(tags.octets);
  if (engine.length > engineBytesMax) throw new Error("an engine's id is too long");
  const [boots, time] = [security.integer(), security.integer()];
  security.content(tags.octets);
  const signature = security.content(tags.octets);
  const salt = security.content(tags.octets);
  return { messageId, flags, engine, boots, time, signature, salt, data: whole };
}

/** Compares in constant time. */
function isRight(
  protocol: AuthProtocol,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const said = signature.slice();
  if (said.length !== signatureBytes[protocol]) return false;
  signature.fill(0);
  const right = signatureOf(protocol, key, message);
  let difference = 0;
  right.forEach((byte, at) => difference |= byte ^ said[at]!);
  return difference === 0;
}

function framed(
  { id, flags, security, scoped }: {
    readonly id: number;
    readonly flags: number;
    readonly security: readonly Uint8Array[];
    readonly scoped: Uint8Array;
  },
): Uint8Array {
  const none = [octets(""), integer(0), integer(0), octets(""), octets(""), octets("")];
  return ber(
    tags.sequence,
    integer(3),
    ber(
      tags.sequence,
      integer(id),
      integer(answerBytesMax),
      octets(Uint8Array.of(flags)),
      integer(userSecurity),
    ),
    octets(ber(tags.sequence, ...(security.length === 0 ? none : security))),
    scoped,
  );
}
