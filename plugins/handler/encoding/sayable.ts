/**
 * The content that a message may have in any encoding: only names, texts and lists that every other
 * encoding can express too.
 *
 * @module
 */
import { structDepthMax, type WireMessage } from "./contract.ts";

/** Throws a `RangeError` unless the message is one. */
export function checkMessage(message: WireMessage, depth = 0): void {
  if (depth > structDepthMax) throw new RangeError(`Structs are more than ${structDepthMax} deep`);
  for (const field of message) {
    checkName(field.name);
    if (field.type === "string") checkText(field.name, field.value);
    else if (field.type === "list") checkList(field.name, field.value);
    else if (field.type === "struct") checkMessage(field.value, depth + 1);
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
