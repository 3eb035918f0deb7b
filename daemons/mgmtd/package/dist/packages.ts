/**
 * The packages of npm that an installed node needs: where Deno keeps them here, and the import map and
 * lock that name them alone. Deno fetches every package of its lock before it runs anything, so those of
 * tests may not stand there.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";

/** Packages that only tests and tools of the project import. */
export const forTests: readonly string[] = ["axe-core", "fast-xml-parser", "libxml2-wasm"];

/** Where Deno keeps packages, as Deno finds it. */
export function packagesFolder(): string {
  const [own, shared, home] = ["DENO_DIR", "XDG_CACHE_HOME", "HOME"].map((name) =>
    Deno.env.get(name)
  );
  return `${own || (shared ? `${shared}/deno` : `${home}/.cache/deno`)}/npm`;
}

/** What is read of `deno.json`. */
interface Config {
  readonly version: string;
  readonly imports: Readonly<Record<string, string>>;
}

/** What is read of `deno.lock`, version 5. */
interface Lock {
  readonly version: string;
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, { readonly dependencies?: readonly string[] }>>;
  readonly workspace: { readonly dependencies: readonly string[] };
}

/** The two files as a node has them, and the packages that they name, as `NAME@VERSION`. */
export interface Narrowed {
  readonly config: string;
  readonly lock: string;
  readonly version: string;
  readonly packages: readonly string[];
}

/**
 * Leaves out what only tests import.
 * @throws {Error} if the lock is of another version, or lacks a package
 */
export function narrow(config: string, lock: string): Narrowed {
  const { imports, ...rest }: Config = JSON.parse(config);
  const { npm, specifiers, workspace, ...more }: Lock = JSON.parse(lock);
  if (more.version !== "5") {
    throw new Error(
      withCode("HA2007", `deno.lock has version ${more.version}, expected 5. Fix: use Deno 2.9`),
    );
  }
  const isKept = (name: string) => !forTests.includes(name);
  const kept = Object.entries(imports).filter(([name]) => isKept(name));
  const wanted = kept.flatMap(([, target]) => target.startsWith("npm:") ? target.slice(4) : []);
  const packages = closure(npm, wanted);
  const only = <T>(all: Readonly<Record<string, T>>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  const specified = wanted.map((id) => `npm:${id}`);
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    config: json({ ...rest, imports: Object.fromEntries(kept) }),
    lock: json({
      ...more,
      specifiers: only(specifiers, specified),
      npm: only(npm, packages),
      workspace: { ...workspace, dependencies: specified },
    }),
    version: rest.version,
    packages,
  };
}

/** Packages and all that they need, in the order of their names. */
function closure(npm: Lock["npm"], wanted: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const ids = Object.keys(npm);
  const add = (name: string) => {
    const id = ids.find((id) => id === name || id.slice(0, id.lastIndexOf("@")) === name);
    if (id === undefined) {
      throw new Error(withCode("HA2007", `deno.lock lacks ${name}. Fix: run deno install`));
    }
    if (found.has(id)) return;
    found.add(id);
    for (const dependency of npm[id]?.dependencies ?? []) add(dependency);
  };
  for (const id of wanted) add(id);
  return [...found].sort();
}
