/**
 * Bounds on an untrusted JSON text, checked before it is parsed: a few megabytes of brackets keep
 * `JSON.parse` and all users of its value busy for seconds.
 *
 * @module
 */

/** The bounds of a text. */
export interface JsonBounds {
  /** Lists and objects within each other. */
  readonly depthMax: number;
  /** Values and names, as commas, colons and brackets count them. */
  readonly valuesMax: number;
}

const [quote, backslash] = [0x22, 0x5c];
/**
 * The effect of a byte outside of a text: 1 begins a text, 2 counts, 3 counts and opens, 4 closes.
 */
const does = new Uint8Array(256);
for (const [at, sign] of ['"', ",:", "[{", "]}"].entries()) {
  for (const one of sign) does[one.charCodeAt(0)] = at + 1;
}

/** Why a JSON text (UTF-8) is not parsed; undefined if it is within the bounds, valid or not. */
export function jsonTooLarge(
  bytes: Uint8Array,
  { depthMax, valuesMax }: JsonBounds,
): string | undefined {
  let [depth, values] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const act = does[bytes[at]!]!;
    if (act === 0) continue;
    if (act === 1) at = endOfText(bytes, at);
    else if (act === 4) depth--;
    else {
      if (act === 3 && ++depth > depthMax) return `it is nested more than ${depthMax} deep`;
      if (++values > valuesMax) return `it holds more than ${valuesMax} values`;
    }
  }
  return undefined;
}

/** Place of the quote that ends a text. */
function endOfText(bytes: Uint8Array, begin: number): number {
  let at = begin + 1;
  for (; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
  return at;
}
