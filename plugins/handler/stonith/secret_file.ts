/**
 * A secret of a device, from its field or from a file that only its owner may read. It is read when
 * the device is loaded and at each status, so that fencing reads no disk.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { hiding } from "../../../metadata/hide.ts";
import { messageOf } from "../../../metadata/message_of.ts";

/** Bytes of a file with a secret. */
const fileBytesMax = 4_096;

/** A secret in use. */
export interface Secret {
  /** The value as last read. */
  value(): string;
  /**
   * Reads the file again.
   * @throws {Error} if it cannot be used; the earlier value stays in use.
   */
  refresh(): Promise<void>;
  /** Takes the secret out of a text. */
  hide(text: string): string;
}

/**
 * The secret of a device.
 *
 * @param field the value of the secret field
 * @param file the path of the file, in place of the field
 * @throws {Error} if the file cannot be used, or both are given.
 */
export async function secretFrom(field?: string, file?: string): Promise<Secret> {
  if (field !== undefined && file !== undefined) {
    const what = "a secret and a file with the secret are given";
    throw new Error(withCode("HA8002", `${what}. Fix: remove one of them`));
  }
  let value = field ?? "";
  let hide = hiding(secretField, { secret: value });
  const refresh = async () => {
    if (file === undefined) return;
    value = await secretIn(file);
    hide = hiding(secretField, { secret: value });
  };
  await refresh();
  return { value: () => value, refresh, hide: (text) => hide(text) };
}

const secretField = [{ fieldname: "secret", basictype: "string", secret: true }] as const;

/** The first line of a file of mode 0600 or 0400. */
async function secretIn(path: string): Promise<string> {
  let info: Deno.FileInfo;
  let text: string;
  try {
    info = await Deno.stat(path);
    if (!info.isFile) throw new Error("it is not a file");
    if (info.size > fileBytesMax) throw new Error(`it has more than ${fileBytesMax} bytes`);
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`the secret in ${path} cannot be read: ${messageOf(error)}`);
  }
  const mode = (info.mode ?? 0) & 0o777;
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(4, "0");
    const what = `the secret in ${path} can be read by others (mode ${octal})`;
    throw new Error(withCode("HA8002", `${what}. Fix: chmod 0600 ${path}`));
  }
  const [line = ""] = text.split(/\r?\n/);
  if (line === "") {
    throw new Error(
      withCode("HA8002", `the secret in ${path} is empty. Fix: write it into line 1`),
    );
  }
  return line;
}
