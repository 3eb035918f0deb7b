/**
 * The input of a loader: a manifest, and the location of the code. `locked.ts` finds it in a lock.
 *
 * @module
 */
import type { Policy } from "../metadata/policy.ts";
import type { Isolation, Manifest } from "./manifest.ts";

/** The code of a plugin, verified: text by URL, and the packages that its modules name. */
export interface Sources {
  /** Text by URL. */
  readonly modules: Readonly<Record<string, string>>;
  /** Specifiers as written in the modules: `saxes`, `npm:zod@4.6.7`. */
  readonly packages: readonly string[];
}

/** A plugin that can be loaded. */
export interface Found {
  /** The checked manifest. */
  readonly manifest: Manifest;
  /** URL of its `mod.ts`. */
  readonly entry: URL;
  /** Paths of all code that it may read while it starts; none if `sources` are given. */
  readonly code: readonly string[];
  /** The verified code of a third-party plugin from a lock; it may read no other code. */
  readonly sources?: Sources;
  /** The approved isolation level; it may only be raised. */
  readonly isolation?: Isolation;
  /** The plugin is part of the project. */
  readonly shipped: boolean;
  /** The maximum that the operator allows (default: everything that the manifest requests). */
  readonly allow?: Policy;
}

/** Finds plugins by `kind/name`; throws a `DiagnosticError` that names the available ones. */
export type Find = (id: string) => Promise<Found>;

/** The path of a `file:` URL, without a slash at its end. */
export function filePath(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/\/$/, "");
}
