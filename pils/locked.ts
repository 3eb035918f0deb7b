/**
 * Finds plugins in the lock, and nowhere else: every file of a plugin's graph is read once, held
 * against its hash, and the very bytes that were hashed are what a third party's plugin is made of.
 *
 * What comes with the project is read from the project's own folder after the same check: it is as
 * trusted as the daemon, whose own files nobody hashes either, and starts faster.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError } from "../metadata/diagnostic.ts";
import { didYouMean } from "../metadata/nearest.ts";
import { filePath, type Find } from "./found.ts";
import { permissionNames } from "./grant.ts";
import { baseOf, type Lock, type Locked, placed, readLock } from "./lock.ts";
import { type SignaturePolicy, signatureProblem } from "./signature.ts";
import { hashOf, readPlain } from "./verify.ts";

/** Makes a `find` for `createLoader` from the lock in a file, which is read once. */
export function inLock(file: URL, signatures?: SignaturePolicy): Find {
  let lock: Promise<Lock> | undefined;
  return async (id) => {
    lock ??= readLock(file);
    const known = await lock.catch((error) => {
      lock = undefined; // it may be mended
      throw error;
    });
    return await lookUp(known, file, signatures)(id);
  };
}

/** The same from a lock at hand; `file` is where its paths begin. */
export function lookUp({ plugins }: Lock, file: URL, signatures?: SignaturePolicy): Find {
  return async (id) => {
    const locked = Object.hasOwn(plugins, id) ? plugins[id] : undefined;
    if (locked === undefined) {
      const guess = didYouMean(id, Object.keys(plugins));
      throw new DiagnosticError(`Cannot load "${id}": it is not in the lock.${guess}`, [{
        severity: "error",
        path: [],
        what: `"${id}" is not in ${filePath(file)}`,
        why: "only what an operator has consented to is loaded",
        mend: "run: ha plugin add FOLDER",
      }]);
    }
    const { manifest, shipped, isolation, packages } = locked;
    const problems = [...ungranted(id, locked), ...await unsigned(id, locked, signatures)];
    const modules: Record<string, string> = {};
    await Promise.all(
      Object.entries(locked.files).map(async ([path, hash]) => {
        const url = placed(path, file);
        const bytes = await readPlain(filePath(url), { base: baseOf(file) }).catch((error: Error) =>
          error
        );
        if (bytes instanceof Error || await hashOf(bytes) !== hash) {
          problems.push({
            severity: "error",
            path: [path],
            what: bytes instanceof Error ? bytes.message : "it is not what was consented to",
            why: "a plugin runs with exactly the bytes in the lock",
            mend: `look at what changed, then run: ha plugin trust ${id}`,
          });
        } else modules[url.href] = new TextDecoder().decode(bytes);
      }),
    );
    if (problems.length > 0) throw new DiagnosticError(`Cannot load "${id}"`, problems);
    const entry = new URL("mod.ts", placed(locked.at, file));
    const found = { manifest, entry, shipped, isolation };
    return shipped
      ? { ...found, code: Object.keys(modules).map((url) => filePath(new URL(url))) }
      : { ...found, code: [], sources: { modules, packages } };
  };
}

/** What the manifest asks and nobody has granted. */
function ungranted(id: string, { manifest, granted }: Locked): Diagnostic[] {
  return permissionNames.flatMap((name) =>
    (manifest.permissions[name] ?? [])
      .filter((template) => !granted[name]?.includes(template))
      .map((template): Diagnostic => ({
        severity: "error",
        path: ["permissions", name],
        what: `"${id}" asks ${name} "${template}"`,
        why: "the lock does not grant it",
        mend: `if it is right, run: ha plugin trust ${id}`,
      }))
  );
}

async function unsigned(
  id: string,
  locked: Locked,
  policy?: SignaturePolicy,
): Promise<Diagnostic[]> {
  const why = await signatureProblem(locked, policy);
  return why === undefined ? [] : [{
    severity: "error",
    path: ["signature"],
    what: `the signature of "${id}" does not do`,
    why,
    mend: "ask its author for a signature, or add the author's key to the policy",
  }];
}
