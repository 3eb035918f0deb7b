/**
 * The loader: from `kind/name` and a configuration to a running plugin, and back.
 *
 * @example
 * ```ts
 * const loader = createLoader({ find: inLocks(new URL("../plugins/plugins.lock.json", here)) });
 * await using sha1 = await loader.load<Auth>("auth/sha1", { config: { key: "secret" } });
 * sha1.api.sign(packet);
 * ```
 *
 * @module
 */
import { check } from "../metadata/check.ts";
import { type Hide, hiding, hidingIn } from "../metadata/hide.ts";
import { DiagnosticError, problem, valueOrThrow } from "../metadata/diagnostic.ts";
import type { ChildOptions } from "./child.ts";
import type { LogLevel } from "./errors.ts";
import type { Find } from "./found.ts";
import { fill } from "./grant.ts";
import { Instance } from "./instance.ts";
import { isolationOf } from "./isolation.ts";
import type { Loaded, Loader, LoadOptions, TreeNode } from "./loader_types.ts";
import { refusals } from "../metadata/policy.ts";
import { type Limits, usualLimits, type Wanted } from "./running.ts";
import { quietly } from "../metadata/within.ts";

/** The options of a loader; `ChildOptions` are for plugins in a process. */
export interface LoaderOptions extends Partial<ChildOptions> {
  /** Finds plugins: `inLocks`. */
  readonly find: Find;
  /** Receives a line of the log; `plugin` is the identity of its author. */
  readonly log?: (level: LogLevel, text: string, plugin: string) => void;
  /**
   * Receives the function that hides the secrets of a configuration, before the plugin gets that.
   */
  readonly onSecrets?: (hide: Hide) => void;
  /** Kinds and plugins allowed inside the daemon; see `isolation.ts`. */
  readonly inline?: readonly string[];
  /** Bounds that differ from `usualLimits`. */
  readonly limits?: Partial<Limits>;
}

/** Creates a loader. It acquires nothing before the first load. */
export function createLoader(options: LoaderOptions): Loader {
  const limits: Limits = { ...usualLimits, ...options.limits };
  /** By identity, level and configuration: equal ones are one instance. */
  const instances = new Map<string, Instance>();
  let closing: Promise<void> | undefined;
  const close = () => closing ??= closeAll(instances);
  const tree = () => treeOf(instances.values());
  const loader: Loader = { load, tree, close, [Symbol.asyncDispose]: close };
  return loader;

  async function load<A>(id: string, asked: LoadOptions = {}): Promise<Loaded<A>> {
    const user = { ...asked };
    const deadlineAt = performance.now() + (user.deadlineMs ?? limits.loadMs);
    const wanted = await wantedOf(id, user, options, limits);
    const { isolation, permissions, config } = wanted;
    const key = JSON.stringify([id, isolation, config]);
    // The caller of close gets the error. From the last look on nothing waits: it cannot close in
    // between.
    while (instances.get(key)?.closed) await quietly(instances.get(key)?.closed);
    if (closing !== undefined) throw new Error(`Cannot load "${id}": the loader is closed`);
    const instance = instances.getOrInsertComputed(
      key,
      () => new Instance(wanted, loader, () => instances.delete(key)),
    );
    // The handler has checked that the contract's methods exist.
    const api = await instance.acquire(deadlineAt, user) as A;
    const release = () => instance.release(user);
    return { id, isolation, permissions, api, [Symbol.asyncDispose]: release };
  }
}

/** A plugin ready for loading: its configuration checked, its grant filled, its level chosen. */
async function wantedOf(
  id: string,
  asked: LoadOptions,
  options: LoaderOptions,
  limits: Limits,
): Promise<Wanted> {
  const { find, log: write = () => {}, inline = [], denoPath } = options;
  const found = await find(id);
  const { manifest, shipped, allow } = found;
  const checked = check(manifest.config, asked.config ?? {}, { path: ["config"] });
  const config = valueOrThrow(`Cannot configure "${id}"`, checked);
  const filled = fill(manifest.permissions, config, denoPath);
  const permissions = valueOrThrow(`Cannot grant "${id}" its permissions`, filled);
  const wishes = [manifest.isolation, found.isolation, asked.isolation];
  const isolation = isolationOf({ id, shipped, permissions, inline, wishes });
  const refused = refusals(id, permissions, allow);
  if (isolation === "process" && denoPath === undefined) {
    refused.push(problem(
      ["isolation"],
      `it must be isolated as "${isolation}"`,
      "this daemon cannot start processes, since it does not know where Deno is",
      "load it in a daemon that can, or let the operator inline it if it is shipped",
      "HA2017",
    ));
  }
  if (refused.length > 0) throw new DiagnosticError(`Cannot load "${id}"`, refused);
  const hide = hiding(manifest.config, config);
  options.onSecrets?.(hide);
  const hideIn = hidingIn(manifest.config, config);
  const child = { ...options, denoPath: denoPath ?? "" };
  const log = (level: LogLevel, text: string) => write(level, hide(text), id);
  return { id, found, config, permissions, isolation, limits, child, log, hide, hideIn };
}

/** Handlers, each with its plugins. */
function treeOf(instances: Iterable<Instance>): readonly TreeNode[] {
  const all = [...instances].flatMap(({ line }) => line ?? []);
  return all.filter(({ id }) => id.startsWith("handler/")).map((handler) => {
    const kind = handler.id.slice("handler/".length);
    const children = all.filter(({ id }) => id.startsWith(`${kind}/`));
    return { ...handler, children };
  });
}

/** In reverse order of loading; a plugin that fails to close does not keep another one open. */
async function closeAll(instances: ReadonlyMap<string, Instance>): Promise<void> {
  const errors: unknown[] = [];
  for (;;) {
    const [last] = [...instances.values()].toSorted((a, b) => b.number - a.number);
    if (last === undefined) break;
    await last.close().catch((error) => errors.push(error));
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("; "));
}
