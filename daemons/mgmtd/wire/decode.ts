/**
 * One captured packet, for people: its fields, and what is to be thought of its signature.
 *
 * @module
 */
import type { Json } from "../../runtime/messages.ts";
import { bytesOf, type Keys } from "../../heartbeat/doors/packets.ts";
import { packedWhole, shownMessage } from "./shown.ts";
import type { Toolbox } from "./toolbox.ts";

/** What a packet is. */
export interface DecodedPacket {
  readonly bytes: number;
  readonly framing: "netstring" | "classic" | "unknown";
  /** Number of the key, and whether the signature is right. */
  readonly authnum?: number;
  readonly signature: "right" | "wrong" | "unknown key" | "not checked" | "none";
  readonly fields?: readonly Json[];
  /** What a method with secrecy has hidden: shown where the key is right. */
  readonly sealed?: readonly Json[];
  /** The fields of a message that was packed as a whole. */
  readonly message?: readonly Json[];
  /** Why there are no fields. */
  readonly why?: string;
}

/** Takes a packet apart, with any signature: nothing acts on it. */
export function decodePacket(
  packet: Uint8Array,
  toolbox: Toolbox,
  keys: Keys | undefined,
): DecodedPacket {
  const bytes = packet.length;
  const framing = packet[0] === 0x23 ? "netstring" : packet[0] === 0x3e ? "classic" : "unknown";
  const envelope = toolbox.encoding.open(packet);
  const decoded = toolbox.encoding.decode(envelope?.frame ?? packet);
  const auth = envelope === undefined ? undefined : keys?.entries.get(envelope.authnum);
  const signature = envelope === undefined
    ? "none"
    : keys === undefined
    ? "not checked"
    : auth === undefined
    ? "unknown key"
    : auth.verify(envelope.signed, envelope.mac)
    ? "right"
    : "wrong";
  const known = {
    bytes,
    framing,
    signature,
    ...(envelope === undefined ? {} : { authnum: envelope.authnum }),
  } as const;
  if (!decoded.ok) return { ...known, why: decoded.why };
  const hidden = signature === "right" ? bytesOf(decoded.message, "_sealed") : undefined;
  const plain = hidden === undefined ? undefined : auth?.open?.(hidden);
  const inner = plain === undefined ? undefined : toolbox.encoding.decode(plain);
  const message = inner?.ok === true ? inner.message : decoded.message;
  const whole = packedWhole(message, toolbox);
  return {
    ...known,
    fields: shownMessage(decoded.message, toolbox),
    ...(inner?.ok === true ? { sealed: shownMessage(inner.message, toolbox) } : {}),
    ...(whole === undefined ? {} : { message: shownMessage(whole.message, toolbox) }),
  };
}

/** The same as text. */
export function packetText(name: string, packet: DecodedPacket): string {
  const { bytes, framing, authnum, signature, fields, sealed, message, why } = packet;
  const key = authnum === undefined ? "" : ` by key ${authnum}`;
  const lines = [`${name}: ${bytes} bytes, ${framing} framing, signature${key}: ${signature}`];
  if (why !== undefined) lines.push(`  does not decode: ${why}`);
  for (const field of fields ?? []) lines.push(...fieldLines(field, "  "));
  if (sealed !== undefined) lines.push("  sealed within:");
  for (const field of sealed ?? []) lines.push(...fieldLines(field, "    "));
  if (message !== undefined) lines.push("  packed within:");
  for (const field of message ?? []) lines.push(...fieldLines(field, "    "));
  return `${lines.join("\n")}\n`;
}

function fieldLines(field: Json, indent: string): string[] {
  if (!Array.isArray(field)) return [];
  const [type, name, value, inner] = field;
  if (type === 2 && Array.isArray(value)) {
    return [`${indent}${name}:`, ...value.flatMap((field) => fieldLines(field, `${indent}  `))];
  }
  if (type === 4 && Array.isArray(inner)) {
    return [
      `${indent}${name} (packed):`,
      ...inner.flatMap((field) => fieldLines(field, `${indent}  `)),
    ];
  }
  const shown = type === 0 && typeof value === "string" && /^[\x20-\x7e]*$/.test(value)
    ? value
    : JSON.stringify(value);
  return [`${indent}${name} = ${shown}`];
}
