/**
 * Pins plugins: what a folder holds now becomes what a lock consents to, down to the byte.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import type { Manifest } from "../../../metadata/manifest.ts";
import { unprintableIn } from "../../../metadata/printable.ts";
import type { ChildOptions } from "../../../pils/child.ts";
import { filePath } from "../../../pils/found.ts";
import { fill } from "../../../pils/grant.ts";
import { isolationOf } from "../../../pils/isolation.ts";
import { baseOf, type Locked, placed } from "./lock.ts";
import { codeIn, isExecutable, isUnread, unread } from "./beside.ts";
import { hashOf, readPlain } from "./verify.ts";
import { readManifests } from "./discover.ts";
import { type Graph, graphsOf, packagesOf } from "./graph.ts";
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
    const beside = await codeIn(folder);
    const plugin: Found = { folder, manifest: manifest.value, shipped, graph, beside };
    // What names no field must be right as it stands; the rest is looked at when it is filled.
    const literal = fill(manifest.value.permissions, {}, options.denoPath);
    if (!literal.ok) problems.push(...literal.diagnostics);
    const bad = [
      ...graph.problems,
      ...outside(plugin, project).map((file) => `${file} is not the plugin's own`),
      ...graph.packages.filter((name) => !isOurs(name))
        .map((name) => `the package ${JSON.stringify(name)} is none that the project has`),
      ...unprintableNames(plugin),
    ];
    problems.push(...bad.map((why) => unpinnable(`${kind}/${name}`, why)));
    if (bad.length === 0) pinned.push(await entryOf(plugin, lock));
  }
  if (problems.length > 0) throw new DiagnosticError("Cannot pin", problems);
  return pinned;
}

/** A plugin as it was found. */
interface Found {
  readonly folder: URL;
  readonly manifest: Manifest;
  /** It is one of the project's. */
  readonly shipped: boolean;
  readonly graph: Graph;
  /** Paths of code in its folder that none of its modules imports, perhaps. */
  readonly beside: readonly string[];
}

/** Modules that the plugin may not consist of. */
function outside({ folder, manifest, shipped, graph }: Found, project: URL): readonly string[] {
  const shippedRoot = new URL("plugins/", project);
  const allowed = [folder, ...["metadata/", "pils/"].map((part) => new URL(part, project))];
  // Shared code of its kind, or of all that ships.
  allowed.push(shipped ? shippedRoot : new URL(`handler/${manifest.kind}/`, shippedRoot));
  return graph.files.filter((file) =>
    !allowed.some((root) => file.startsWith(root.href)) && !isOfHandlers(file, shippedRoot)
  );
}

/** Code that handlers of several kinds share lies beside their folders. */
const isOfHandlers = (file: string, shippedRoot: URL): boolean =>
  new URL(".", file).href === new URL("handler/", shippedRoot).href;

/** Names of its files that a person would misread, each in one sentence. */
function unprintableNames({ folder, graph, beside }: Found): readonly string[] {
  const files = [...graph.files.map((file) => filePath(new URL(file))), ...beside];
  const strange = files.flatMap((file) => {
    const name = file.slice(filePath(folder).length + 1);
    const found = file.startsWith(filePath(folder)) ? unprintableIn(name) : undefined;
    return found === undefined
      ? []
      : [`the name of the file ${JSON.stringify(name)} holds the character ${found}`];
  });
  return [...new Set(strange)];
}

/** Why the code of a plugin cannot be pinned, and the fix. */
function unpinnable(id: string, why: string): Diagnostic {
  const fix = why.startsWith("SyntaxError")
    ? "correct the text there"
    : why.startsWith("the package")
    ? "use what the project has: its deno.json names it under imports"
    : why.startsWith("the name of")
    ? "rename the file"
    : why.startsWith("Module not found")
    ? "add the file, or correct the import that names it"
    : "a plugin is made of modules in its own folder, its handler's, metadata/ and pils/";
  return problem([id], "its code cannot be pinned", why, fix, "HA2014");
}

/** The entry of a plugin whose code can be pinned. */
async function entryOf(plugin: Found, lock: URL): Promise<Locked> {
  const { folder, manifest, shipped, graph } = plugin;
  const { kind, name, permissions } = manifest;
  const { files, beside } = await digests(plugin, lock);
  const signature = await readSignature(folder);
  return {
    at: relative(folder.href, lock),
    shipped,
    manifest,
    files,
    ...(Object.keys(beside).length === 0 ? {} : { beside }),
    packages: graph.packages,
    granted: permissions,
    isolation: isolationOf({
      id: `${kind}/${name}`,
      shipped,
      permissions,
      inline: shipped ? [kind] : [], // the operator may still inline what needs no process
      wishes: [manifest.isolation],
    }),
    ...(signature === undefined ? {} : { signature }),
  };
}

/** Digests of all files, by their path relative to the lock: its modules, and what is beside them. */
async function digests({ folder, manifest, shipped, graph, beside }: Found, lock: URL) {
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
    const isNeverRun = shipped && manifest.kind === "handler" ||
      isUnread(path) && !await isExecutable(file);
    pinnedBeside[path] = isNeverRun ? unread : await hashed(href);
  }
  return { files, beside: pinnedBeside };
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
