/**
 * `plugins.lock.json`: what an operator has consented to, plugin by plugin, down to the byte. It is
 * written by `ha plugin`; here it is read.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { filePath } from "../../../pils/found.ts";
import {
  type Isolation,
  isolations,
  type Manifest,
  type Permissions,
} from "../../../metadata/manifest.ts";
import type { Field } from "../../../metadata/field.ts";
import { fieldsShape } from "../../../metadata/field_shape.ts";
import { manifestShape, permissionsShape } from "../../../metadata/manifest_shape.ts";
import { anything, exact, list, oneOf, table, text, yesOrNo } from "../../../metadata/shape.ts";
import { readLaidDown, wrongMax } from "./verify.ts";

/** Both in base64: 32 bytes of the public key, 64 of the signature. */
export interface Signature {
  readonly key: string;
  readonly signature: string;
}

/** One plugin that was consented to. Its identity is its key in the lock. */
export interface Locked {
  /** Its folder, relative to the lock's, or absolute. */
  readonly at: string;
  /** Comes with the project. */
  readonly shipped: boolean;
  /** What its manifest said; at a load no manifest is run. */
  readonly manifest: Manifest;
  /** `sha256-` and hexadecimal digits of every file of its module graph, by path like `at`. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * Other code in its folder, by path: the hash of what it may start, `unread` for its tests and the
   * like. What is not listed keeps it from being loaded (`beside.ts`).
   */
  readonly beside?: Readonly<Record<string, string>>;
  /** Packages that its modules name; the project's own lock pins their bytes. */
  readonly packages: readonly string[];
  /** The permission templates that were granted. */
  readonly granted: Permissions;
  /** Of a family: the types that were consented to, each with the fields of its own meta-data. */
  readonly types?: Readonly<Record<string, { readonly config: readonly Field[] }>>;
  /** At least this level. */
  readonly isolation: Isolation;
  /** The author's signature, where there is one. */
  readonly signature?: Signature;
}

/** A lock as it is read: an entry is looked at when it is asked for, since a daemon needs a few. */
export interface Lock {
  readonly version: 1;
  readonly plugins: Readonly<Record<string, unknown>>;
}

const hash = text(/^sha256-[0-9a-f]{64}$/, "sha256- and 64 hexadecimal digits");
const entryShape = exact({
  at: text(/./, "a folder"),
  shipped: yesOrNo,
  manifest: manifestShape,
  files: table(/^/, hash),
  packages: list(text()),
  granted: permissionsShape,
  isolation: oneOf(...isolations),
}, {
  beside: table(/^/, text(/^(unread|sha256-[0-9a-f]{64})$/, "a hash or unread")),
  types: table(/^[^]{1,128}$/, exact({ config: fieldsShape })),
  signature: exact({ key: text(), signature: text() }),
});

const lockShape = exact({
  version: oneOf(1),
  plugins: table(/^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/, anything),
});

const fix = "restore it from a backup, or rebuild it with: ha plugin trust --all";

/**
 * Reads a lock; one that is not there is empty.
 * @throws {DiagnosticError} if it is no lock, or everybody may write it
 */
export async function readLock(file: URL): Promise<Lock> {
  return await readLaidDown(file, lockShape, fix) ?? { version: 1, plugins: {} };
}

/**
 * What a lock says of a plugin; undefined if nothing.
 * @throws {DiagnosticError} if that is malformed
 */
export function lockedAs(id: string, { plugins }: Lock, file: URL): Locked | undefined {
  if (!Object.hasOwn(plugins, id)) return undefined;
  const entry: unknown = plugins[id];
  const wrong: string[] = [];
  if (entryShape(entry, "", wrong)) return entry;
  throw new DiagnosticError(
    `Cannot take "${id}" from ${filePath(file)}`,
    wrong.slice(0, wrongMax).map((why) => problem([id], "it is not valid", why, fix, "HA2016")),
  );
}

/** The folder above which links are the operator's own affair: the one that holds the lock's. */
export function baseOf(lock: URL): string {
  return filePath(new URL("..", lock));
}

/** Where a path of the lock is; any name that a file can have may be in it. */
export function placed(path: string, lock: URL): URL {
  return new URL(encodeURI(path).replace(/[?#]/g, encodeURIComponent), lock);
}
