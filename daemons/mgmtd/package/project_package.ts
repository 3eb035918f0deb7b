/**
 * The files of the project's package: the sources, and the description that npm reads.
 *
 * @module
 */
import type { PackageFile } from "./archive.ts";

/** What is read of `deno.json`. */
interface Config {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * Adds the description, and gives the name of the package's file.
 * @throws {Error} if `exports` names a file that is not among the sources.
 */
export function projectPackage(
  sources: readonly PackageFile[],
): { readonly files: readonly PackageFile[]; readonly name: string } {
  const text = (path: string) =>
    new TextDecoder().decode(sources.find((file) => file.path === path)?.bytes);
  const { name, version, license, exports }: Config = JSON.parse(text("deno.json"));
  const paths = new Set(sources.map(({ path }) => `./${path}`));
  const missing = Object.values(exports).filter((path) => !paths.has(path));
  if (missing.length > 0) throw new Error(`deno.json exports ${missing.join(", ")}: no such file`);
  // No dependencies: Deno takes packages by deno.lock, and would hold this list against it.
  const description = {
    name,
    version,
    description: "A high-availability cluster for Deno, assembled from plugins",
    license,
    type: "module",
    exports,
    bin: { ha: "daemons/mgmtd/ha" },
    engines: { deno: ">=2.9.6" },
    keywords: ["deno", "high-availability", "cluster", "pils"],
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`);
  return {
    files: [...sources, { path: "package.json", executable: false, bytes }],
    name: `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`,
  };
}
