/**
 * For plugins that start Deno themselves: prevents a child from reading options beside its script
 * or in a folder above it, which no operator has approved.
 *
 * @module
 */
import { moduleNamed, projectNames } from "../../../metadata/std/names.ts";

/** The names of the project's modules, as in its own import map. */
const imports = Object.fromEntries(
  Object.keys(projectNames).map((name) => [name, moduleNamed(name)]),
);

/** Arguments after `deno run`: no configuration but those names. */
export const ownChildFlags: readonly string[] = [
  "--no-config",
  "--no-lock",
  `--import-map=data:application/json,${encodeURIComponent(JSON.stringify({ imports }))}`,
];

/** Variables of such a child: a `package.json` is no configuration either. */
export const ownChildEnvironment: Readonly<Record<string, string>> = {
  DENO_NO_PACKAGE_JSON: "1",
  NO_COLOR: "1",
};
