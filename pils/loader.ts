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
import { hiding } from "../metadata/hide.ts";
import { type Checked, DiagnosticError, problem } from "../metadata/diagnostic.ts";
import type { ChildOptions } from "./child.ts";
import type { LogLevel } from "./errors.ts";
import type { Find, Found } from "./found.ts";
import { fill } from "./grant.ts";
import { type Handler, handlerContract } from "./handler.ts";
import { Instance, type Managing } from "./instance.ts";
import { isolationOf } from "./isolation.ts";
import type { Loaded, Loader, LoadOptions, TreeNode } from "./loader_types.ts";
import type { Isolation, Permissions } from "./manifest.ts";
import { refusals } from "./policy.ts";
import { type Limits, usualLimits } from "./running.ts";
import { quietly } from "./within.ts";

/** What a daemon tells its loader; `ChildOptions` are for plugins in a process. */
export interface LoaderOptions extends Partial<ChildOptions> {
  /** Finds plugins: `inLocks`. */
  readonly find: Find;
  /** Takes a line of the log; `plugin` is the identity of whose line it is. */
  readonly log?: (level: LogLevel, text: string, plugin: string) => void;
  /** Kinds and plugins let into the daemon itself; see `isolation.ts`. */
  readonly inline?: readonly string[];
  /** Bounds that differ from `usualLimits`. */
  readonly limits?: Partial<Limits>;
}

/** Makes a loader. It holds nothing until it is asked to load. */
export function createLoader(options: LoaderOptions): Loader {
  return new PluginLoader(options);
}

/** Milliseconds by which a handler's deadline is shorter than its plugin's, so that it is named. */
const innerMarginMs = 50;

class PluginLoader implements Loader {
  readonly #options: LoaderOptions;
  readonly #limits: Limits;
  /** By identity, configuration and level: equal ones are one instance. */
  readonly #instances = new Map<string, Instance>();
  #lastInstance = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#limits = { ...usualLimits, ...options.limits };
  }

  async load<A>(id: string, asked: LoadOptions = {}): Promise<Loaded<A>> {
    if (this.#closing !== undefined) throw new Error(`Cannot load "${id}": the loader is closed`);
    const user = { ...asked };
    const deadlineAt = performance.now() + (user.deadlineMs ?? this.#limits.loadMs);
    const found = await this.#options.find(id);
    const checked = check(found.manifest.config, user.config ?? {}, { path: ["config"] });
    const config = valueOf(`Cannot configure "${id}"`, checked);
    const permissions = this.#granted(id, found, config);
    const isolation = this.#isolation(id, found, permissions, user.isolation);
    const key = JSON.stringify([id, isolation, config]);

    const old = this.#instances.get(key);
    if (old?.isClosing) await quietly(old.close()); // who closed it is told
    let instance = this.#instances.get(key);
    if (instance === undefined) {
      const { log = () => {}, denoPath = "" } = this.#options;
      const child = { ...this.#options, denoPath };
      const hide = hiding(found.manifest.config, config);
      const tell = (level: LogLevel, text: string) => log(level, hide(text), id);
      const kept = { limits: this.#limits, child, log: tell, hide };
      const wanted = { id, found, config, permissions, isolation, ...kept };
      instance = new Instance(wanted, ++this.#lastInstance, {
        managing: () => this.#managing(id, deadlineAt),
        gone: () => this.#instances.delete(key),
      });
      this.#instances.set(key, instance);
    }
    const taken = instance;
    // The handler has checked that the contract's methods are there.
    const api = await taken.acquire(deadlineAt, user) as A;
    let given = false;
    return {
      id,
      isolation,
      permissions,
      api,
      async [Symbol.asyncDispose]() {
        if (!given) await taken.release(user);
        given = true;
      },
    };
  }

  tree(): readonly TreeNode[] {
    const all = [...this.#instances.values()].flatMap((instance) => {
      const { wanted: { id, isolation, permissions }, number, references, loadMs } = instance;
      const restarts = instance.running?.restarts();
      if (restarts === undefined) return [];
      return [{ id, instance: number, isolation, permissions, references, loadMs, restarts }];
    });
    const isOf = (handler: string) => ({ id }: { id: string }) =>
      `handler/${kindOf(id)}` === handler;
    return all.filter(({ id }) => kindOf(id) === "handler").map((handler) => ({
      ...handler,
      children: all.filter(isOf(handler.id)).map((plugin) => ({ ...plugin, children: [] })),
    }));
  }

  close(): Promise<void> {
    return this.#closing ??= this.#closeAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The handler of a plugin's kind, loaded if it is not there yet. */
  async #managing(id: string, deadlineAt: number): Promise<Managing> {
    const kind = kindOf(id);
    if (kind === "handler") return { contract: handlerContract };
    const deadlineMs = deadlineAt - performance.now() - innerMarginMs;
    const handler = await this.load<Handler>(`handler/${kind}`, { deadlineMs }).catch((cause) => {
      throw new Error(`there is no working handler for kind "${kind}": ${cause.message}`, {
        cause,
      });
    });
    try {
      return { contract: await handler.api.contract(), handler };
    } catch (error) {
      await handler[Symbol.asyncDispose]();
      throw error;
    }
  }

  #granted(id: string, { manifest, allow }: Found, config: unknown): Permissions {
    const filled = fill(manifest.permissions, config, this.#options.denoPath);
    const permissions = valueOf(`Cannot grant "${id}" what it asks`, filled);
    const refused = refusals(id, permissions, allow);
    if (refused.length > 0) throw new DiagnosticError(`Cannot load "${id}"`, refused);
    return permissions;
  }

  #isolation(
    id: string,
    { manifest, shipped, isolation }: Found,
    permissions: Permissions,
    asked: Isolation | undefined,
  ): Isolation {
    const { inline = [], denoPath } = this.#options;
    const wishes = [manifest.isolation, isolation, asked];
    const level = isolationOf({ id, shipped, permissions, inline, wishes });
    if (level !== "process" || denoPath !== undefined) return level;
    throw new DiagnosticError(`Cannot load "${id}"`, [problem(
      ["isolation"],
      `it must be isolated as "${level}"`,
      "this daemon starts no process: it was not told where Deno is",
      "load it in a daemon that may, or let the operator inline it if it is shipped",
    )]);
  }

  /** In reverse order of loading; a plugin that fails to close never keeps another open. */
  async #closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (;;) {
      const last = [...this.#instances.values()].toSorted((a, b) => b.order - a.order)[0];
      if (last === undefined) break;
      await last.close().catch((error) => errors.push(error));
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("; "));
  }
}

function valueOf<T>(action: string, checked: Checked<T>): T {
  if (!checked.ok) throw new DiagnosticError(action, checked.diagnostics);
  return checked.value;
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}
