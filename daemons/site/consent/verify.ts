/**
 * Reads files that nobody else may have put there, and knows them by their hash.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { repeatedName } from "../../../metadata/repeated_name.ts";
import { filePath } from "../../../pils/found.ts";
import type { Shape } from "../../../metadata/shape.ts";
import { textOf } from "../bounded_file.ts";

/** Bytes of one file at most: of a plugin, a program that it brings included, or of the operator. */
const fileBytesMax = 16 * 1024 * 1024;

/** Mistakes of one file that are shown at most. */
export const wrongMax = 100;

/** Everybody may write it. A group may: many systems give each user one of their own. */
const everybodyWrites = 0o002;

/**
 * The bytes of a plain file: no symbolic link on the way, not writable by everybody.
 * @param base a folder above it that the operator chose, and that may be reached through links
 * @throws {Error} saying which of it is not so
 */
export async function readPlain(
  path: string,
  base = "",
): Promise<Uint8Array<ArrayBuffer>> {
  const known = base !== "" && path.startsWith(`${base}/`) ? base : "";
  // A base that may not be looked at counts as it is written.
  const start = known === "" ? "" : await Deno.realPath(known).catch(() => known);
  const real = await Deno.realPath(path);
  if (real !== start + path.slice(known.length)) {
    throw new Error(`"${path}" leads to "${real}" through a symbolic link`);
  }
  const { isFile, mode } = await Deno.lstat(path);
  if (!isFile) throw new Error(`"${path}" is not a file`); // to open a pipe might never end
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const above = await Deno.lstat(folder);
  for (const [place, bits] of [[path, mode], [folder, above.mode]] as const) {
    if (((bits ?? 0) & everybodyWrites) !== 0) {
      throw new Error(`"${place}" is writable by everyone; run chmod o-w ${place}`);
    }
  }
  using file = await Deno.open(path);
  const { size } = await file.stat();
  if (size > fileBytesMax) {
    throw new Error(`"${path}" has ${size} bytes; the limit is ${fileBytesMax}`);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let read: number | null = 0; read !== null && at < size; at += read ?? 0) {
    read = await file.read(bytes.subarray(at));
  }
  return bytes.subarray(0, at);
}

/**
 * What an operator has laid down in a JSON file; undefined if there is none.
 * @throws {DiagnosticError} if it is not what `shape` says, or everybody may write it
 */
export async function readLaidDown<T>(
  file: URL,
  shape: Shape<T>,
  fix: string,
): Promise<T | undefined> {
  try {
    const bytes = await readPlain(filePath(file), filePath(new URL("..", file)));
    const text = textOf(bytes);
    const value: unknown = JSON.parse(text);
    const twice = repeatedName(text);
    if (twice !== undefined) throw new TypeError(`${twice} is there twice`);
    const wrong: string[] = [];
    if (shape(value, "", wrong)) return value;
    throw new TypeError(wrong.slice(0, wrongMax).join("; "));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof Deno.errors.NotCapable) {
      // Nothing is wrong with the file: no consent is to be given again for this.
      const why = `this process has no permission to read it: ${error.message}`;
      throw new DiagnosticError("Cannot tell which plugins may be loaded", [
        problem(
          [filePath(file)],
          "it was not read",
          why,
          "report this as a bug: the file itself is fine",
          "HA0012",
        ),
      ]);
    }
    const why = error instanceof TypeError ? error.message : String(error);
    throw new DiagnosticError("Cannot tell which plugins may be loaded", [
      problem([filePath(file)], "it is not valid", why, fix, "HA2016"),
    ]);
  }
}

/** `sha256-` and the hash in hexadecimal digits. */
export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Not by Node's module of that name, which costs a daemon 9 MB.
  return `sha256-${new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex()}`;
}
