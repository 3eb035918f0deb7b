/**
 * Runs a kind's conformance suite on one plugin, each clause as a test under the permissions of the
 * plugin's own manifest, filled with an example configuration, and under no other.
 *
 * @module
 */
import { check } from "../metadata/check.ts";
import { DiagnosticError } from "../metadata/diagnostic.ts";
import type { Field } from "../metadata/field.ts";
import { machineClock, within } from "./clock.ts";
import type { Clause, Opened } from "./conformance.ts";
import { fill } from "./grant.ts";
import type { Manifest, Permissions } from "./manifest.ts";
import type { Host } from "./plugin.ts";

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
  /** Clauses that do not apply to this plugin, each with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** Where who reads a test without running it finds the first example configuration. */
const example = Symbol.for("pils.example");

/** Registers one test for each clause. */
export function conform<A, G = unknown>(
  clauses: readonly Clause<A, G>[],
  subject: Subject<A, G>,
): void {
  const { manifest, config = {}, skip = {} } = subject;
  const id = `${manifest.kind}/${manifest.name}`;
  const permissions = testPermissions(subject);
  Reflect.set(globalThis, example, Reflect.get(globalThis, example) ?? config);
  for (const clause of clauses) {
    const reason = skip[clause.id];
    Deno.test({
      name: `${id} ${clause.id}: ${clause.says}${reason === undefined ? "" : ` (not: ${reason})`}`,
      ignore: reason !== undefined,
      permissions,
      fn: () =>
        clause.check({
          config: subject.config ?? {},
          given: subject.given as G, // the plugin's test gives it where the suite's type asks
          open: (change) => open(subject, change),
        }),
    });
  }
}

/** Opens a plugin inline, as a clause's trial does. */
async function open<A, G>(
  { manifest, plugin, config }: Subject<A, G>,
  change?: Readonly<Record<string, unknown>>,
): Promise<Opened<A>> {
  const checked = check(manifest.config, { ...config, ...change }, { path: ["config"] });
  if (!checked.ok) {
    throw new DiagnosticError(`Cannot configure "${manifest.kind}/${manifest.name}"`, [
      ...checked.diagnostics,
    ]);
  }
  const events: unknown[] = [];
  const waiting = new Set<(event: unknown) => void>();
  const api = await plugin(checked.value, {
    emit(event: unknown) {
      events.push(event);
      for (const tell of waiting) tell(event);
    },
    log: () => {},
  });
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
      return await within(machineClock, withinMs, found.promise, none)
        .finally(() => waiting.delete(tell));
    },
    async [Symbol.asyncDispose]() {
      const { close } = api as { readonly close?: () => unknown };
      await close?.call(api);
    },
  };
}

/** The grant, as a test's permissions; what is not granted is denied. */
function testPermissions<A, G>({ manifest, config }: Subject<A, G>): Deno.PermissionOptions {
  const checked = check(manifest.config, config ?? {});
  const filled = fill(manifest.permissions, checked.ok ? checked.value : {}, Deno.execPath());
  const granted: Permissions = filled.ok ? filled.value : {};
  const list = (entries: readonly string[] | undefined) => entries?.length ? [...entries] : false;
  return {
    net: list(granted.net),
    read: list(granted.read),
    write: list(granted.write),
    run: list(granted.run),
    env: list(granted.env),
    ffi: list(granted.ffi),
    sys: list(granted.sys) as false,
    import: false,
  };
}
