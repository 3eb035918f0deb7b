/**
 * For tests of classes of agents: a folder into which a test writes its own agents.
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";

const scratch = filePath(new URL("../../../.test", import.meta.url));

/** Absolute path of a new folder in the project's folder for tests. */
export function testingFolder(prefix: string): string {
  Deno.mkdirSync(scratch, { recursive: true });
  return Deno.makeTempDirSync({ dir: scratch, prefix: `${prefix}_` });
}

/** Writes a program; its folder is made. */
export function writeProgram(path: string, text: string, mode = 0o755): string {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, mode);
  return path;
}

/** The permissions of such a test, beside those of the plugin. */
export const testingPermissions = {
  read: [filePath(new URL("../../..", import.meta.url))],
  write: [scratch],
} as const;
