/**
 * Runs a kind's conformance suite on one plugin, each clause as a test under the permissions of the
 * plugin's own manifest, filled with an example configuration, and under no other.
 *
 * @module
 */
import { check } from "../../metadata/check.ts";
import { DiagnosticError } from "../../metadata/diagnostic.ts";
import type { Field } from "../../metadata/field.ts";
import type { Clause, Opened } from "./conformance.ts";
import { filePath, type Find } from "../../pils/found.ts";
import { fill } from "../../pils/grant.ts";
import { createLoader } from "../../pils/loader.ts";
import type { Isolation, Manifest, Permissions } from "../../pils/manifest.ts";
import type { Host } from "../../pils/plugin.ts";
import { within } from "../../metadata/within.ts";

/** One plugin and an example to try it with. */
export interface Subject<A, G> {
  readonly manifest: Manifest<readonly Field[]>;
  /** The default export of its `mod.ts`. */
  // deno-lint-ignore no-explicit-any -- every plugin has a configuration type of its own
  readonly plugin: (config: any, host: Host<any>) => A | Promise<A>;
  /** An example configuration, unchecked. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the suite asks of the test beside. */
  readonly given?: G;
  /**
   * Levels of isolation at which the suite runs; `inline` if left out. The others need the plugin in
   * the project's own `plugins/`, and a test run that may read the project and, for `process`, run
   * Deno and `/bin/sh`.
   */
  readonly levels?: readonly Isolation[];
  /** Clauses that do not apply to this plugin, each with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
}

const project = new URL("../../", import.meta.url);

/** Where who reads a test without running it finds the first example configuration, and what it gives. */
const example = Symbol.for("pils.example");
const examplesGiven = Symbol.for("pils.given");

/** Registers one test for each clause, at each level. */
export function conform<A, G = unknown>(
  clauses: readonly Clause<A, G>[],
  subject: Subject<A, G>,
): void {
  const { manifest, config = {}, skip = {}, levels = ["inline"] } = subject;
  const id = `${manifest.kind}/${manifest.name}`;
  if (!Reflect.has(globalThis, example)) {
    Reflect.set(globalThis, example, config);
    Reflect.set(globalThis, examplesGiven, subject.given);
  }
  for (const level of levels) {
    const permissions = testPermissions(subject, level);
    for (const clause of clauses) {
      const reason = skip[clause.id];
      const where = level === "inline" ? "" : ` (${level})`;
      const not = reason === undefined ? "" : ` (not: ${reason})`;
      Deno.test({
        name: `${id} ${clause.id}${where}: ${clause.says}${not}`,
        ignore: reason !== undefined,
        permissions,
        fn: () =>
          clause.check({
            config,
            given: subject.given as G, // the plugin's test gives it where the suite's type asks
            open: (change) => open(subject, level, { ...config, ...change }),
          }),
      });
    }
  }
}

/** Opens a plugin as a clause's trial does. */
async function open<A, G>(
  subject: Subject<A, G>,
  level: Isolation,
  config: Readonly<Record<string, unknown>>,
): Promise<Opened<A>> {
  const events: unknown[] = [];
  const waiting = new Set<(event: unknown) => void>();
  const emit = (event: unknown) => {
    events.push(event);
    for (const tell of waiting) tell(event);
  };
  const { api, close } = level === "inline"
    ? await openInline(subject, config, emit)
    : await openIsolated<A>(subject.manifest, level, config, emit);
  return {
    api,
    events,
    async event(matches, withinMs) {
      const earlier = events.find(matches);
      if (earlier !== undefined) return earlier;
      const found = Promise.withResolvers<unknown>();
      const tell = (event: unknown) => matches(event) && found.resolve(event);
      waiting.add(tell);
      const none = () =>
        new Error(`no such event within ${withinMs} ms, but ${events.length} other`);
      return await within(withinMs, found.promise, none)
        .finally(() => waiting.delete(tell));
    },
    [Symbol.asyncDispose]: close,
  };
}

/** A plugin that a clause can try, and how to end it. */
interface Tried<A> {
  readonly api: A;
  readonly close: () => Promise<void>;
}

/** Without the loader: what the test was granted is what the plugin may do. */
async function openInline<A, G>(
  { manifest, plugin }: Subject<A, G>,
  config: Readonly<Record<string, unknown>>,
  emit: (event: unknown) => void,
): Promise<Tried<A>> {
  const checked = check(manifest.config, config, { path: ["config"] });
  if (!checked.ok) {
    const action = `Cannot configure "${manifest.kind}/${manifest.name}"`;
    throw new DiagnosticError(action, checked.diagnostics);
  }
  const api = await plugin(checked.value, { emit, log: () => {} });
  const { close } = api as { readonly close?: () => unknown };
  return { api, close: async () => void await close?.call(api) };
}

/** By the loader, which takes the plugin and its handler as they are, without consent. */
async function openIsolated<A>(
  { kind, name }: Manifest,
  level: Isolation,
  config: Readonly<Record<string, unknown>>,
  onEmit: (event: unknown) => void,
): Promise<Tried<A>> {
  const find: Find = async (id) => {
    const folder = new URL(`plugins/${id}/`, project);
    const { default: manifest } = await import(new URL("manifest.ts", folder).href);
    const code = ["plugins/", "metadata/", "pils/"].map((path) => filePath(new URL(path, project)));
    return { manifest, entry: new URL("mod.ts", folder), code, shipped: true };
  };
  // The first worker of a test run has its types checked.
  const limits = { loadMs: 60_000 };
  const loader = createLoader({ find, denoPath: Deno.execPath(), limits });
  const options = { config, isolation: level, onEmit };
  const { api } = await loader.load<A>(`${kind}/${name}`, options);
  return { api, close: () => loader.close() };
}

/**
 * The grant, as a test's permissions; what is not granted is denied. A worker gets its own out of
 * those of its test; a process gets its own by flags.
 */
function testPermissions<A, G>(
  { manifest, config }: Subject<A, G>,
  level: Isolation,
): Deno.PermissionOptions {
  const checked = check(manifest.config, config ?? {});
  const filled = fill(manifest.permissions, checked.ok ? checked.value : {}, Deno.execPath());
  const granted: Permissions = level !== "process" && filled.ok ? filled.value : {};
  const code = level === "inline" ? [] : [filePath(project)];
  const children = level === "process" ? [Deno.execPath(), "/bin/sh"] : [];
  const list = (entries: readonly string[] = []) => entries.length > 0 ? [...entries] : false;
  return {
    net: list(granted.net),
    read: list([...granted.read ?? [], ...code]),
    write: list(granted.write),
    run: list([...granted.run ?? [], ...children]),
    env: list(granted.env),
    ffi: list(granted.ffi),
    sys: list(granted.sys) as false,
    import: false,
  };
}
