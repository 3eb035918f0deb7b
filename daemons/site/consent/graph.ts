/**
 * The module graph of a plugin, without running any of it: what would be loaded, and from where.
 *
 * @module
 */
import { isBuiltin } from "node:module";
import { type ChildOptions, killGroup, projectConfig, spawnDeno } from "../../../pils/child.ts";
import { filePath } from "../../../pils/found.ts";
import { projectName } from "../../../metadata/std/names.ts";
import { quietly, within } from "../../../metadata/within.ts";

/** What an entry module would load. */
export interface Graph {
  /** URLs of all files, the entry's first. */
  readonly files: readonly string[];
  /** Packages, as the modules name them. */
  readonly packages: readonly string[];
  /** Modules of Node that are built in. */
  readonly builtins: readonly string[];
  /** What cannot be loaded, or not be pinned, each in one sentence. */
  readonly problems: readonly string[];
}

/** The part of what `deno info --json` prints that is read here. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly assertionType?: string;
      readonly code?: { readonly specifier?: string; readonly error?: string };
    }[];
  }[];
}

/** Milliseconds that reading a graph may take. */
const graphMs = 10_000;

/** Bytes that the description of a graph may have. */
const infoBytesMax = 16 * 1024 * 1024;

/** MiB of memory for it. */
const memoryMiB = 512;

/** Reads the graphs of several entry modules at once, in their order. */
export async function graphsOf(
  entries: readonly URL[],
  options: ChildOptions,
): Promise<readonly Graph[]> {
  // Deno would wait for the end of a pipe.
  const unread = await Promise.all(entries.map(unreadable));
  const root = entries.filter((_, at) => unread[at] === undefined)
    .map((entry) => `import ${JSON.stringify(entry.href)};`).join("");
  const text = await outputOf(
    [
      "info",
      "--json",
      "--quiet",
      "--no-lock",
      "--no-npm",
      "--no-remote",
      "--no-config",
      `--import-map=${await importMap(options.configFile ?? projectConfig)}`,
      `data:application/typescript,${encodeURIComponent(root)}`,
    ],
    options,
  );
  const info: Info = JSON.parse(text);
  const modules = new Map(info.modules.map((module) => [module.specifier, module]));
  return entries.map((entry, at) => {
    const why = unread[at];
    return why === undefined
      ? follow(entry.href, modules)
      : { files: [entry.href], packages: [], builtins: [], problems: [why] };
  });
}

/** Bytes of an entry module at most. */
const entryBytesMax = 16 * 1024 * 1024;

/** Why an entry is not read; one that is not there is Deno's to report. */
async function unreadable(entry: URL): Promise<string | undefined> {
  const info = await Deno.stat(entry).catch(() => undefined);
  if (info === undefined) return undefined;
  if (!info.isFile) return `"${filePath(entry)}" is not a file`;
  if (info.size <= entryBytesMax) return undefined;
  return `"${filePath(entry)}" has ${info.size} bytes; at most ${entryBytesMax} are read`;
}

/**
 * Whether the project has the package that a module names. What Deno has of others in its cache was
 * looked at by nobody.
 */
export async function packagesOf(
  { configFile = projectConfig }: ChildOptions,
): Promise<(specifier: string) => boolean> {
  const { imports = {} }: { imports?: Readonly<Record<string, string>> } = JSON.parse(
    await Deno.readTextFile(configFile),
  );
  const packages = Object.entries(imports).filter(([, to]) => to.startsWith("npm:"));
  return (specifier) =>
    packages.some(([name, to]) =>
      specifier === name || specifier.startsWith(`${name}/`) || specifier === to
    );
}

/** The project's import map, with the name by which plugins outside of it know the project. */
async function importMap(configFile: URL): Promise<string> {
  const { imports = {} }: { imports?: Readonly<Record<string, string>> } = JSON.parse(
    await Deno.readTextFile(configFile),
  );
  // Its own base would be the data URL.
  const absolute = Object.entries({ ...imports, [projectName]: "./" }).map(([name, to]) =>
    [name, to.startsWith("./") ? new URL(to, configFile).href : to] as const
  );
  const map = { imports: Object.fromEntries(absolute) };
  return `data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
}

function follow(entry: string, modules: ReadonlyMap<string, Info["modules"][number]>): Graph {
  const files = new Set<string>([entry]);
  const packages = new Set<string>();
  const builtins = new Set<string>();
  const problems = new Set<string>();
  for (const file of files) { // a set also gives what is added on the way
    const module = modules.get(file);
    if (module?.error !== undefined) problems.add(module.error);
    for (const { specifier, code, assertionType } of module?.dependencies ?? []) {
      const target = code?.specifier;
      if (code?.error !== undefined) problems.add(code.error);
      if (target === undefined) continue; // a type, which is never loaded
      if (assertionType !== undefined) {
        problems.add(`${file} imports ${specifier} as ${assertionType}: write it as a module`);
      } else if (target.startsWith("file:")) files.add(target);
      else if (target.startsWith("npm:")) packages.add(specifier);
      else if (target.startsWith("node:")) {
        builtins.add(target);
        if (!isBuiltin(target)) problems.add(`${file} imports ${target}, which Node does not have`);
      } else problems.add(`${file} imports ${specifier.slice(0, 80)}, which is not a file`);
    }
  }
  return {
    files: [...files],
    packages: [...packages].sort(),
    builtins: [...builtins].sort(),
    problems: [...problems],
  };
}

/** What a Deno prints; killed when it takes too long or prints too much. */
async function outputOf(
  denoArguments: readonly string[],
  options: ChildOptions,
): Promise<string> {
  const child = spawnDeno(denoArguments, options, memoryMiB);
  const errors = new Response(child.stderr).text();
  const decoder = new TextDecoder();
  async function read(): Promise<string> {
    let text = "";
    for await (const chunk of child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > infoBytesMax) throw new Error(`a graph of more than ${infoBytesMax} bytes`);
    }
    return text;
  }
  try {
    await quietly(child.stdin.close());
    const late = () => new Error(`the module graph was not read within ${graphMs} ms`);
    const text = await within(graphMs, read(), late);
    if (text === "") throw new Error(`the module graph cannot be read: ${await errors}`);
    return text;
  } finally {
    await killGroup(child);
    await quietly(errors);
  }
}
