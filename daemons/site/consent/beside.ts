/**
 * Code that lies in a plugin's folder and that none of its modules names: its tests, programs that it
 * starts, and what somebody has put there after the consent, which is what this is about.
 *
 * Such a file is not loaded, since only pinned modules are. But a plugin that starts programs may
 * start it, and whoever put it there had a reason. So the lock lists them, and a file that it does not
 * list keeps the plugin from being loaded. What is no code (a README, test data) is nobody's business.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";

/** Files and folders in a plugin's folder at most: each start of a daemon lists them. */
const entriesMax = 1_000;

/** The value in the lock of what is never run with the plugin: its text is not pinned. */
export const unread = "unread";

const code =
  /\.(?:[cm]?[jt]sx?|jsonc?|wasm|node|so(?:\.\d+)*|dylib|dll|(?:ba|da|k|z|fi)?sh|pyc?|pl|pm|rb|lua|tcl|exp|awk|php|jar)$/i;

/** What git and editors keep for themselves. */
const kept = /^\.(?:git|hg|svn|jj|idea|vscode|zed|#.*)$/;

/** Whether a file of this name may hold code. */
export const isCode = (name: string): boolean => code.test(name);

/** Any of the three who may execute a file. */
const mayExecute = 0o111;

/** Tests and the signature: read by `ha plugin`, never by a plugin that runs. */
export const isUnread = (path: string): boolean =>
  /(?:_test|[/_]conformance)\.[cm]?[jt]sx?$/.test(path) || /\/signature\.json$/.test(path);

/**
 * Options of Deno and of npm, which a program that the plugin starts may obey: they are pinned like
 * code. They say where the project lies, so that they are no part of what an author signs.
 */
export const isOption = (path: string): boolean =>
  /\/(?:deno\.jsonc?|package\.json|\.npmrc|\.env)$/.test(path);

/**
 * Paths of all code in a folder: files by their name or because they may be executed, and links, which
 * may lead to any. Not what git and editors keep there for themselves.
 *
 * @throws {Error} if there is too much to look at.
 */
export async function codeIn(folder: URL): Promise<readonly string[]> {
  const found: string[] = [];
  let left = entriesMax;
  const look = async (within: string): Promise<void> => {
    for await (const { name, isFile, isDirectory } of Deno.readDir(within)) {
      if (--left < 0) {
        throw new Error(
          `there are more than ${entriesMax} files in ${filePath(folder)}; mend it by taking out ` +
            "what is not the plugin's",
        );
      }
      if (!isFile && kept.test(name)) continue;
      const path = `${within}/${name}`;
      if (isDirectory) await look(path);
      else if (!isFile || isCode(name) || isOption(path) || await isExecutable(path)) {
        found.push(path);
      }
    }
  };
  await look(filePath(folder));
  return found.sort();
}

async function isExecutable(path: string): Promise<boolean> {
  return (((await Deno.lstat(path)).mode ?? 0) & mayExecute) !== 0;
}
