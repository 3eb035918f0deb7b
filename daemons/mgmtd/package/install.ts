/**
 * Packages of plugins in a site: each is unpacked into a folder of its own beside the lock,
 *
 *     packages/<name>-<version>-<hash>/<kind>/<name>/
 *
 * which no daemon looks at until the lock names it. So a package is put in place by the one rename
 * that replaces the lock. A package that the lock no longer names stays: a running daemon may still
 * start programs from it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { filePath } from "../../../pils/found.ts";
import { quietly } from "../../../metadata/within.ts";
import { type Locked, placed } from "../../site/consent/lock.ts";
import { readWholeLock, type WholeLock } from "../../site/consent/lock_file.ts";
import { type PackageFile, unpack } from "./archive.ts";
import {
  contradictions,
  type Description,
  descriptionName,
  readDescription,
  readNpmSpecifier,
} from "./description.ts";
import { fetchPackage, inFolder } from "./fetch_package.ts";
import { packedBytesMax } from "./limits.ts";

/** Digits of the hash that are in the name of the folder. */
const hashDigits = 12;

/** A plugin as a package brought it. */
export interface Installed {
  /** What the person named. */
  readonly word: string;
  readonly folder: URL;
  readonly description: Description;
  /** The folder that this run has made for it; undefined if it was there. */
  readonly made?: URL;
}

/** Whether a word names a package rather than a folder. */
export const isPackage = (word: string): boolean =>
  word.startsWith("npm:") || /\.(?:tgz|tar\.gz)$/.test(word);

/** The folder of a site's packages. */
export const packagesFolder = (lock: URL): URL => new URL("packages/", lock);

/** Where things are. */
export interface Site {
  readonly lock: URL;
  /** The project. */
  readonly project: URL;
}

/**
 * Unpacks a package beside the lock, when all of it was looked at.
 * @param path of a file, or `npm:NAME@VERSION`
 * @throws {DiagnosticError} saying what is wrong with it; then nothing of it is left
 */
export async function install(word: string, path: string, site: Site): Promise<Installed> {
  if (new URL("plugins/", site.project).href === new URL(".", site.lock).href) {
    throw refused(
      word,
      "the lock is the project's own",
      "what lies beside it comes with the project",
      "name the lock of your site: --lock=/etc/ha/plugins/plugins.lock.json",
    );
  }
  const beside = new URL(".", site.lock);
  if (!await Deno.stat(beside).then(({ isDirectory }) => isDirectory, () => false)) {
    const fix = `mkdir -p ${filePath(beside)}`;
    throw refused(word, `${filePath(beside)} is not there`, "packages lie beside the lock", fix);
  }
  const bytes = await bytesOf(word, path, site);
  const files = unpack(bytes, word);
  const description = readDescription(files, await packagesOf(site.project), word);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  const digits = new Uint8Array(hash).toHex().slice(0, hashDigits);
  const { pils: { kind, name }, version } = description;
  const base = new URL(
    `${encodeURIComponent(`${name}-${version}`)}-${digits}/`,
    packagesFolder(site.lock),
  );
  const folder = new URL(`${kind}/${name}/`, base);
  const installed = { word, folder, description };
  const changed = await changedFile(files, folder);
  if (changed === undefined) return installed;
  if (isNamed(base, await readWholeLock(site.lock), site.lock)) {
    throw refused(
      word,
      `${changed} is not what the package holds`,
      "the lock names this package already, and the file was changed or removed since",
      `ha plugin remove ${kind}/${name}, and add it again`,
    );
  }
  const half = new URL("unpacking/", packagesFolder(site.lock));
  await quietly(Deno.remove(half, { recursive: true })); // left by a run that was ended
  try {
    await write(files, new URL(`${kind}/${name}/`, half));
    await quietly(Deno.remove(base, { recursive: true })); // its files were changed
    await Deno.rename(filePath(half), filePath(base));
  } catch (error) {
    await discard(half, site.lock);
    throw error;
  }
  return { ...installed, made: base };
}

/** @throws {DiagnosticError} if what was pinned is not what the package says of itself. */
export function checkPinned({ word, description }: Installed, { manifest }: Locked): void {
  const problems = contradictions(description, manifest);
  if (problems.length > 0) throw new DiagnosticError(`Cannot use the package ${word}`, problems);
}

/** Removes what an installation has made, if the lock does not name it in the end. */
export async function discardUnnamed({ made }: Installed, lock: URL): Promise<void> {
  if (made === undefined) return;
  const known = await readWholeLock(lock).catch(() => undefined); // else better too much than too little
  if (known !== undefined && !isNamed(made, known, lock)) await discard(made, lock);
}

async function discard(base: URL, lock: URL): Promise<void> {
  await quietly(Deno.remove(base, { recursive: true }));
  await quietly(Deno.remove(packagesFolder(lock))); // if it is empty
}

function isNamed(base: URL, { plugins }: WholeLock, lock: URL): boolean {
  return Object.values(plugins).some(({ at }) => placed(at, lock).href.startsWith(base.href));
}

async function bytesOf(
  word: string,
  path: string,
  { lock }: Site,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!word.startsWith("npm:")) return await readBounded(word, path);
  const specifier = readNpmSpecifier(word);
  if (specifier === undefined) {
    throw refused(
      word,
      "it names no package in one version",
      "expected npm:NAME@VERSION, such as npm:pils-stonith-smartplug@1.0.0",
      "name the version that you want",
    );
  }
  const into = filePath(new URL("fetching/", packagesFolder(lock)));
  return await inFolder(into, async () => {
    try {
      return await readBounded(word, await fetchPackage(specifier, into));
    } catch (error) {
      if (error instanceof DiagnosticError) throw error;
      const fix = "look at the name, the version, and the settings of npm: npm config ls";
      throw refused(word, "it cannot be fetched", messageOf(error), fix);
    }
  }).finally(() => quietly(Deno.remove(packagesFolder(lock)))); // if it is empty
}

async function readBounded(word: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new Error("it is not a file");
    if (size > packedBytesMax) {
      throw new Error(`it has ${size} bytes, the limit is ${packedBytesMax}`);
    }
    return await Deno.readFile(path);
  } catch (error) {
    const fix = "name a file that ha plugin pack or npm pack has made";
    throw refused(word, "it cannot be read", messageOf(error), fix);
  }
}

/** Names of the packages that the project's import map has: a plugin may use these. */
export async function packagesOf(project: URL): Promise<readonly string[]> {
  const { imports = {} }: { readonly imports?: Readonly<Record<string, string>> } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", project)),
  );
  return Object.entries(imports).filter(([, to]) => to.startsWith("npm:")).map(([name]) => name);
}

async function write(files: readonly PackageFile[], folder: URL): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { path, executable, bytes } of files) {
    if (path === descriptionName) continue; // it has been read; Deno would obey it beside the code
    const file = new URL(path.split("/").map(encodeURIComponent).join("/"), folder);
    await Deno.mkdir(new URL(".", file), { recursive: true, mode: 0o755 });
    await Deno.writeFile(file, bytes, { createNew: true, mode: executable ? 0o755 : 0o644 });
  }
}

/** The path of a file that is not as the package holds it; undefined if all are. */
async function changedFile(
  files: readonly PackageFile[],
  folder: URL,
): Promise<string | undefined> {
  for (const { path, bytes } of files) {
    if (path === descriptionName) continue;
    const file = new URL(path.split("/").map(encodeURIComponent).join("/"), folder);
    const now = await Deno.readFile(file).catch(() => undefined);
    if (now === undefined || Buffer.compare(now, bytes) !== 0) return filePath(file);
  }
  return undefined;
}

function refused(word: string, what: string, why: string, fix: string): DiagnosticError {
  return new DiagnosticError(`Cannot use the package ${word}`, [
    problem([word], what, why, fix, "HA2007"),
  ]);
}
