/**
 * A manifest: a plugin's description of itself, as data, read before any of its code runs.
 *
 * @module
 */
import type { ConfigOf, Field, Text } from "./field.ts";

/** The isolation levels, from least to most isolated. */
export const isolations = ["inline", "worker", "process"] as const;

/** One of them. */
export type Isolation = typeof isolations[number];

/**
 * What a plugin needs, as templates over its configuration: `{address}` stands for the checked
 * value of the field `address` of this instance. A template is filled per instance and can never
 * widen what the operator approved.
 */
export interface Permissions {
  /** `host:port`, a host alone, a CIDR block, or `unix:/absolute/path`. */
  readonly net?: readonly string[];
  /** Absolute paths. */
  readonly read?: readonly string[];
  /** Absolute paths. */
  readonly write?: readonly string[];
  /** Absolute paths of programs; `{deno}` stands for the running Deno. */
  readonly run?: readonly string[];
  /** Names of environment variables. */
  readonly env?: readonly string[];
  /** Absolute paths of libraries. */
  readonly ffi?: readonly string[];
  /** Names of system queries (`loadavg`, `hostname`...). */
  readonly sys?: readonly string[];
}

/** The names of permissions, in display order. */
export const permissionNames = ["net", "read", "write", "run", "env", "ffi", "sys"] as const;

/** One of them. */
export type PermissionName = typeof permissionNames[number];

/** The placeholders of a template. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
}

/** The number of an `api` such as `stonith/1`; undefined if it is none. */
export function apiVersion(api: string): number | undefined {
  const version = /^[a-z][a-z0-9_]*\/([1-9][0-9]{0,3})$/.exec(api)?.[1];
  return version === undefined ? undefined : Number(version);
}

/**
 * A family: one plugin that serves many types, such as every `fence_*` on the disk. A type is named in
 * the CIB and loaded as a plugin is (`stonith/fence_ipmilan`). What was consented to stands in the lock
 * type by type, with the fields that the type's own meta-data gave.
 */
export interface Family {
  /** The field that is given the type; it must be required, and templates may name it. */
  readonly field: string;
  /** An expression that a type must match as a whole. */
  readonly types: string;
}

/** One manifest. `manifest.ts` of a plugin exports it as `default`, through `define`. */
export interface Manifest<Fs extends readonly Field[] = readonly Field[]> {
  /** The interface it implements: `medium`, `auth`, `stonith`, ... or `handler`. */
  readonly kind: string;
  /** Name within the kind; `kind/name` is its identity and its folder. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  /** The contract version that it implements: `stonith/1`. */
  readonly api: string;
  /** One line, by language. */
  readonly summary: Text;
  /** The fields of its configuration. */
  readonly config: Fs;
  /** The requested permissions, as templates over its configuration. */
  readonly permissions: Permissions;
  /** The types that the plugin serves, each with its own parameters and consent. */
  readonly family?: Family;
  /** A request for more isolation than the rule gives, never less. */
  readonly isolation?: Isolation;
  /** SPDX expression. */
  readonly license: string;
  /** URL. */
  readonly homepage?: string;
  /** Name, and optionally an address. */
  readonly author?: string;
}

/** Types a manifest without widening it, so that `ConfigOf` can infer the configuration. */
export function define<const Fs extends readonly Field[]>(manifest: Manifest<Fs>): Manifest<Fs> {
  return manifest;
}

/** The checked configuration of a plugin with this manifest. */
export type Config<M extends Manifest> = ConfigOf<M["config"]>;
