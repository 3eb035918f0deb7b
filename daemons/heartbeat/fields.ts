/**
 * Fields by name, in the number bases of the protocol (the most common mistake: `seq` is hex, `ttl`
 * is decimal).
 *
 * @module
 */
import type { WireField, WireMessage } from "../../plugins/handler/encoding/contract.ts";

/** The first string of this name. */
export function stringOf(message: WireMessage, name: string): string | undefined {
  for (const field of message) {
    if (field.name === name) return field.type === "string" ? field.value : undefined;
  }
  return undefined;
}

/** The first binary of this name. */
export function bytesOf(message: WireMessage, name: string): Uint8Array | undefined {
  for (const field of message) {
    if (field.name === name) return field.type === "binary" ? field.value : undefined;
  }
  return undefined;
}

/** A number in lower-case hex without prefix: `seq`, `hg`, `ts`, `dt`, `ackseq`. */
export const hexOf = (message: WireMessage, name: string): number | undefined =>
  digits(stringOf(message, name), 16);

/** A number in decimal: `ttl`, `protocol`, and both numbers of `NS_rexmit`. */
export const decimalOf = (message: WireMessage, name: string): number | undefined =>
  digits(stringOf(message, name), 10);

/** A string field. */
export const string = (name: string, value: string): WireField => ({ type: "string", name, value });

/** A string field with a number in hex. */
export const hex = (name: string, value: number): WireField => string(name, value.toString(16));

/** A binary field. */
export const binary = (name: string, value: Uint8Array): WireField => ({
  type: "binary",
  name,
  value,
});

/** Twelve digits of hex are still exact. */
function digits(text: string | undefined, base: number): number | undefined {
  if (text === undefined || text.length === 0 || text.length > 12) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code <= 0x39 ? code - 0x30 : code - 0x57;
    if (digit < 0 || digit >= base || (code > 0x39 && code < 0x61)) return undefined;
    value = value * base + digit;
  }
  return value;
}
