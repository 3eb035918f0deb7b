/**
 * The names by which code imports modules of the project and the stand-ins for the standard
 * library: the same as in the import map of `deno.json`, for code that is loaded without one.
 *
 * @module
 */

/** How a plugin outside of the project names the project's modules. */
export const projectName = "@pils/cluster/";

/** What names lead to, relative to the project's folder. */
export const projectNames: Readonly<Record<string, string>> = {
  [projectName]: "./",
  "@std/cli/parse-args": "./metadata/std/parse_args.ts",
  "@std/xml": "./metadata/std/xml.ts",
};

/** The URL of a module of the project that is imported by name; any other specifier as it is. */
export function moduleNamed(specifier: string): string {
  const prefix = specifier.startsWith(projectName) ? projectName : specifier;
  const target = Object.hasOwn(projectNames, prefix) ? projectNames[prefix] : undefined;
  if (target === undefined) return specifier;
  return new URL(`../../${target}${specifier.slice(prefix.length)}`, import.meta.url).href;
}
