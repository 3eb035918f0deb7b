/**
 * Where a node configuration is, and the paths in it that a command may need: read without trust, since
 * the grant of a command is made from it.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Call, Option, Where } from "../command.ts";

/** Where it is usually. */
export const usualConfigFile = "/etc/ha/node.json";

/** The option that names another one. */
export const configOption: Option = {
  type: "string",
  value: "FILE",
  summary: `The node configuration; ${usualConfigFile} if left out`,
};

/** The file that a call means, absolute. With `--run` alone, the copy that the node uses. */
export function configFileOf({ options: { config, run } }: Call, { here }: Where): string {
  if (typeof config === "string") return resolve(here, config);
  return typeof run === "string" ? resolve(here, run, "node.json") : usualConfigFile;
}

/** Folders of plugins at most, as the field has it. */
const foldersMax = 64;

/** The places that a configuration names. */
export interface Configured {
  readonly state?: string;
  readonly run?: string;
  readonly authkeys?: string;
  readonly plugins?: string;
  readonly pluginFolders: readonly string[];
}

/** The absolute paths of a text, whatever else is in it. */
export function configured(text: string | undefined): Configured {
  let read: unknown;
  try {
    read = JSON.parse(text ?? "");
  } catch {
    return { pluginFolders: [] };
  }
  const of = new Map(Object.entries(typeof read === "object" && read !== null ? read : {}));
  const named = (["state", "run", "authkeys", "plugins"] as const).flatMap((name) => {
    const value: unknown = of.get(name);
    return isPath(value) ? [[name, value] as const] : [];
  });
  const folders: unknown = of.get("pluginFolders");
  return {
    ...Object.fromEntries(named),
    pluginFolders: Array.isArray(folders) ? folders.filter(isPath).slice(0, foldersMax) : [],
  };
}

/** One that a grant can name: not `/` itself, which would be everything. */
const isPath = (value: unknown): value is string =>
  typeof value === "string" && /^\/[^,\p{Cc}]+$/u.test(value) && !value.includes("/../") &&
  resolve(value) !== "/";
