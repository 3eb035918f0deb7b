/**
 * Finds plugins in locks, and nowhere else: every file of a plugin's graph is read once, held
 * against its hash, and the very bytes that were hashed are what a third party's plugin is made of.
 *
 * What comes with the project is read from the project's own folder after the same check: it is as
 * trusted as the daemon, whose own files nobody hashes either, and starts faster.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../metadata/diagnostic.ts";
import { didYouMean } from "../../../metadata/nearest.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { filePath, type Find, type Found } from "../../../pils/found.ts";
import { permissionNames } from "../../../metadata/manifest.ts";
import { codeIn, unread } from "./beside.ts";
import { couldServe, familyFor, typesIn } from "./family.ts";
import { baseOf, type Lock, type Locked, lockedAs, placed, readLock } from "./lock.ts";
import { type OperatorPolicy, readPolicy } from "./policy.ts";
import { type SignaturePolicy, signatureProblem } from "./signature.ts";
import { hashOf, readPlain } from "./verify.ts";

/** A lock, and the place where its paths begin. */
export interface LockAt {
  readonly lock: Lock;
  readonly file: URL;
}

/** What an operator has agreed to: locks, of which the first that has a plugin counts, and the policy. */
export interface Consented {
  readonly locks: readonly LockAt[];
  readonly policy: OperatorPolicy;
}

/**
 * Makes a `find` for `createLoader` from the locks in files, and the operator's policy beside the
 * first of them.
 *
 * @throws {DiagnosticError} with all that is wrong with any of these files.
 */
export async function readLocks(first: URL, ...others: readonly URL[]): Promise<Find> {
  const { locks, policy } = await readConsented(first, ...others);
  return lookUp(locks, policy);
}

/**
 * Reads the locks, and the policy beside the first of them.
 *
 * @throws {DiagnosticError} with all that is wrong with any of these files.
 */
export async function readConsented(first: URL, ...others: readonly URL[]): Promise<Consented> {
  const policy = readPolicy(new URL("plugins.policy.json", first));
  const locks = [first, ...others].map(async (file) => ({ lock: await readLock(file), file }));
  const read = await Promise.allSettled([policy, ...locks]);
  const failed = read.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  const problems = failed.flatMap((error) => {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  });
  if (problems.length > 0) {
    throw new DiagnosticError("Cannot tell which plugins may be loaded", problems);
  }
  return { locks: await Promise.all(locks), policy: await policy };
}

/** The same, read with the first load. */
export function inLocks(first: URL, ...others: readonly URL[]): Find {
  let read: Promise<Find> | undefined;
  return async (id) => {
    read ??= readLocks(first, ...others);
    const find = await read.catch((error) => {
      read = undefined; // it may be fixed later
      throw error;
    });
    return await find(id);
  };
}

/** The same from locks at hand. */
export function lookUp(locks: readonly LockAt[], policy: OperatorPolicy = {}): Find {
  return async (id) => {
    for (const { lock, file } of locks) {
      const locked = lockedAs(id, lock, file);
      if (locked !== undefined) return await verified(id, locked, file, policy);
    }
    for (const { lock, file } of locks) {
      const locked = familyFor(id, lock, file);
      if (locked !== undefined) return await verified(id, locked, file, policy);
    }
    const known = locks.flatMap(({ lock }) => [...Object.keys(lock.plugins), ...typesIn(lock)]);
    const where = locks.map(({ file }) => filePath(file)).join(" or ");
    const isServed = locks.some(({ lock }) => couldServe(id, lock));
    const fix = isServed && id.startsWith("stonith/")
      ? `ha fence add ${id.slice("stonith/".length)}`
      : isServed && id.startsWith("notifier/")
      ? `ha alert approve ${id.slice("notifier".length)}`
      : "ha plugin add FOLDER";
    throw new DiagnosticError(
      `Cannot load "${id}": it is not in the lock.${didYouMean(id, known)}`,
      [problem(
        [],
        `"${id}" is not in ${where}`,
        "daemons load only plugins that an operator has approved",
        `run: ${fix}`,
        "HA2001",
      )],
    );
  };
}

/** What is to be loaded, every byte of it verified. */
async function verified(
  id: string,
  locked: Locked,
  lock: URL,
  { allow, signatures }: OperatorPolicy,
): Promise<Found> {
  const { manifest, shipped, isolation, packages, at, files, beside = {} } = locked;
  const problems = [
    ...misplaced(id, locked, lock),
    ...ungranted(id, locked),
    ...await unsigned(id, locked, signatures),
  ];
  const modules: Record<string, string> = {};
  const besides = Object.entries(beside);
  const pinned = besides.filter(([, hash]) => hash !== unread);
  const known = [...Object.keys(files), ...besides.map(([path]) => path)]
    .map((path) => filePath(placed(path, lock)));
  problems.push(...await added(id, placed(at, lock), new Set(known)));
  await Promise.all(
    [...Object.entries(files), ...pinned].map(async ([path, hash]) => {
      const url = placed(path, lock);
      const bytes = await readPlain(filePath(url), baseOf(lock)).catch(String);
      if (typeof bytes !== "string" && await hashOf(bytes) === hash) {
        if (Object.hasOwn(files, path)) modules[url.href] = new TextDecoder().decode(bytes);
      } else {
        const what = typeof bytes === "string" ? bytes : "it differs from the approved file";
        const why = "a plugin runs with exactly the bytes in the lock";
        const fix = `check what changed, then run: ha plugin trust ${id}`;
        problems.push(problem([path], what, why, fix, "HA2002"));
      }
    }),
  );
  if (problems.length > 0) throw new DiagnosticError(`Cannot load "${id}"`, problems);
  const code = shipped ? Object.keys(modules).map((url) => filePath(new URL(url))) : [];
  return {
    manifest,
    entry: new URL("mod.ts", placed(at, lock)),
    shipped,
    isolation,
    code,
    ...(allow === undefined ? {} : { allow }),
    ...(shipped ? {} : { sources: { modules, packages } }),
  };
}

/** The project, in which everything lies that comes with it. */
const project = new URL("../../../", import.meta.url);

/** What comes with the project is let into daemons: a lock cannot say so of what lies elsewhere. */
function misplaced(id: string, { shipped, at }: Locked, lock: URL): Diagnostic[] {
  const folder = placed(at, lock);
  if (!shipped || folder.href.startsWith(project.href)) return [];
  const why = `it lies in ${filePath(folder)}, not in ${filePath(project)}`;
  const fix = `ha plugin trust ${id}, which says what it is`;
  return [problem([], `"${id}" is marked as part of the project`, why, fix, "HA2002")];
}

/** Code that lies in the plugin's folder and that nobody has consented to. */
async function added(id: string, folder: URL, known: ReadonlySet<string>): Promise<Diagnostic[]> {
  const fix = `remove it, or check what it does and run: ha plugin trust ${id}`;
  const why = "the lock does not list it: it was added after the approval";
  try {
    return (await codeIn(folder)).filter((path) => !known.has(path)).map((path) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return problem([path], `"${name}" is in the folder of "${id}"`, why, fix, "HA2002");
    });
  } catch (error) {
    const what = `cannot list the folder of "${id}"`;
    return [problem([filePath(folder)], what, messageOf(error), fix, "HA2002")];
  }
}

/** What the manifest asks and nobody has granted. */
function ungranted(id: string, { manifest, granted }: Locked): Diagnostic[] {
  return permissionNames.flatMap((name) =>
    (manifest.permissions[name] ?? []).filter((asked) => !granted[name]?.includes(asked))
      .map((asked) =>
        problem(
          ["permissions", name],
          `"${id}" requests ${name} "${asked}"`,
          "the lock does not grant it",
          `if it is right, run: ha plugin trust ${id}`,
          "HA2002",
        )
      )
  );
}

async function unsigned(
  id: string,
  locked: Locked,
  policy?: SignaturePolicy,
): Promise<Diagnostic[]> {
  const why = await signatureProblem(locked, policy);
  const fix = "ask its author for a signature, or add the author's key to the policy";
  const what = `the signature of "${id}" is not accepted`;
  return why === undefined ? [] : [problem(["signature"], what, why, fix, "HA2003")];
}
