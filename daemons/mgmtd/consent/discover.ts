/**
 * Reads a manifest that nobody has consented to yet: in a child without any permission, given
 * nothing but the manifest's own hashed text, killed when it takes too long. What comes back is
 * data by construction.
 *
 * @module
 */
import type { Checked, Diagnostic } from "../../../metadata/diagnostic.ts";
import {
  type ChildOptions,
  denoFlags,
  fate,
  killGroup,
  quietly,
  spawnDeno,
} from "../../../pils/child.ts";
import { type Clock, machineClock, within } from "../../../pils/clock.ts";
import { filePath } from "../../../pils/found.ts";
import { encodeFrame } from "../../../pils/frame.ts";
import { type Graph, graphsOf } from "./graph.ts";
import { checkManifest } from "../../../pils/manifest_check.ts";
import type { Manifest } from "../../../pils/manifest.ts";
import { fromPlugin } from "../../../pils/message.ts";
import { readFrames } from "../../../pils/process.ts";
import type { Sources } from "../../../pils/sources.ts";

/** A plugin folder and what its manifest says, or why it says nothing. */
export interface Discovered {
  readonly folder: URL;
  readonly manifest: Checked<Manifest>;
}

/** Milliseconds that a manifest may take to say what it is. */
const manifestMs = 5_000;

/** Bytes of the text of a manifest and all that it imports, at most. */
const manifestBytesMax = 512 * 1024;

/** MiB of heap, and of other memory, for it. */
const heapMiB = 64;

/** Children at once. */
const childrenMax = 4;

/** Reads the manifests of all plugin folders `<root>/<kind>/<name>/`, each on its own. */
export async function discover(
  root: URL,
  options: ChildOptions,
  clock: Clock = machineClock,
): Promise<readonly Discovered[]> {
  const folders: URL[] = [];
  for (const kind of await namesIn(root)) {
    for (const name of await namesIn(new URL(`${kind}/`, root))) {
      const folder = new URL(`${kind}/${name}/`, root);
      if (await isFile(new URL("manifest.ts", folder))) folders.push(folder);
    }
  }
  return await readManifests(folders, options, clock);
}

/** Reads the manifests of the folders, in their order. A broken one never stops the others. */
export async function readManifests(
  folders: readonly URL[],
  options: ChildOptions,
  clock: Clock = machineClock,
): Promise<readonly Discovered[]> {
  if (folders.length === 0) return [];
  const entries = folders.map((folder) => new URL("manifest.ts", folder));
  const graphs = await graphsOf(entries, options, clock);
  const found: Discovered[] = [];
  const waiting = folders.map((folder, at) => ({ folder, at }));
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { folder, at } = next;
      const { files = [], packages = [], problems = [] } = graphs[at] ?? {};
      const manifest = problems.length > 0
        ? refused(folder, problems)
        : await readOne(folder, { files, packages }, options, clock)
          .catch((error: Error) => refused(folder, [error.message]));
      found[at] = { folder, manifest };
    }
  }
  await Promise.all(Array.from({ length: childrenMax }, work));
  return found;
}

/** What a module of plain data exports by default, read in the same way as a manifest. */
export async function readData(
  entry: URL,
  options: ChildOptions,
  clock: Clock = machineClock,
): Promise<unknown> {
  const [graph] = await graphsOf([entry], options, clock);
  const { files = [], packages = [], problems = [] } = graph ?? {};
  if (problems.length > 0) throw new Error(problems.join("; "));
  return await dataOf(entry, { files, packages }, options, clock);
}

async function readOne(
  folder: URL,
  graph: Pick<Graph, "files" | "packages">,
  options: ChildOptions,
  clock: Clock,
): Promise<Checked<Manifest>> {
  const checked = checkManifest(
    await dataOf(new URL("manifest.ts", folder), graph, options, clock),
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
  clock: Clock,
): Promise<unknown> {
  if (graph.packages.length > 0) throw new Error(`it imports ${graph.packages.join(", ")}`);
  const modules: Record<string, string> = {};
  let bytes = 0;
  for (const file of graph.files) {
    bytes += (await Deno.stat(new URL(file))).size;
    if (bytes > manifestBytesMax) {
      throw new Error(`it and what it imports have more than ${manifestBytesMax} bytes`);
    }
    modules[file] = await Deno.readTextFile(new URL(file));
  }
  return await ask(entry.href, { modules, packages: [] }, options, clock);
}

/** What a module exports by default, asked of a child that may do nothing. */
export async function ask(
  entry: string,
  sources: Sources,
  options: ChildOptions,
  clock: Clock = machineClock,
): Promise<unknown> {
  const boot = filePath(new URL(import.meta.resolve("../../../pils/boot_process.ts")));
  const child = spawnDeno(["run", ...denoFlags(options, heapMiB), boot], options, 2 * heapMiB);
  const errors = quietly(child.stderr.pipeTo(new WritableStream()));
  const output = child.stdout.getReader();
  const answer = Promise.withResolvers<unknown>();
  const frames = readFrames(output, (input) => {
    const message = fromPlugin(input);
    if (message?.type === "value") answer.resolve(message.value);
    if (message?.type === "failed") answer.reject(new Error(message.error.message));
  }).catch(answer.reject);
  void child.status.then((status) => answer.reject(new Error(fate(status))));
  const writer = child.stdin.getWriter();
  void quietly(writer.write(encodeFrame({ type: "describe", entry, sources })));
  try {
    const late = () => new Error(`it said nothing within ${manifestMs} ms`);
    return await within(clock, manifestMs, answer.promise, late);
  } finally {
    await killGroup(child, clock);
    await Promise.all([frames, errors, quietly(writer.abort()), quietly(output.cancel())]);
  }
}

function refused(folder: URL, reasons: readonly string[]): Checked<Manifest> {
  return {
    ok: false,
    diagnostics: reasons.map((why): Diagnostic => ({
      severity: "error",
      path: ["manifest.ts"],
      what: `the manifest in ${filePath(folder)} cannot be read`,
      why,
      mend: "a manifest is plain data in one module that imports nothing but types",
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
