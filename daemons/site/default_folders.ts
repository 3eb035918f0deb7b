/**
 * Where a node keeps things unless its configuration says otherwise. Commands look there too.
 *
 * @module
 */

/** Folders of a node that is not one of several on a machine. */
export const defaultFolders = { state: "/var/lib/ha", run: "/run/ha" } as const;

/** Where a process keeps what one of its services saves; commands read there when no node answers. */
export const storeFolder = (state: string, process: string, service: string): string =>
  `${state}/${process}/${service}`;
