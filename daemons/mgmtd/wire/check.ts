/**
 * Checks a set of captured packets: each must decode to the fields that the set says, have the
 * signatures it says, and encode again to the very same bytes; and with any byte changed it must be
 * refused.
 *
 * @module
 */
import type { Auth } from "../../../plugins/handler/auth/contract.ts";
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { type Keys, stringOf } from "../../heartbeat/doors/packets.ts";
import type { Json } from "../../runtime/messages.ts";
import { packedWhole, shownMessage } from "./shown.ts";
import type { Toolbox } from "./toolbox.ts";

/** One vector, as far as it is looked at. */
export interface Vector {
  readonly name: string;
  readonly packet: Uint8Array;
  readonly authnum: number | undefined;
  readonly method: string | undefined;
  readonly key: string | undefined;
  /** The value of the inner `auth` field, where there is one. */
  readonly inner: string | undefined;
  readonly fields: Json | undefined;
  /** The fields of a message that was packed as a whole. */
  readonly message: Json | undefined;
  readonly plainlength: number | undefined;
}

/** What is wrong with a vector; empty if nothing is. */
export async function checkVector(
  vector: Vector,
  toolbox: Toolbox,
  keys: Keys | undefined,
): Promise<string[]> {
  const { packet } = vector;
  const wrong: string[] = [];
  const envelope = toolbox.encoding.open(packet);
  if (envelope === undefined) return ["it has no signature"];
  if (vector.authnum !== undefined && envelope.authnum !== vector.authnum) {
    wrong.push(`it is signed by entry ${envelope.authnum}, not ${vector.authnum}`);
  }
  const auth = keys === undefined
    ? await authOf(vector, toolbox)
    : keys.entries.get(envelope.authnum);
  if (auth === undefined) return [...wrong, `there is no key ${envelope.authnum}`];
  if (!auth.verify(envelope.signed, envelope.mac)) wrong.push("the signature is wrong");
  const decoded = toolbox.encoding.decode(envelope.frame);
  if (!decoded.ok) return [...wrong, `it does not decode: ${decoded.why}`];
  const { message } = decoded;
  if (vector.fields !== undefined) {
    differ(wrong, "the fields", shownMessage(message, toolbox), vector.fields);
  }
  checkPacked(wrong, vector, message, toolbox);
  const inner = stringOf(message, "auth");
  if (inner !== vector.inner) wrong.push(`the inner signature is ${inner}, not ${vector.inner}`);
  if (inner !== undefined) checkInner(wrong, message, inner, auth, toolbox);
  if (!same(packet, again(packet, message, envelope.authnum, auth, toolbox))) {
    wrong.push("it encodes to other bytes");
  }
  const accepted = changedAccepted(packet, auth, envelope.authnum, toolbox);
  if (accepted >= 0) wrong.push(`with byte ${accepted} changed it is still accepted`);
  return wrong;
}

async function authOf({ method, key }: Vector, toolbox: Toolbox): Promise<Auth | undefined> {
  if (method === undefined) return undefined;
  return await toolbox.auth(method, key === "" ? undefined : key);
}

function checkPacked(
  wrong: string[],
  vector: Vector,
  message: WireMessage,
  toolbox: Toolbox,
): void {
  if (vector.message === undefined) return;
  const whole = packedWhole(message, toolbox);
  if (whole === undefined) {
    wrong.push("it does not unpack");
    return;
  }
  differ(wrong, "the packed fields", shownMessage(whole.message, toolbox), vector.message);
  if (vector.plainlength !== undefined && whole.plainBytes !== vector.plainlength) {
    wrong.push(`it unpacks to ${whole.plainBytes} bytes, not ${vector.plainlength}`);
  }
}

/** The `auth` field covers the other fields as classic framing writes them. */
function checkInner(
  wrong: string[],
  message: WireMessage,
  inner: string,
  auth: Auth,
  { encoding }: Toolbox,
): void {
  const mac = inner.split(" ")[1] ?? "";
  const covered = encoding.inner?.(message);
  if (covered === undefined || !auth.verify(covered, mac)) {
    wrong.push("the inner signature is wrong");
  }
}

/** The packet, encoded again from its fields and the key. */
function again(
  packet: Uint8Array,
  message: WireMessage,
  authnum: number,
  auth: Auth,
  { encoding, classic }: Toolbox,
): Uint8Array {
  const isClassic = packet[0] === 0x3e;
  const framing = isClassic ? classic : encoding;
  const frame = framing.encode(
    isClassic ? message.filter(({ name }) => name !== "auth") : message,
  );
  const sealed = framing.seal(frame, authnum, auth.sign(framing.signable(frame)));
  // A closing NUL may belong to a classic frame.
  return isClassic && packet[packet.length - 1] === 0 ? Uint8Array.of(...sealed, 0) : sealed;
}

/** The first byte whose change goes unnoticed; -1 if none does. */
function changedAccepted(
  packet: Uint8Array,
  auth: Auth,
  authnum: number,
  { encoding }: Toolbox,
): number {
  const changed = packet.slice();
  for (let at = 0; at < changed.length; at++) {
    const byte = changed[at]!;
    changed[at] = byte ^ (1 << (at & 7));
    const envelope = encoding.open(changed);
    if (
      envelope !== undefined && envelope.authnum === authnum &&
      auth.verify(envelope.signed, envelope.mac)
    ) return at;
    changed[at] = byte;
  }
  return -1;
}

function differ(wrong: string[], what: string, found: Json, wanted: Json): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) wrong.push(`${what} are ${a.slice(0, 300)}, not ${b.slice(0, 300)}`);
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
