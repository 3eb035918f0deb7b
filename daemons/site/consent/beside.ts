/**
 * Code that lies in a plugin's folder and that none of its modules names: its tests, programs that it
 * starts, and what somebody has put there after the consent, which is what this is about.
 *
 * Such a file is not loaded, since only pinned modules are. But a plugin that starts programs may
 * start it, and someone put it there for a reason. So the lock lists them, and a file that it does not
 * list keeps the plugin from being loaded, also where it lies in a folder that git or an editor keeps
 * for itself. What is no code (a README, test data) is nobody's business.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { filePath } from "../../../pils/found.ts";

/** Files and folders in a plugin's folder at most: each start of a daemon lists them. */
const entriesMax = {
  files: 1_000,
  /** What git and its like keep there, most of which is history. */
  history: 20_000,
};

/** The value in the lock of what is never run with the plugin: its text is not pinned. */
export const unread = "unread";

const code =
  /\.(?:[cm]?[jt]sx?|jsonc?|wasm|node|so(?:\.\d+)*|dylib|dll|(?:ba|da|k|z|fi)?sh|pyc?|pl|pm|rb|lua|tcl|exp|awk|php|jar)$/i;

/** Folders of version control. */
const history = /^\.(?:git|hg|svn|jj)$/;

/** By which an editor marks a file that it has open: a link that leads nowhere. */
const editorMark = /^\.#/;

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
 * Whether a file is the folder's own, and no part of the plugin wherever it lies: what stands in a
 * folder that begins with a dot, and files that do. No package holds it, and no author signs it.
 *
 * @param path below the plugin's folder.
 */
export const isHidden = (path: string): boolean => /(?:^|\/)\./.test(path);

/**
 * Paths of all code in a folder: files by their name or because they may be executed, and links, which
 * may lead to any.
 *
 * @throws {Error} if there is too much to look at.
 */
export async function codeIn(folder: URL, most = entriesMax): Promise<readonly string[]> {
  const found: string[] = [];
  const left = { ...most };
  const look = async (within: string, counted: keyof typeof left): Promise<void> => {
    const unsure: string[] = [];
    for await (const { name, isFile, isDirectory } of Deno.readDir(within)) {
      if (--left[counted] < 0) {
        throw new Error(
          withCode(
            "HA2007",
            `there are more than ${most[counted]} files in ${filePath(folder)}${
              counted === "files" ? "" : " that version control keeps"
            }. Fix: remove what is not the plugin's, or add it as a package (ha plugin pack)`,
          ),
        );
      }
      const path = `${within}/${name}`;
      if (isDirectory) await look(path, history.test(name) ? "history" : counted);
      else if (!isFile && editorMark.test(name) && await leadsNowhere(path)) continue;
      else if (!isFile || isCode(name) || isOption(path)) found.push(path);
      else unsure.push(path);
    }
    const executable = await Promise.all(unsure.map(isExecutable));
    found.push(...unsure.filter((_, at) => executable[at]));
  };
  await look(filePath(folder), "files");
  return found.sort();
}

/** Whether a file may be executed. */
export async function isExecutable(path: string): Promise<boolean> {
  return (((await Deno.lstat(path)).mode ?? 0) & mayExecute) !== 0;
}

/** Whether a link leads to nothing. */
async function leadsNowhere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => false, (error) => error instanceof Deno.errors.NotFound);
}
