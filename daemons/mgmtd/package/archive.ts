/**
 * A package of npm as a file: from bytes that a stranger has sent to files that can be looked at, and
 * back. Nothing touches the disk here.
 *
 * @module
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { depthMax, packedBytesMax, pathBytesMax, problemsMax, unpackedBytesMax } from "./limits.ts";
import { quoted, readTar, type TarFile, writeTar } from "./tar.ts";

/** A file of a package: its path below the package's folder is plain. */
export interface PackageFile {
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Names that Deno or npm would obey beside the code. */
const obeyed =
  /^(?:deno\.jsonc?|deno\.lock|node_modules|package-lock\.json|npm-shrinkwrap\.json)$/i;
/** One step of a path: nothing hidden, nothing that a shell or a terminal takes for more. */
const step = /^[A-Za-z0-9_][A-Za-z0-9._@+-]*$/;

/**
 * The files of a package, its first folder taken off.
 * @param name what it is called in messages
 * @throws {DiagnosticError} with all that is wrong with it
 */
export function unpack(bytes: Uint8Array, name: string): readonly PackageFile[] {
  const fix = "pack the plugin again with: ha plugin pack FOLDER";
  const wrong = (problems: readonly Diagnostic[]) =>
    new DiagnosticError(`Cannot use the package ${quoted(name)}`, problems);
  let read;
  try {
    if (bytes.length > packedBytesMax) {
      throw new Error(`it has ${bytes.length} bytes, the limit is ${packedBytesMax}`);
    }
    read = readTar(Uint8Array.from(gunzipSync(bytes, { maxOutputLength: unpackedBytesMax })));
  } catch (error) {
    const tooLarge = error instanceof RangeError && /larger than/.test(error.message);
    const why = tooLarge ? `it unpacks to more than ${unpackedBytesMax} bytes` : messageOf(error);
    throw wrong([problem([name], "it is not a readable package", why, fix, "HA2007")]);
  }
  const problems = problemsIn(read.files, read.folders);
  if (problems.length > 0) {
    const more = problems.length - problemsMax;
    throw wrong([
      ...problems.slice(0, problemsMax).map(([path, why]) =>
        problem([quoted(path)], "it is not taken", why, fix, "HA2007")
      ),
      ...more > 0 ? [problem([name], `${more} more problems`, "see above", fix, "HA2007")] : [],
    ]);
  }
  return read.files.map(({ path, mode, bytes }) => ({
    path: path.slice(path.indexOf("/") + 1),
    executable: (mode & 0o111) !== 0,
    bytes,
  }));
}

/** What is wrong with the paths and modes in an archive: which, and why. */
function problemsIn(files: readonly TarFile[], folders: readonly string[]): [string, string][] {
  const problems: [string, string][] = [];
  const roots = new Set<string>();
  const seen = new Map<string, string>();
  const within = new Set<string>(); // folders that files are in
  for (const path of [...files.map(({ path }) => path), ...folders]) {
    const [root = "", ...steps] = path.replace(/\/$/, "").split("/");
    roots.add(root);
    const why = pathProblem(root, steps);
    if (why !== undefined) problems.push([path, why]);
  }
  for (const { path, mode } of files) {
    if ((mode & ~0o777) !== 0) problems.push([path, `its mode ${mode.toString(8)} gives rights`]);
    if (!path.includes("/")) problems.push([path, "it is not in the folder of the package"]);
    const key = path.toLowerCase(); // some file systems do not tell them apart
    const twin = seen.get(key);
    if (twin !== undefined) problems.push([path, `"${quoted(twin)}" is there too`]);
    seen.set(key, path);
    for (let at = key.indexOf("/"); at >= 0; at = key.indexOf("/", at + 1)) {
      within.add(key.slice(0, at));
    }
  }
  for (const [key, path] of seen) {
    if (within.has(key)) problems.push([path, "it is a file and a folder"]);
  }
  if (roots.size > 1) {
    problems.push([[...roots].join(", "), "a package has one folder, in which everything is"]);
  }
  return problems;
}

function pathProblem(root: string, steps: readonly string[]): string | undefined {
  const odd = [root, ...steps].find((one) => !step.test(one));
  if (odd !== undefined) {
    return `"${quoted(odd)}" is no plain name: letters, digits and . _ @ + - after the first`;
  }
  // That of the package itself is its description, and is not unpacked.
  const isObeyed = (one: string, at: number) =>
    obeyed.test(one) || (at > 0 && one.toLowerCase() === "package.json");
  const special = steps.find(isObeyed);
  if (special !== undefined) return `"${special}" would change how the code beside it runs`;
  if (steps.length > depthMax) return `it lies more than ${depthMax} folders deep`;
  if (steps.join("/").length > pathBytesMax) return `its path has more than ${pathBytesMax} bytes`;
  return undefined;
}

/** A package of these files. */
export function pack(files: readonly PackageFile[]): Uint8Array<ArrayBuffer> {
  const tar = writeTar(files.map(({ path, executable, bytes }) => ({
    path: `package/${path}`,
    mode: executable ? 0o755 : 0o644,
    bytes,
  })));
  return Uint8Array.from(gzipSync(tar, { level: 9 }));
}
