/**
 * Finds the plugins of a folder without any consent: for tests of the loader, whose plugins are as
 * trusted as they are.
 *
 * @module
 */
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import { checkManifest } from "../../metadata/manifest_check.ts";
import { filePath, type Find } from "../found.ts";

/** Finds `kind/name` as `<root>/<kind>/<name>/`. */
export function inFolder(root: URL): Find {
  return async (id) => {
    const folder = new URL(`${id}/`, root);
    const module = await import(new URL("manifest.ts", folder).href);
    const manifest = checkManifest(module.default);
    if (!manifest.ok) throw new DiagnosticError(`Cannot load "${id}"`, manifest.diagnostics);
    const code = ["plugins/", "../../metadata/", "../"].map((path) =>
      new URL(path, import.meta.url)
    );
    return {
      manifest: manifest.value,
      entry: new URL("mod.ts", folder),
      code: code.map(filePath),
      shipped: true,
    };
  };
}
