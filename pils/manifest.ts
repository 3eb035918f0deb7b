/**
 * A manifest, as plugins import it: `metadata/manifest.ts` says what it is.
 *
 * @module
 */
export * from "../metadata/manifest.ts";
