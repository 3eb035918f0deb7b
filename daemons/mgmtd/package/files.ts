/**
 * The files of a folder, for a package.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { filePath } from "../../../pils/found.ts";
import type { PackageFile } from "./archive.ts";
import { entriesMax, unpackedBytesMax } from "./limits.ts";

/**
 * Reads them.
 * @param wanted whether a file or a folder of this name belongs into the package
 * @throws {Error} if there is a link, or too much
 */
export async function filesOf(
  folder: URL,
  wanted: (name: string, path: string) => boolean,
  limits = { entriesMax, bytesMax: unpackedBytesMax },
): Promise<readonly PackageFile[]> {
  const found: PackageFile[] = [];
  let bytes = 0;
  const look = async (below: string): Promise<void> => {
    for await (
      const { name, isDirectory, isFile } of Deno.readDir(`${filePath(folder)}/${below}`)
    ) {
      const path = `${below}${name}`;
      if (!wanted(name, path)) continue;
      if (isDirectory) {
        await look(`${path}/`);
        continue;
      }
      const whole = `${filePath(folder)}/${path}`;
      if (!isFile) {
        throw new Error(
          withCode("HA2007", `"${whole}" is neither a file nor a folder. Fix: remove it`),
        );
      }
      const { mode, size } = await Deno.lstat(whole);
      bytes += size;
      if (found.length >= limits.entriesMax || bytes > limits.bytesMax) {
        throw new Error(
          withCode(
            "HA2007",
            `"${filePath(folder)}" holds more than ${limits.entriesMax} files or ` +
              `${limits.bytesMax} bytes. Fix: remove what is not part of it`,
          ),
        );
      }
      found.push({
        path,
        executable: ((mode ?? 0) & 0o111) !== 0,
        bytes: await Deno.readFile(whole),
      });
    }
  };
  await look("");
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}
