/**
 * The CIB that a node has left on its disk: what may be read of a node that does not run.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { defaultFolders, storeFolder } from "../site/default_folders.ts";
import type { Call, Option, Where } from "./command.ts";

/** The option that names another folder. */
export const stateOption: Option = {
  type: "string",
  value: "FOLDER",
  summary: `State folder to read where no node answers; ${defaultFolders.state} without --run`,
};

/** Files of a CIB at most: the document and its entries. */
const filesMax = 4_096;
/** Bytes of one of them at most. */
const fileBytesMax = 64 * 1024 * 1024;

const cibFolder = (state: string): string => storeFolder(state, "cluster", "cib");

/** The folder of the CIB of the node that a call means; undefined: the call names another one's sockets. */
export function storedFolder(
  { options: { run, state } }: Call,
  { here }: Where,
): string | undefined {
  if (typeof state === "string") return cibFolder(resolve(here, state));
  return run === undefined ? cibFolder(defaultFolders.state) : undefined;
}

/** What it takes to read it. */
export const storedGrant = (call: Call, where: Where): readonly string[] => {
  const folder = storedFolder(call, where);
  return folder === undefined ? [] : [folder];
};

/** The document; undefined if there is none that can be used. */
export async function storedCib(call: Call, where: Where): Promise<XmlElement | undefined> {
  const folder = storedFolder(call, where);
  if (folder === undefined) return undefined;
  const { readJournal } = await import("../cib/doors/disk.ts");
  const files = new Map<string, Uint8Array>();
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || files.size >= filesMax) continue;
      const { size } = await Deno.stat(`${folder}/${name}`);
      if (size <= fileBytesMax) files.set(name, await Deno.readFile(`${folder}/${name}`));
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
  const found = readJournal(files);
  return found.type === "copy" ? found.copy.root : undefined;
}

/** What has to be known to read it. */
export const storedWarning = ({ attributes }: XmlElement, folder: string | undefined): string => {
  const at = attributes["cib-last-written"];
  const since = at === undefined ? "" : `, last changed by a command at ${at}`;
  return withCode(
    "HA0003",
    `WARNING: no node answers: this is the CIB in ${folder}${since}. What runs now is not known. ` +
      "Fix: start the node",
  );
};
