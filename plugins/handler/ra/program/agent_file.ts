/**
 * The file of an agent: where it is, whether it can be run, and why not.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";

/** A name of a provider or a type: no path, nothing hidden. */
export const agentName = /^[A-Za-z0-9][A-Za-z0-9._+@:\-]{0,127}$/;

/** Entries of a folder that are looked at, and agents of a class, at most. */
const entriesMax = 4_096;
export const agentsMax = 2_048;

/** Whether a file can be run; else why not, with the fix. */
export function notRunnable(path: string): string | undefined {
  let found: Deno.FileInfo;
  try {
    found = Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return withCode(
        "HA7005",
        `${path} does not exist. Fix: install the agent on this node, or correct its name`,
      );
    }
    const why = messageOf(error);
    return withCode("HA7005", `${path} cannot be used: ${why}. Fix: install the agent again`);
  }
  if (!found.isFile) {
    const what = found.isDirectory ? "a folder" : "no file";
    return withCode(
      "HA7005",
      `${path} is ${what}, not an agent. Fix: name an agent; ha resource agents lists them`,
    );
  }
  if (((found.mode ?? 0) & 0o111) === 0) {
    return withCode(
      "HA7005",
      `${path} is not executable. Fix: chmod +x ${path}, if it is an agent`,
    );
  }
  return undefined;
}

/** Names of what can be run in a folder, sorted. A folder that is not there has none. */
export function runnableIn(folder: string): readonly string[] {
  return namesIn(folder, (path) => notRunnable(path) === undefined);
}

/** Names of the folders in a folder, sorted. */
export function foldersIn(folder: string): readonly string[] {
  return namesIn(folder, (path) => {
    try {
      return Deno.statSync(path).isDirectory;
    } catch {
      return false;
    }
  });
}

function namesIn(folder: string, isWanted: (path: string) => boolean): readonly string[] {
  const names: string[] = [];
  let entries = 0;
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (++entries > entriesMax) break;
      if (agentName.test(name) && isWanted(`${folder}/${name}`)) names.push(name);
    }
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (!isMissing) throw error;
  }
  return names.sort();
}
