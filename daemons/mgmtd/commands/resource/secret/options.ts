/**
 * What the commands `ha resource secret ...` have in common.
 *
 * @module
 */
import { resolve } from "node:path";
import { withCode } from "../../../../../metadata/code.ts";
import { placeOf, secretsFolder } from "../../../../../metadata/secrets/reference.ts";
import { isPath } from "../../../../../metadata/special/place.ts";
import type { Grant } from "../../../../site/flags.ts";
import type { Call, Option, Where } from "../../../command.ts";
import type { Named } from "../../../secrets/files.ts";

/** The option that names another folder. */
export const folderOption: Option = {
  type: "string",
  value: "FOLDER",
  summary:
    `Folder of the secrets, as secrets of the node configuration; ${secretsFolder} if left out`,
};

/** The folder of all secrets that a call means. */
export function folderOf({ options: { secrets } }: Call, { here }: Where): string {
  return typeof secrets === "string" ? resolve(here, secrets) : secretsFolder;
}

/** What it takes to read the files and to see who may change them; and to write them. */
export function filesGrant(call: Call, where: Where, writes = false): Grant {
  const folder = folderOf(call, where);
  if (!isPath(folder)) return {};
  return { read: [folder], run: ["/bin/sh"], ...(writes ? { write: [folder] } : {}) };
}

/** The secret that a call names; what is wrong with its words. */
export function namedBy(call: Call, where: Where, command: string): Named | string {
  const [resource, name, ...more] = call.positionals;
  if (resource === undefined || name === undefined || more.length > 0) {
    const usage = `ha resource secret ${command} RESOURCE NAME`;
    return withCode("HA0002", `Name a resource and a parameter. Fix: ${usage}`);
  }
  const folder = folderOf(call, where);
  if (!isPath(folder)) {
    return withCode("HA0002", `"${folder}" is no path. Fix: name a folder without blanks or ..`);
  }
  const place = placeOf(folder, resource, name);
  return typeof place === "string" ? place : { folder, resource, name, place };
}
