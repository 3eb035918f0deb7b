/**
 * Where the commands of plugins find things, and what they may touch.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { filePath } from "../../../../pils/found.ts";
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import { unknownName } from "../../../../metadata/nearest.ts";
import type { WholeLock } from "../../../site/consent/lock_file.ts";
import type { PinOptions } from "../../../site/consent/pin.ts";
import { placed, readLock } from "../../../site/consent/lock.ts";
import { fileUrl } from "../../../site/file_url.ts";
import type { Grant } from "../../../site/flags.ts";
import type { Call, Consulted, Option, Where } from "../../command.ts";
import { wholeGrant } from "../../whole_file.ts";

/** The places of one call. */
export interface Places extends PinOptions {
  readonly configFile: URL;
  /** The project's plugins. */
  readonly plugins: URL;
  /** The operator's policy, beside the lock. */
  readonly policy: URL;
}

/** Options that every command of plugins has. */
export const placeOptions: Readonly<Record<string, Option>> = {
  lock: {
    type: "string",
    value: "FILE",
    summary: "The lock; plugins/plugins.lock.json if left out",
  },
};

/** The places, from the arguments. */
export function placesOf({ options }: Call, { project, here, deno }: Where): Places {
  const root = folderUrl(project, "/");
  const lock = typeof options.lock === "string"
    ? fileUrl(options.lock, here)
    : new URL("plugins/plugins.lock.json", root);
  return {
    denoPath: deno,
    configFile: new URL("deno.json", root),
    project: root,
    plugins: new URL("plugins/", root),
    lock,
    policy: new URL("plugins.policy.json", lock),
  };
}

/** What a call of a command has to do with. */
export interface Touched {
  /** Identities and places of plugins, as the person named them. */
  readonly folders?: readonly string[];
  readonly write?: readonly string[];
  /** Plugins of the lock that it has to do with, beside those that are named. */
  readonly locked?: (id: string) => boolean;
}

/** The classes of resource agents: the plugins of kind `ra`. */
export const agentPlugins: Touched = { locked: (id) => id.startsWith("ra/") };

/** The lock, which says where the plugins lie that are named by their identity. */
export const consultsLock = (call: Call, where: Where): readonly string[] => [
  filePath(placesOf(call, where).lock),
];

/**
 * What a command may touch: the project and `folders` to read, Deno to start, the lock to write.
 * @param consulted the text of the lock
 */
export function placeGrant(
  call: Call,
  where: Where,
  { folders = [], write = [], locked = () => false }: Touched = {},
  consulted?: Consulted,
): Grant {
  const { lock, project } = placesOf(call, where);
  const lockFolder = filePath(new URL(".", lock));
  const there = lockedFolders(lock, consulted?.get(filePath(lock)));
  const places = folders.map((word) => folderUrl(word, where.here));
  const ids = new Set([...[...there.keys()].filter(locked), ...places.map(identityOf)]);
  // A plugin of a kind that is not the project's has its handler beside it, or elsewhere in the lock.
  const handlers = [...ids].map((id) => `handler/${id.split("/")[0]}`);
  const named = [
    ...places,
    ...[...ids, ...handlers].flatMap((id) => there.get(id) ?? []),
  ].flatMap((url) => [
    filePath(url),
    filePath(new URL(`../../handler/${identityOf(url).split("/")[0]}`, url)),
  ]);
  const inProject = (path: string) => path.startsWith(`${filePath(project)}/`);
  const read = [where.project, lockFolder, ...named]
    .filter((path, at) => at === 0 || !inProject(path));
  return {
    read: [...new Set(read)],
    write,
    run: [where.deno, "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  };
}

/** The identity of the plugin in a folder, by the names of the folder and of the one above it. */
const identityOf = (folder: URL): string => filePath(folder).split("/").slice(-2).join("/");

/**
 * Where the plugins of a lock are, by identity, so that these folders alone may be read. A lock that
 * cannot be used gives none: the command itself will say what is wrong with it.
 */
function lockedFolders(lock: URL, text = ""): ReadonlyMap<string, URL> {
  const found = new Map<string, URL>();
  try {
    const { plugins }: { readonly plugins?: unknown } = JSON.parse(text);
    for (const [id, entry] of Object.entries(plugins ?? {})) {
      if (isIdentity(id) && typeof entry?.at === "string" && entry.at !== "") {
        found.set(id, placed(`${entry.at.replace(/\/$/, "")}/`, lock));
      }
    }
  } catch {
    // It is no lock.
  }
  return found;
}

/** Whether a word is an identity rather than a place. */
export function isIdentity(word: string): boolean {
  return /^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/.test(word);
}

/**
 * The folder of a plugin that a person named by identity or by place: an identity is what the lock
 * says, else what is here, else the project's.
 */
export async function folderOf(
  word: string,
  lock: WholeLock,
  { plugins, lock: file }: Places,
  { here }: Where,
): Promise<URL> {
  const folder = folderUrl(word, here);
  if (!isIdentity(word)) return folder;
  const locked = Object.hasOwn(lock.plugins, word) ? lock.plugins[word] : undefined;
  if (locked !== undefined) return placed(locked.at, file);
  const isThere = (folder: URL) =>
    Deno.stat(new URL("manifest.ts", folder)).then(() => true, () => false);
  if (await isThere(folder)) return folder;
  const ours = new URL(`${word}/`, plugins);
  if (await isThere(ours)) return ours;
  const shipped = await readLock(new URL("plugins.lock.json", plugins));
  throw new DiagnosticError(
    withCode(
      "HA2012",
      `There is no plugin ${
        unknownName(word, [...Object.keys(lock.plugins), ...Object.keys(shipped.plugins)])
      } ` +
        "Fix: ha plugin ls lists them; FOLDER/ names one that is not in the lock",
    ),
    [],
  );
}

/** What it takes to write the lock or the policy. */
export const replacing = (...files: readonly URL[]): string[] =>
  wholeGrant(...files.map((file) => filePath(file)));

/** The URL of a folder that a person named. */
export function folderUrl(path: string, here: string): URL {
  return fileUrl(`${path}/`, here);
}
