/**
 * Pins plugins: what a folder holds now becomes what a lock consents to, down to the byte.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { unprintableIn } from "../../../metadata/printable.ts";
import type { ChildOptions } from "../../../pils/child.ts";
import { filePath } from "../../../pils/found.ts";
import { fill } from "../../../pils/grant.ts";
import { isolationOf } from "../../../pils/isolation.ts";
import { baseOf, type Locked, placed } from "./lock.ts";
import { codeIn, isExecutable, isUnread, unread } from "./beside.ts";
import { hashOf, readPlain } from "./verify.ts";
import { readManifests } from "./discover.ts";
import { graphsOf, packagesOf } from "./graph.ts";
import { readSignature } from "./sign.ts";

/** Pins a plugin folder as it is now. */
export async function pin(folder: URL, options: PinOptions): Promise<Locked> {
  const [locked] = await pinAll([folder], options);
  if (locked === undefined) throw new Error(`Cannot pin ${filePath(folder)}`);
  return locked;
}

/** How to pin. */
export interface PinOptions extends ChildOptions {
  /** The lock that the plugin is for; paths are relative to its folder. */
  readonly lock: URL;
  /** The project's own folder: what is under its `plugins/` is shipped. */
  readonly project: URL;
  /** How manifests are read; as those of strangers if left out. */
  readonly read?: typeof readManifests;
}

/**
 * Pins several folders at once.
 * @throws {DiagnosticError} with the problems of all of them
 */
export async function pinAll(
  folders: readonly URL[],
  options: PinOptions,
): Promise<readonly Locked[]> {
  const { project, lock, read = readManifests } = options;
  const shippedRoot = new URL("plugins/", project);
  const stuck = (await Promise.all(folders.map(notFiles))).flat();
  if (stuck.length > 0) throw new DiagnosticError("Cannot pin", stuck);
  const isOurs = await packagesOf(options);
  const found = await read(folders, options);
  const graphs = await graphsOf(folders.map((folder) => new URL("mod.ts", folder)), options);
  const problems = found.flatMap(({ manifest }) => manifest.ok ? [] : manifest.diagnostics);
  const pinned: Locked[] = [];
  for (const [at, { folder, manifest }] of found.entries()) {
    const graph = graphs[at];
    if (!manifest.ok || graph === undefined) continue;
    const { kind, name } = manifest.value;
    const shipped = folder.href === new URL(`${kind}/${name}/`, shippedRoot).href;
    const allowed = [folder, ...["metadata/", "pils/"].map((part) => new URL(part, project))];
    // Shared code of its kind, or of all that ships.
    allowed.push(shipped ? shippedRoot : new URL(`handler/${kind}/`, shippedRoot));
    const outside = graph.files.filter((file) =>
      !allowed.some((root) => file.startsWith(root.href))
    );
    // What names no field must be right as it stands; the rest is looked at when it is filled.
    const literal = fill(manifest.value.permissions, {}, options.denoPath);
    if (!literal.ok) problems.push(...literal.diagnostics);
    const beside = await codeIn(folder);
    const strange = [...graph.files.map((file) => filePath(new URL(file))), ...beside].flatMap(
      (file) => {
        const name = file.slice(filePath(folder).length + 1);
        const found = file.startsWith(filePath(folder)) ? unprintableIn(name) : undefined;
        return found === undefined
          ? []
          : [`the name of the file ${JSON.stringify(name)} holds the character ${found}`];
      },
    );
    const bad = [
      ...graph.problems,
      ...outside.map((file) => `${file} is not the plugin's own`),
      ...graph.packages.filter((name) => !isOurs(name))
        .map((name) => `the package ${JSON.stringify(name)} is none that the project has`),
      ...new Set(strange),
    ];
    if (bad.length > 0) {
      const from =
        "a plugin is made of modules in its own folder, its handler's, metadata/ and pils/";
      const path = [`${kind}/${name}`];
      problems.push(...bad.map((why) => {
        const fix = why.startsWith("SyntaxError")
          ? "correct the text there"
          : why.startsWith("the package")
          ? "use what the project has: its deno.json names it under imports"
          : why.startsWith("the name of")
          ? "rename the file"
          : why.startsWith("Module not found")
          ? "add the file, or correct the import that names it"
          : from;
        return problem(path, "its code cannot be pinned", why, fix, "HA2014");
      }));
      continue;
    }
    const hashed = async (file: string) =>
      await hashOf(await readPlain(filePath(new URL(file)), baseOf(lock)));
    const files: Record<string, string> = {};
    for (const file of [new URL("manifest.ts", folder).href, ...graph.files].sort()) {
      files[relative(file, lock)] = await hashed(file);
    }
    const pinnedBeside: Record<string, string> = {};
    for (const file of beside) {
      const { href } = placed(file, lock);
      const path = relative(href, lock);
      if (files[path] !== undefined) continue;
      // A handler of ours starts nothing; what it shares with its plugins is pinned with them.
      const isNeverRun = shipped && kind === "handler" ||
        isUnread(path) && !await isExecutable(file);
      pinnedBeside[path] = isNeverRun ? unread : await hashed(href);
    }
    const { permissions } = manifest.value;
    const signature = await readSignature(folder);
    pinned.push({
      at: relative(folder.href, lock),
      shipped,
      manifest: manifest.value,
      files,
      ...(Object.keys(pinnedBeside).length === 0 ? {} : { beside: pinnedBeside }),
      packages: graph.packages,
      granted: permissions,
      isolation: isolationOf({
        id: `${kind}/${name}`,
        shipped,
        permissions,
        inline: shipped ? [kind] : [], // the operator may still inline what needs no process
        wishes: [manifest.value.isolation],
      }),
      ...(signature === undefined ? {} : { signature }),
    });
  }
  if (problems.length > 0) throw new DiagnosticError("Cannot pin", problems);
  return pinned;
}

/** Pipes and such in a folder: a reader waits for its end. */
async function notFiles(folder: URL): Promise<readonly Diagnostic[]> {
  const paths = await codeIn(folder).catch(() => []); // it is read again, and then said
  const problems = await Promise.all(paths.map(async (path) => {
    const info = await Deno.stat(path).catch(() => undefined);
    if (info === undefined || info.isFile) return [];
    const why = "a plugin is made of files; to read a pipe or a device might never end";
    return [problem([path], "it is not a file", why, "remove it", "HA2014")];
  }));
  return problems.flat();
}

/** A URL relative to the lock if it is near, else absolute. */
function relative(href: string, lock: URL): string {
  const base = new URL(".", lock).href;
  const up = new URL("..", lock).href;
  if (href.startsWith(base)) return `./${decodeURIComponent(href.slice(base.length))}`;
  if (href.startsWith(up)) return `../${decodeURIComponent(href.slice(up.length))}`;
  return decodeURIComponent(new URL(href).pathname);
}
