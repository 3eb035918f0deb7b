/**
 * Where the commands of plugins find things, and what they may touch.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import type { WholeLock } from "../../../site/consent/lock_file.ts";
import type { PinOptions } from "../../../site/consent/pin.ts";
import { placed } from "../../../site/consent/lock.ts";
import type { Grant } from "../../../site/flags.ts";
import type { Call, Option, Where } from "../../command.ts";

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
    ? new URL(encodeURI(options.lock), folderUrl(here, "/"))
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

/** What a command may touch: the project and `folders` to read, Deno to start, the lock to write. */
export function placeGrant(
  call: Call,
  where: Where,
  { folders = [], write = [] }: {
    readonly folders?: readonly string[];
    readonly write?: readonly string[];
  } = {},
): Grant {
  const { lock, project } = placesOf(call, where);
  const lockFolder = filePath(new URL(".", lock));
  const named = folders.flatMap((folder) => {
    const url = folderUrl(folder, where.here);
    // A plugin of a kind that is not the project's has its handler beside it.
    const [kind = ""] = filePath(url).split("/").slice(-2);
    return [filePath(url), filePath(new URL(`../../handler/${kind}`, url))];
  });
  const inProject = (path: string) => path.startsWith(`${filePath(project)}/`);
  const read = [where.project, lockFolder, ...named, ...lockedFolders(lock)]
    .filter((path, at) => at === 0 || !inProject(path));
  return {
    read: [...new Set(read)],
    write,
    run: [where.deno, "/bin/sh"],
    env: ["DENO_DIR", "HOME", "XDG_CACHE_HOME"],
  };
}

/**
 * Where the plugins of a lock are, so that these folders alone may be read. A lock that cannot be
 * read yet gives none: the command itself will say what is wrong with it.
 */
function lockedFolders(lock: URL): string[] {
  try {
    const { plugins }: WholeLock = JSON.parse(Deno.readTextFileSync(lock));
    return Object.values(plugins).map(({ at }) => filePath(placed(at, lock)));
  } catch {
    return [];
  }
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
  const locked = lock.plugins[word];
  if (locked !== undefined) return placed(locked.at, file);
  const isHere = await Deno.stat(new URL("manifest.ts", folder)).then(() => true, () => false);
  return isHere ? folder : new URL(`${word}/`, plugins);
}

/** What writes the lock or the policy writes it beside itself first. */
export function replacing(...files: readonly URL[]): string[] {
  return files.flatMap((file) => [filePath(file), `${filePath(file)}.new`]);
}

/** Puts a text in the place of a file, at once or not at all. */
export async function replace(file: URL, text: string): Promise<void> {
  const next = `${filePath(file)}.new`;
  // What is there was left by a run that was ended, or is a link that somebody else has put there.
  await Deno.remove(next).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.writeTextFile(next, text, { mode: 0o644, createNew: true });
  await Deno.rename(next, filePath(file));
}

/** The URL of a folder that a person named. */
export function folderUrl(path: string, here: string): URL {
  const base = new URL(`file://${encodeURI(here.endsWith("/") ? here : `${here}/`)}`);
  return new URL(encodeURI(path.endsWith("/") ? path : `${path}/`), base);
}
