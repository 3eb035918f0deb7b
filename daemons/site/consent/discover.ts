/**
 * Reads a manifest that nobody has consented to yet: in a child without any permission, given
 * nothing but the manifest's own hashed text, killed when it takes too long. What comes back is
 * data by construction.
 *
 * @module
 */
import {
  type Checked,
  type Diagnostic,
  DiagnosticError,
  problem,
} from "../../../metadata/diagnostic.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { ChildOptions } from "../../../pils/child.ts";
import { filePath } from "../../../pils/found.ts";
import { readBounded, textOf } from "../bounded_file.ts";
import { ask } from "./ask.ts";
import { type Graph, graphsOf } from "./graph.ts";
import { checkManifest } from "../../../metadata/manifest_check.ts";
import type { Manifest } from "../../../metadata/manifest.ts";

/** A plugin folder and what its manifest says, or why it says nothing. */
export interface Discovered {
  readonly folder: URL;
  readonly manifest: Checked<Manifest>;
}

/** Bytes of the text of a manifest and all that it imports, at most. */
const manifestBytesMax = 512 * 1024;

/** Children at once. */
const childrenMax = 4;

/**
 * Reads the manifests of all plugin folders `<root>/<kind>/<name>/`, each on its own.
 * @param read how they are read; as those of strangers if left out
 */
export async function discover(
  root: URL,
  options: ChildOptions,
  read: typeof readManifests = readManifests,
): Promise<readonly Discovered[]> {
  return await read(await pluginFolders(root), options);
}

/** All plugin folders `<root>/<kind>/<name>/`. */
export async function pluginFolders(root: URL): Promise<readonly URL[]> {
  const folders: URL[] = [];
  const kinds = await namesIn(root).catch((error) => {
    const fix = "name a folder that holds plugins as <kind>/<name>/";
    const what = problem([filePath(root)], "it cannot be listed", messageOf(error), fix, "HA0008");
    throw new DiagnosticError("Cannot look for plugins", [what]);
  });
  for (const kind of kinds) {
    for (const name of await namesIn(new URL(`${kind}/`, root))) {
      const folder = new URL(`${kind}/${name}/`, root);
      if (await isFile(new URL("manifest.ts", folder))) folders.push(folder);
    }
  }
  return folders;
}

/**
 * Reads the manifests of the folders, in their order. A broken one never stops the others.
 * @param loadMs milliseconds that each may take to say what it is
 */
export async function readManifests(
  folders: readonly URL[],
  options: ChildOptions,
  loadMs?: number,
): Promise<readonly Discovered[]> {
  if (folders.length === 0) return [];
  const entries = folders.map((folder) => new URL("manifest.ts", folder));
  const graphs = await graphsOf(entries, options);
  const found: Discovered[] = [];
  const waiting = folders.map((folder, at) => ({ folder, at }));
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { folder, at } = next;
      const { files = [], packages = [], problems = [] } = graphs[at] ?? {};
      const manifest = problems.length > 0
        ? refused(folder, problems)
        : await readOne(folder, { files, packages }, options, loadMs)
          .catch((error: Error) => refused(folder, [error.message]));
      found[at] = { folder, manifest };
    }
  }
  await Promise.all(Array.from({ length: childrenMax }, work));
  return found;
}

async function readOne(
  folder: URL,
  graph: Pick<Graph, "files" | "packages">,
  options: ChildOptions,
  loadMs?: number,
): Promise<Checked<Manifest>> {
  const checked = checkManifest(
    await dataOf(new URL("manifest.ts", folder), graph, options, loadMs),
  );
  if (!checked.ok) return checked;
  const { kind, name } = checked.value;
  if (!folder.pathname.endsWith(`/${name}/`)) {
    return refused(folder, [`the manifest says "${kind}/${name}"; its folder must have that name`]);
  }
  return checked;
}

async function dataOf(
  entry: URL,
  graph: Pick<Graph, "files" | "packages">,
  options: ChildOptions,
  loadMs?: number,
): Promise<unknown> {
  if (graph.packages.length > 0) throw new Error(`it imports ${graph.packages.join(", ")}`);
  const modules: Record<string, string> = {};
  let bytes = 0;
  for (const file of graph.files) {
    const read = await readBounded(new URL(file), manifestBytesMax);
    bytes += read.bytes.length;
    if (bytes > manifestBytesMax) {
      throw new Error(`it and what it imports have more than ${manifestBytesMax} bytes`);
    }
    modules[file] = textOf(read.bytes);
  }
  return await ask(entry, { modules, packages: [] }, options, loadMs);
}

function refused(folder: URL, reasons: readonly string[]): Checked<Manifest> {
  return {
    ok: false,
    diagnostics: reasons.map((why): Diagnostic => ({
      severity: "error",
      path: ["manifest.ts"],
      what: `the manifest in ${filePath(folder)} cannot be read`,
      why,
      fix: "a manifest is plain data in one module that imports nothing but types",
      code: "HA2013",
    })),
  };
}

async function namesIn(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory && /^[a-z][a-z0-9_]*$/.test(entry.name)) names.push(entry.name);
  }
  return names.sort();
}

async function isFile(file: URL): Promise<boolean> {
  return await Deno.lstat(file).then((info) => info.isFile, () => false);
}
