/**
 * What a person names to `ha plugin add` and `upgrade`: folders as they are, and packages, which are
 * unpacked beside the lock and removed again if the lock does not name them in the end.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import type { Locked } from "../../../site/consent/lock.ts";
import type { Grant } from "../../../site/flags.ts";
import type { Where } from "../../command.ts";
import {
  checkPinned,
  discardUnnamed,
  install,
  type Installed,
  isPackage,
  packagesFolder,
} from "../../package/install.ts";
import { folderUrl, type Places } from "./places.ts";

/** Folders to be pinned. Disposing it removes the packages that the lock does not name. */
export interface Taken extends AsyncDisposable {
  readonly folders: readonly URL[];
  /** @throws {DiagnosticError} if a package says something else of its plugin than the plugin does. */
  check(pinned: readonly Locked[]): void;
}

/** Takes what the words name, in their order. */
export async function take(words: readonly string[], places: Places, where: Where): Promise<Taken> {
  const end = async () => {
    for (const one of installed) if (one !== undefined) await discardUnnamed(one, places.lock);
  };
  const installed: (Installed | undefined)[] = [];
  const folders: URL[] = [];
  try {
    for (const word of words) {
      const one = isPackage(word) ? await install(word, fileOf(word, where), places) : undefined;
      installed.push(one);
      folders.push(one?.folder ?? folderUrl(word, where.here));
    }
  } catch (error) {
    await end();
    throw error;
  }
  return {
    folders,
    check(pinned) {
      for (const [at, locked] of pinned.entries()) {
        const one = installed[at];
        if (one !== undefined) checkPinned(one, locked);
      }
    },
    [Symbol.asyncDispose]: end,
  };
}

/** What taking packages needs beside what folders need. */
export function takeGrant(words: readonly string[], { lock }: Places, where: Where): Required<
  Pick<Grant, "read" | "write" | "run">
> {
  const packages = words.filter(isPackage);
  const fetched = packages.filter((word) => word.startsWith("npm:"));
  return {
    read: packages.filter((word) => !fetched.includes(word)).map((word) => fileOf(word, where)),
    write: packages.length > 0 ? [filePath(packagesFolder(lock))] : [],
    run: fetched.length > 0 ? ["npm"] : [],
  };
}

/** The words that name folders. */
export const foldersIn = (words: readonly string[]): string[] =>
  words.filter((word) => !isPackage(word));

/** The path of a file that a person named. */
const fileOf = (word: string, { here }: Where): string => filePath(folderUrl(word, here));
