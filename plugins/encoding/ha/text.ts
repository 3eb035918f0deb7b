/**
 * Texts of a frame: bytes to string without loss, and what a name and a text may be.
 *
 * @module
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of these bytes; undefined if they are not UTF-8. */
export function textOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from <= 24) {
    let text = "";
    let at = from;
    for (; at < to; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === to) return text;
  }
  try {
    return strict.decode(bytes.subarray(from, to));
  } catch {
    return undefined;
  }
}

/** Throws unless a field may be called this. */
export function checkName(name: string): void {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    // NUL, newline, "=", and the bytes that stand for newlines in classic framing.
    if (code === 0x3d || code === 0x0a || code === 0 || (code >= 0x0f && code <= 0x1f)) {
      throw new RangeError(
        `A field cannot be called ${JSON.stringify(name)}: "=" and control ` +
          `characters are no part of a name`,
      );
    }
  }
  if (name.length === 0 || name.charCodeAt(0) === 0x28 || !name.isWellFormed()) {
    throw new RangeError(
      `A field cannot be called ${JSON.stringify(name)}: a name is not empty, ` +
        `does not begin with "(" and is well-formed Unicode`,
    );
  }
}

/** Throws unless this may be a string's value. */
export function checkText(name: string, value: string): void {
  if (value.includes("\0") || !value.isWellFormed()) {
    throw new RangeError(
      `Field "${name}" cannot be a string: it holds a NUL, or half a ` +
        `character; make it binary`,
    );
  }
}

/** Throws unless these may be a list's values. */
export function checkList(name: string, values: readonly string[]): void {
  for (const value of values) {
    if (value === "") {
      throw new RangeError(`List "${name}" has an empty text, which cannot be said`);
    }
    checkText(name, value);
  }
}
