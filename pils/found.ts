/**
 * Finds a plugin by its identity: `kind/name` is the folder `<root>/<kind>/<name>/`.
 *
 * @module
 */
import { DiagnosticError } from "../metadata/diagnostic.ts";
import { didYouMean } from "../metadata/nearest.ts";
import { checkManifest } from "./manifest_check.ts";
import type { Isolation, Manifest } from "./manifest.ts";
import type { Policy } from "./grant.ts";
import type { Sources } from "./sources.ts";

/** A plugin that can be loaded. */
export interface Found {
  /** Checked. */
  readonly manifest: Manifest;
  /** URL of its `mod.ts`. */
  readonly entry: URL;
  /** Paths of all code that it may read while it starts; none if `sources` are given. */
  readonly code: readonly string[];
  /** Its verified code, of a plugin from the lock. */
  readonly sources?: Sources;
  /** The level that was consented to; it may only be raised. */
  readonly isolation?: Isolation;
  /** Comes with the project. */
  readonly shipped: boolean;
  /** What the operator allows it at most; everything that its manifest asks if left out. */
  readonly allow?: Policy;
}

/** Finds plugins; throws a `DiagnosticError` that says what there is instead. */
export type Find = (id: string) => Promise<Found>;

/** Two words; nothing that could leave the folder. */
const identity = /^([a-z][a-z0-9_]{0,39})\/([a-z][a-z0-9_]{0,39})$/;

/**
 * Finds the plugins of the project's own folder, whose manifests are trusted code as the project.
 * The shared code of the project (`metadata/`, `pils/`, `plugins/`) may be read by each.
 */
export function inFolder(root: URL): Find {
  return async (id) => {
    const [, kind, name] = identity.exec(id) ?? [];
    if (kind === undefined || name === undefined) {
      throw new DiagnosticError(`Cannot load "${id}"`, [{
        severity: "error",
        path: [],
        what: `"${id}" is no identity of a plugin`,
        why: "an identity is kind/name, each in small letters, digits and _",
        mend: `write it like "stonith/ipmi"`,
      }]);
    }
    const folder = new URL(`${kind}/${name}/`, root);
    const manifest = await manifestIn(folder, id, root);
    const code = [root, new URL("../metadata", import.meta.url), new URL(".", import.meta.url)];
    return {
      manifest,
      entry: new URL("mod.ts", folder),
      code: code.map(filePath),
      shipped: true,
    };
  };
}

async function manifestIn(folder: URL, id: string, root: URL): Promise<Manifest> {
  let input: unknown;
  try {
    const module: { readonly default?: unknown } = await import(
      new URL("manifest.ts", folder).href
    );
    input = module.default;
  } catch (error) {
    if (!isAbsent(error, folder)) {
      throw new DiagnosticError(`Cannot load "${id}"`, [{
        severity: "error",
        path: ["manifest.ts"],
        what: "its manifest cannot be read",
        why: error instanceof Error ? error.message : String(error),
        mend: `mend ${filePath(new URL("manifest.ts", folder))}`,
      }]);
    }
    throw new DiagnosticError(`Cannot load "${id}": no such plugin.${await known(id, root)}`, []);
  }
  const checked = checkManifest(input);
  if (!checked.ok) throw new DiagnosticError(`Cannot load "${id}"`, checked.diagnostics);
  const { kind, name } = checked.value;
  if (`${kind}/${name}` !== id) {
    throw new DiagnosticError(`Cannot load "${id}"`, [{
      severity: "error",
      path: ["name"],
      what: `the manifest says "${kind}/${name}"`,
      why: "a plugin's identity is the place of its folder",
      mend: `move the folder, or write kind and name of "${id}" into the manifest`,
    }]);
  }
  return checked.value;
}

/** Whether the manifest itself is missing, rather than something it imports. */
function isAbsent(error: unknown, folder: URL): boolean {
  return error instanceof Error && error.message.includes(new URL("manifest.ts", folder).href) &&
    Reflect.get(error, "code") === "ERR_MODULE_NOT_FOUND";
}

/** A guess at what was meant, or the kinds there are. Nothing if the folder may not be listed. */
async function known(id: string, root: URL): Promise<string> {
  const ids: string[] = [];
  try {
    for await (const kind of Deno.readDir(root)) {
      if (!kind.isDirectory) continue;
      for await (const name of Deno.readDir(new URL(`${kind.name}/`, root))) {
        if (name.isDirectory) ids.push(`${kind.name}/${name.name}`);
      }
    }
  } catch {
    return "";
  }
  const kind = `${id.split("/")[0]}/`;
  const same = ids.filter((other) => other.startsWith(kind)).map((other) =>
    other.slice(kind.length)
  );
  return didYouMean(id, ids) || (same.length > 0 ? ` There are ${same.sort().join(", ")}.` : "");
}

/** The path of a `file:` URL, without a slash at its end. */
export function filePath(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/\/$/, "");
}
