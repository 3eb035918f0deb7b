/**
 * What a loader loads: a manifest, and the place of the code. `locked.ts` finds it in a lock.
 *
 * @module
 */
import type { Policy } from "../metadata/policy.ts";
import type { Isolation, Manifest } from "./manifest.ts";

/** The code of a plugin, verified: text by URL, and the packages that its modules name. */
export interface Sources {
  /** Text by URL. */
  readonly modules: Readonly<Record<string, string>>;
  /** Specifiers as the modules write them: `saxes`, `npm:zod@4.6.7`. */
  readonly packages: readonly string[];
}

/** A plugin that can be loaded. */
export interface Found {
  /** Checked. */
  readonly manifest: Manifest;
  /** URL of its `mod.ts`. */
  readonly entry: URL;
  /** Paths of all code that it may read while it starts; none if `sources` are given. */
  readonly code: readonly string[];
  /** Its verified code, of a third party's plugin from a lock; it may read no other. */
  readonly sources?: Sources;
  /** The level that was consented to; it may only be raised. */
  readonly isolation?: Isolation;
  /** Comes with the project. */
  readonly shipped: boolean;
  /** What the operator allows at most; everything that a manifest asks if left out. */
  readonly allow?: Policy;
}

/** Finds plugins by `kind/name`; throws a `DiagnosticError` that says what there is instead. */
export type Find = (id: string) => Promise<Found>;

/** The path of a `file:` URL, without a slash at its end. */
export function filePath(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/\/$/, "");
}
