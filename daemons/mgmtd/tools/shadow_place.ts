/**
 * Where a shadow copy of the configuration is.
 *
 * It is loaded by the process that makes the grant, and imports nothing.
 *
 * @module
 */

/** Where the shadow copies of this call are, and which one it works on. */
export interface ShadowPlace {
  /** Absolute. */
  readonly folder: string;
  /** From `CIB_shadow`; undefined: the call works on the cluster. */
  readonly active: string | undefined;
}

/** Characters of the name of a shadow copy at most. */
const nameCharactersMax = 64;

/** Whether a name can be one of a shadow copy: it becomes part of a file name. */
const isShadowName = (name: string): boolean =>
  /^[\w.-]+$/.test(name) && name.length <= nameCharactersMax;

/** The file of a shadow copy; undefined: it cannot have that name. */
export const shadowFile = (folder: string, name: string): string | undefined =>
  isShadowName(name) ? `${folder}/shadow.${name}` : undefined;
