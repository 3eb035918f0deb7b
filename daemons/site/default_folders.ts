/**
 * Where a node keeps things unless its configuration says otherwise. Commands look there too.
 *
 * @module
 */

/** Folders of a node that is not one of several on a machine. */
export const defaultFolders = { state: "/var/lib/ha", run: "/run/ha" } as const;
