/**
 * The file in which a person confirms: `ACTION NODE` in its first line, written after the request.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { unusable } from "../../handler/stonith/fault.ts";

/** Bytes of it at most. */
const fileBytesMax = 1_024;

/** The file as it is now. */
export interface Confirmation {
  /** Its first line; empty if there is no file. */
  readonly line: string;
  /** Changes whenever it is written. */
  readonly stamp: string;
}

/** Reads it. @throws {Error} if it cannot be trusted. */
export async function confirmationIn(path: string): Promise<Confirmation> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { line: "", stamp: "none" };
    throw new Error(`${path} cannot be read: ${messageOf(error)}`);
  }
  if (!info.isFile) throw unusable(`${path} is not a file`, "remove it");
  if (((info.mode ?? 0) & 0o022) !== 0) {
    throw unusable(`${path} can be written by others`, `chmod go-w ${path}`);
  }
  if (info.size > fileBytesMax) throw new Error(`${path} has more than ${fileBytesMax} bytes`);
  const [line = ""] = (await Deno.readTextFile(path)).split(/\r?\n/);
  return { line: line.trim(), stamp: `${info.ino} ${info.mtime?.getTime()} ${info.size}` };
}
