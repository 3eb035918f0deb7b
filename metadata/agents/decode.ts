/**
 * Decodes the bytes of meta-data. The encoding follows from the first bytes, from the declaration
 * of the document, or from the bytes that are valid at all.
 *
 * @module
 */
import type { Diagnostic } from "../diagnostic.ts";

/** A text, and what is odd about how it was written. */
export interface Decoded {
  readonly text: string;
  readonly slips: readonly Diagnostic[];
}

/** Bytes of a document in which its declaration is looked for. */
const declarationBytesMax = 256;

/**
 * Decodes meta-data; a diagnostic if it cannot be.
 *
 * What declares no encoding must be UTF-8; what is not is read as Latin-1, in which every byte is a
 * character, with a slip.
 */
export function decodeMetaData(bytes: Uint8Array): Decoded | Diagnostic {
  const marked = byMark(bytes);
  if (marked !== undefined) return decoded(bytes, marked);
  const declared = declaredEncoding(bytes);
  // A document whose declaration could be read byte by byte is not of two bytes a character.
  const encoding = declared === undefined || /^utf-?16/i.test(declared) ? "utf-8" : declared;
  const read = decoded(bytes, encoding);
  if ("text" in read || encoding !== "utf-8") return read;
  const latin = new TextDecoder("iso-8859-1").decode(bytes);
  return {
    text: latin,
    slips: [{
      severity: "warning",
      path: ["meta-data"],
      line: lineOf(bytes),
      what: "the meta-data is not UTF-8",
      why: declared === undefined
        ? "it declares no encoding, and so has to be UTF-8; it was read as Latin-1"
        : `it declares ${declared}, and is not; it was read as Latin-1`,
      fix: 'write it in UTF-8, or declare encoding="ISO-8859-1"',
      code: "HA7007",
    }],
  };
}

/** By the byte order mark, or by the zeros of a document that begins with `<`. */
function byMark([a, b, c, d]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return "utf-16le";
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return "utf-16be";
  return undefined;
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const begin = new TextDecoder("iso-8859-1").decode(bytes.subarray(0, declarationBytesMax));
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.\-]*)["']/.exec(begin)?.[1];
}

function decoded(bytes: Uint8Array, encoding: string): Decoded | Diagnostic {
  const refused = (what: string, why: string, fix: string): Diagnostic => ({
    severity: "error",
    path: ["meta-data"],
    what,
    why,
    fix,
    code: "HA7007",
  });
  let decoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    return refused(
      `the meta-data declares encoding "${encoding}"`,
      "there is no such encoding here",
      "write it in UTF-8",
    );
  }
  try {
    return { text: decoder.decode(bytes), slips: [] };
  } catch {
    return refused(
      `the meta-data is not ${encoding}`,
      "some of its bytes are no characters of that encoding",
      "write it in the encoding that it declares",
    );
  }
}

/** The line of the first byte that is not UTF-8. */
function lineOf(bytes: Uint8Array): number {
  let line = 1;
  let at = 0;
  for (let end = bytes.indexOf(10); at < bytes.length; end = bytes.indexOf(10, at)) {
    const next = end < 0 ? bytes.length : end + 1;
    if (!("text" in decoded(bytes.subarray(at, next), "utf-8"))) return line;
    at = next;
    line++;
  }
  return line;
}
