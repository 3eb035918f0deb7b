/**
 * `plugins.lock.json`: what an operator has consented to, plugin by plugin, down to the byte.
 *
 * @module
 */
import { z } from "zod";
import { DiagnosticError } from "../metadata/diagnostic.ts";
import type { ChildOptions } from "./child.ts";
import { type Clock, machineClock } from "./clock.ts";
import { readManifests } from "./discover.ts";
import { filePath } from "./found.ts";
import { permissionNames } from "./grant.ts";
import { graphsOf } from "./graph.ts";
import { checkManifest } from "./manifest_check.ts";
import { isolationOf } from "./isolation.ts";
import type { Isolation, Manifest, Permissions } from "./manifest.ts";
import { readSignature, type Signature } from "./signature.ts";
import { hashOf, readPlain } from "./verify.ts";

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
  /** Packages that its modules name; the project's own lock pins their bytes. */
  readonly packages: readonly string[];
  /** The permission templates that were granted. */
  readonly granted: Permissions;
  /** At least this level. */
  readonly isolation: Isolation;
  /** The author's signature, where there is one. */
  readonly signature?: Signature;
}

/** The whole lock. */
export interface Lock {
  readonly version: 1;
  readonly plugins: Readonly<Record<string, Locked>>;
}

const templates = z.array(z.string()).optional();
const lockedSchema = z.strictObject({
  at: z.string().min(1),
  shipped: z.boolean(),
  manifest: z.unknown(),
  files: z.record(z.string(), z.string().regex(/^sha256-[0-9a-f]{64}$/)),
  packages: z.array(z.string()),
  granted: z.strictObject(
    Object.fromEntries(permissionNames.map((name) => [name, templates])),
  ),
  isolation: z.enum(["inline", "worker", "process"]),
  signature: z.strictObject({ key: z.string(), signature: z.string() }).optional(),
});
const lockSchema = z.strictObject({
  version: z.literal(1),
  plugins: z.record(z.string().regex(/^[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*$/), lockedSchema),
});

/** Bytes of a lock at most. */
const lockBytesMax = 16 * 1024 * 1024;

/** A lock with nothing in it. */
export const emptyLock: Lock = { version: 1, plugins: {} };

/**
 * Reads a lock; one that is not there is empty.
 * @throws {DiagnosticError} if it is malformed, or everybody may write it
 */
export async function readLock(file: URL): Promise<Lock> {
  let bytes: Uint8Array;
  try {
    bytes = await readPlain(filePath(file), { bytesMax: lockBytesMax, base: baseOf(file) });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return emptyLock;
    throw broken(file, String(error));
  }
  return parseLock(new TextDecoder().decode(bytes), file);
}

/** The lock that a text is. */
export function parseLock(text: string, file: URL): Lock {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw broken(file, String(error));
  }
  const parsed = lockSchema.safeParse(input);
  if (!parsed.success) throw broken(file, z.prettifyError(parsed.error));
  const plugins: Record<string, Locked> = {};
  for (const [id, locked] of Object.entries(parsed.data.plugins)) {
    const manifest = checkManifest(locked.manifest);
    if (!manifest.ok) throw new DiagnosticError(`"${id}" in the lock`, manifest.diagnostics);
    plugins[id] = { ...locked as Locked, manifest: manifest.value }; // the schema is the type
  }
  return { version: 1, plugins };
}

/** A lock as text: the same for the same content, so that a review shows what changed. */
export function lockText(lock: Lock): string {
  const plugins = Object.fromEntries(
    Object.entries(lock.plugins).sort(([a], [b]) => a < b ? -1 : 1),
  );
  return `${JSON.stringify({ version: 1, plugins }, null, 2)}\n`;
}

/** Pins a plugin folder as it is now. */
export async function pin(folder: URL, options: PinOptions): Promise<Locked> {
  const [locked] = await pinAll([folder], options);
  if (locked === undefined) throw new Error(`Cannot pin ${filePath(folder)}`);
  return locked;
}

/** How to pin. */
export interface PinOptions extends ChildOptions {
  /** The lock that the plugin is for; paths are relative to its folder. */
  readonly lock: URL;
  /** The project's own folder: what is under its `plugins/` is shipped. */
  readonly project: URL;
  /** The source of time. */
  readonly clock?: Clock;
}

/**
 * Pins several folders at once.
 * @throws {DiagnosticError} with the problems of all of them
 */
export async function pinAll(
  folders: readonly URL[],
  options: PinOptions,
): Promise<readonly Locked[]> {
  const { clock = machineClock, project, lock } = options;
  const shippedRoot = new URL("plugins/", project);
  const found = await readManifests(folders, options, clock);
  const graphs = await graphsOf(folders.map((folder) => new URL("mod.ts", folder)), options, clock);
  const problems = found.flatMap(({ manifest }) => manifest.ok ? [] : manifest.diagnostics);
  const pinned: Locked[] = [];
  for (const [at, { folder, manifest }] of found.entries()) {
    const graph = graphs[at];
    if (!manifest.ok || graph === undefined) continue;
    const { kind, name } = manifest.value;
    const shipped = folder.href === new URL(`${kind}/${name}/`, shippedRoot).href;
    const allowed = [folder, ...["metadata/", "pils/"].map((part) => new URL(part, project))];
    // Shared code of its kind, or of all that ships.
    allowed.push(shipped ? shippedRoot : new URL(`handler/${kind}/`, shippedRoot));
    const outside = graph.files.filter((file) =>
      !allowed.some((root) => file.startsWith(root.href))
    );
    const bad = [...graph.problems, ...outside.map((file) => `${file} is not the plugin's own`)];
    if (bad.length > 0) {
      problems.push(...bad.map((why) => ({
        severity: "error" as const,
        path: [`${kind}/${name}`],
        what: "its code cannot be pinned",
        why,
        mend: "a plugin is made of modules in its own folder, its handler's, metadata/ and pils/",
      })));
      continue;
    }
    const files: Record<string, string> = {};
    for (const file of [new URL("manifest.ts", folder).href, ...graph.files].sort()) {
      files[relative(file, lock)] = await hashOf(
        await readPlain(filePath(new URL(file)), { base: baseOf(lock) }),
      );
    }
    const { permissions } = manifest.value;
    const signature = await readSignature(folder);
    pinned.push({
      at: relative(folder.href, lock),
      shipped,
      manifest: manifest.value,
      files,
      packages: graph.packages,
      granted: permissions,
      isolation: isolationOf({
        id: `${kind}/${name}`,
        shipped,
        permissions,
        inline: shipped ? [kind] : [], // the operator may still inline what needs no process
        wishes: [manifest.value.isolation],
      }),
      ...(signature === undefined ? {} : { signature }),
    });
  }
  if (problems.length > 0) throw new DiagnosticError("Cannot pin", problems);
  return pinned;
}

/** A URL relative to the lock if it is near, else absolute. */
function relative(href: string, lock: URL): string {
  const base = new URL(".", lock).href;
  const up = new URL("..", lock).href;
  if (href.startsWith(base)) return `./${decodeURIComponent(href.slice(base.length))}`;
  if (href.startsWith(up)) return `../${decodeURIComponent(href.slice(up.length))}`;
  return decodeURIComponent(new URL(href).pathname);
}

/** The folder above which links are the operator's own affair: the one that holds the lock's. */
export function baseOf(lock: URL): string {
  return filePath(new URL("..", lock));
}

/** Where a path of the lock is. */
export function placed(path: string, lock: URL): URL {
  return new URL(encodeURI(path), lock);
}

function broken(file: URL, why: string): DiagnosticError {
  return new DiagnosticError(`Cannot read the lock of plugins`, [{
    severity: "error",
    path: [filePath(file)],
    what: "it is not to be used",
    why,
    mend: "restore it from a backup, or make it anew with: ha plugin trust --all",
  }]);
}
