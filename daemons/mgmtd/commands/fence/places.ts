/**
 * What the commands of types of devices may touch.
 *
 * @module
 */
import { filePath } from "../../../../pils/found.ts";
import type { Grant } from "../../../site/flags.ts";
import type { Call, Consulted, Where } from "../../command.ts";
import { placeGrant, placesOf, type Touched } from "../plugin/places.ts";
import { programFolders } from "./types.ts";

const projectLock = (where: Where): string => `${where.project}/plugins/plugins.lock.json`;

/** The locks: the project's, and the one that is named. */
export const consultsLocks = (call: Call, where: Where): readonly string[] => [
  ...new Set([filePath(placesOf(call, where).lock), projectLock(where)]),
];

/** The plugins of the kind. */
export const devicePlugins: Touched = { locked: (id) => id.startsWith("stonith/") };

/** As `placeGrant`, and to see which programs of families there are. */
export function deviceGrant(
  call: Call,
  where: Where,
  touched: Touched,
  consulted?: Consulted,
): Grant {
  const grant = placeGrant(call, where, touched, consulted);
  const folders = consultsLocks(call, where).flatMap((path) =>
    programFolders(consulted?.get(path))
  );
  return { ...grant, read: [...new Set([...grant.read ?? [], ...folders])] };
}
