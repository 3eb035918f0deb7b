/**
 * `plugins.lock.json`: what an operator has consented to, plugin by plugin, down to the byte. It is
 * written by `ha plugin`; here it is read.
 *
 * @module
 */
import { z } from "zod";
import { DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { filePath } from "../../../pils/found.ts";
import { checkManifest } from "../../../metadata/manifest_check.ts";
import {
  type Isolation,
  type Manifest,
  permissionNames,
  type Permissions,
} from "../../../metadata/manifest.ts";
import { readLaidDown } from "./verify.ts";

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

const entrySchema = z.strictObject({
  at: z.string().min(1),
  shipped: z.boolean(),
  manifest: z.unknown(),
  files: z.record(z.string(), z.string().regex(/^sha256-[0-9a-f]{64}$/)),
  beside: z.record(z.string(), z.string().regex(/^(unread|sha256-[0-9a-f]{64})$/)).exactOptional(),
  packages: z.array(z.string()),
  granted: z.partialRecord(z.enum(permissionNames), z.array(z.string())),
  isolation: z.enum(["inline", "worker", "process"]),
  signature: z.strictObject({ key: z.string(), signature: z.string() }).exactOptional(),
});

const lockSchema = z.strictObject({
  version: z.literal(1),
  plugins: z.record(z.string().regex(/^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/), z.unknown()),
});

const mend = "restore it from a backup, or rebuild it with: ha plugin trust --all";

/**
 * Reads a lock; one that is not there is empty.
 * @throws {DiagnosticError} if it is no lock, or everybody may write it
 */
export async function readLock(file: URL): Promise<Lock> {
  return await readLaidDown(file, lockSchema, mend) ?? { version: 1, plugins: {} };
}

/**
 * What a lock says of a plugin; undefined if nothing.
 * @throws {DiagnosticError} if that is malformed
 */
export function lockedAs(id: string, { plugins }: Lock, file: URL): Locked | undefined {
  if (!Object.hasOwn(plugins, id)) return undefined;
  const { success, data, error } = entrySchema.safeParse(plugins[id]);
  const action = `Cannot take "${id}" from ${filePath(file)}`;
  if (!success) {
    const why = z.prettifyError(error);
    throw new DiagnosticError(action, [problem([id], "it is not valid", why, mend)]);
  }
  const manifest = checkManifest(data.manifest);
  if (!manifest.ok) throw new DiagnosticError(action, manifest.diagnostics);
  return { ...data, manifest: manifest.value };
}

/** The folder above which links are the operator's own affair: the one that holds the lock's. */
export function baseOf(lock: URL): string {
  return filePath(new URL("..", lock));
}

/** Where a path of the lock is; any name that a file can have may be in it. */
export function placed(path: string, lock: URL): URL {
  return new URL(encodeURI(path).replace(/[?#]/g, encodeURIComponent), lock);
}
