/**
 * Base64 with the standard alphabet and padding, read strictly: one spelling for each value, so
 * that a frame that was decoded encodes to the same bytes.
 *
 * @module
 */

/** The bytes as text. */
export function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** The bytes that this text stands for; undefined if it is not exactly what `toBase64` writes. */
export function fromBase64(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  let ascii = "";
  for (let at = 0; at < text.length; at += 8192) {
    ascii += String.fromCharCode(...text.subarray(at, at + 8192));
  }
  try {
    const bytes = Uint8Array.fromBase64(ascii, { lastChunkHandling: "strict" });
    // The standard lets white space pass.
    return bytes.toBase64() === ascii ? bytes : undefined;
  } catch {
    return undefined;
  }
}
