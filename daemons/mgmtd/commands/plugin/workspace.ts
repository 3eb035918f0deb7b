/**
 * The folder in which an author works: a `deno.json` that tells editors and `deno test` where the
 * project lies.
 *
 * It is for this one folder and never travels with a plugin. `ha plugin` and the daemons do not read
 * it: they use the project's own import map, which knows the same names.
 *
 * @module
 */
import { projectName } from "../../../../metadata/std/names.ts";
import { filePath } from "../../../../pils/found.ts";

/** Writes `deno.json` into a folder that has none. */
export async function writeWorkspace(folder: URL, project: URL): Promise<void> {
  if (folder.href.startsWith(new URL("plugins/", project).href)) return; // it has the project's own
  const there = ["deno.json", "deno.jsonc"].map((name) => Deno.lstat(new URL(name, folder)));
  const found = await Promise.allSettled(there);
  if (found.some(({ status }) => status === "fulfilled")) return;
  const config = await Deno.readTextFile(new URL("deno.json", project));
  await Deno.writeTextFile(new URL("deno.json", folder), workspace(config, folder, project));
}

/** The project's options for a folder outside of it; paths are relative to that folder. */
function workspace(config: string, folder: URL, project: URL): string {
  const { unstable, compilerOptions, imports, fmt }: {
    readonly unstable?: unknown;
    readonly compilerOptions?: unknown;
    readonly imports?: Readonly<Record<string, string>>;
    readonly fmt?: { readonly lineWidth?: number };
  } = JSON.parse(config);
  const to = relativePath(folder, project);
  const named = Object.entries({ ...imports, [projectName]: "./" }).map(([name, target]) => [
    name,
    target.startsWith("./") ? `${to}${target.slice(2)}` : target,
  ]);
  const { lineWidth } = fmt ?? {};
  const options = {
    unstable,
    nodeModulesDir: "none", // else Deno runs no TypeScript below node_modules, where the project may be
    compilerOptions,
    imports: Object.fromEntries(named),
    fmt: { lineWidth },
  };
  return `${JSON.stringify(options, null, 2)}\n`;
}

/** The way from one folder to another: `../../cluster/`, `./node_modules/@pils/cluster/`. */
export function relativePath(from: URL, to: URL): string {
  const [start, end] = [from, to].map((url) => filePath(url).split("/"));
  const own = start ?? [];
  const other = end ?? [];
  let shared = 0;
  while (shared < own.length && shared < other.length && own[shared] === other[shared]) shared++;
  const up = "../".repeat(own.length - shared);
  const down = other.slice(shared).map((step) => `${step}/`).join("");
  return `${up === "" ? "./" : up}${down}`;
}
