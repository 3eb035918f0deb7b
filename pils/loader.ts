/**
 * The loader: from `kind/name` and a configuration to a running plugin, and back.
 *
 * @example
 * ```ts
 * const loader = createLoader({ pluginRoot: new URL("../plugins/", import.meta.url) });
 * await using sha1 = await loader.load<Auth>("auth/sha1", { config: { key: "secret" } });
 * sha1.api.sign(packet);
 * ```
 *
 * @module
 */
import { check } from "../metadata/check.ts";
import { DiagnosticError } from "../metadata/diagnostic.ts";
import { type Clock, machineClock } from "./clock.ts";
import { type Find, type Found, inFolder } from "./found.ts";
import { fill, refusals } from "./grant.ts";
import { type Contract, type Handler, handlerContract } from "./handler.ts";
import { Instance, type Managing } from "./instance.ts";
import { isolationOf, isolations } from "./isolation.ts";
import type { Loaded, Loader, LoadOptions, TreeNode } from "./loader_types.ts";
import type { Isolation, Permissions } from "./manifest.ts";
import type { LogLevel } from "./message.ts";
import { type Limits, usualLimits } from "./running.ts";

/** What a daemon tells its loader. */
export interface LoaderOptions {
  /** The folder of the plugins that come with the project. */
  readonly pluginRoot: URL;
  /** Takes a line of the log; `plugin` is the identity of whose line it is. */
  readonly log?: (level: LogLevel, text: string, plugin: string) => void;
  /** Absolute path of Deno for plugins in a process: `Deno.execPath()`. Also fills `{deno}`. */
  readonly denoPath?: string;
  /** Deno's cache folder, where it is not the usual one. */
  readonly denoDir?: string;
  /** Variables that every plugin in a process has, such as a mark by which its node is found. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The project's `deno.json`, for plugins in a process. */
  readonly configFile?: URL;
  /** Kinds and plugins let into the daemon itself; see `isolation.ts`. */
  readonly inline?: readonly string[];
  /** Levels this daemon can give; all three if left out. */
  readonly levels?: readonly Isolation[];
  /** The source of time; the machine's if left out. */
  readonly clock?: Clock;
  /** Bounds that differ from `usualLimits`. */
  readonly limits?: Partial<Limits>;
  /** Finds plugins otherwise than in `pluginRoot`. */
  readonly find?: Find;
}

/** Makes a loader. It holds nothing until it is asked to load. */
export function createLoader(options: LoaderOptions): Loader {
  return new PluginLoader(options);
}

/** Milliseconds by which a handler's deadline is shorter than its plugin's, so that it is named. */
const innerMarginMs = 50;

class PluginLoader implements Loader {
  readonly #options: LoaderOptions;
  readonly #find: Find;
  readonly #clock: Clock;
  readonly #limits: Limits;
  /** By identity, configuration and level: equal ones are one instance. */
  readonly #instances = new Map<string, Instance>();
  #lastInstance = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#find = options.find ?? inFolder(options.pluginRoot);
    this.#clock = options.clock ?? machineClock;
    this.#limits = { ...usualLimits, ...options.limits };
  }

  async load<A>(id: string, options: LoadOptions = {}): Promise<Loaded<A>> {
    const instance = await this.#acquire(id, options);
    let given = false;
    return {
      id,
      isolation: instance.isolation,
      permissions: instance.permissions,
      api: instance.api as A, // the handler has checked that the contract's methods are there
      async [Symbol.asyncDispose]() {
        if (given) return;
        given = true;
        await instance.release(options.onEmit, options.onFault);
      },
    };
  }

  tree(): readonly TreeNode[] {
    const all = [...this.#instances.values()].filter((instance) => instance.isReady);
    const node = (instance: Instance): TreeNode => ({
      id: instance.id,
      instance: instance.number,
      isolation: instance.isolation,
      permissions: instance.permissions,
      references: instance.references,
      loadMs: instance.loadMs,
      children: all.filter((other) => `handler/${kindOf(other.id)}` === instance.id).map(node),
    });
    return all.filter((instance) => kindOf(instance.id) === "handler").map(node);
  }

  close(): Promise<void> {
    return this.#closing ??= this.#closeAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #acquire(id: string, options: LoadOptions): Promise<Instance> {
    if (this.#closing !== undefined) throw new Error(`Cannot load "${id}": the loader is closed`);
    const deadlineAt = this.#clock.now() + (options.deadlineMs ?? this.#limits.loadMs);
    const found = await this.#find(id);
    const config = configured(id, found, options.config);
    const permissions = this.#granted(id, found, config);
    const isolation = this.#isolation(id, found, permissions, options.isolation);
    const key = JSON.stringify([id, isolation, config]);

    let instance = this.#instances.get(key);
    if (instance?.isClosing) {
      await instance.close().catch(() => {}); // who closed it is told
      instance = this.#instances.get(key);
    }
    if (instance === undefined) {
      instance = new Instance({
        found,
        number: ++this.#lastInstance,
        config,
        permissions,
        isolation,
        process: {
          denoPath: this.#options.denoPath ?? "",
          denoDir: this.#options.denoDir,
          environment: this.#options.environment,
          configFile: this.#options.configFile ?? new URL("../deno.json", import.meta.url),
        },
        clock: this.#clock,
        limits: this.#limits,
        log: (level, text) => this.#options.log?.(level, text, id),
        managing: () => this.#managing(id, deadlineAt),
        gone: () => this.#instances.delete(key),
      });
      this.#instances.set(key, instance);
    }
    await instance.acquire(deadlineAt, options.onEmit, options.onFault);
    return instance;
  }

  /** The handler of a plugin's kind, loaded if it is not there yet. */
  async #managing(id: string, deadlineAt: number): Promise<Managing> {
    const kind = kindOf(id);
    if (kind === "handler") return { contract: handlerContract };
    const deadlineMs = deadlineAt - this.#clock.now() - innerMarginMs;
    let handler: Loaded<Handler>;
    try {
      handler = await this.load<Handler>(`handler/${kind}`, { deadlineMs });
    } catch (error) {
      throw new Error(`Cannot load "${id}": there is no working handler for kind "${kind}"`, {
        cause: error,
      });
    }
    try {
      const contract: Contract = await handler.api.contract();
      return { contract, handler };
    } catch (error) {
      await handler[Symbol.asyncDispose]();
      throw error;
    }
  }

  #granted(id: string, { manifest, allow }: Found, config: unknown): Permissions {
    const filled = fill(manifest.permissions, config, this.#options.denoPath);
    if (!filled.ok) {
      throw new DiagnosticError(`Cannot grant "${id}" what it asks`, filled.diagnostics);
    }
    const refused = refusals(id, filled.value, allow);
    if (refused.length > 0) throw new DiagnosticError(`Cannot load "${id}"`, refused);
    return filled.value;
  }

  #isolation(
    id: string,
    { manifest, shipped, isolation }: Found,
    permissions: Permissions,
    asked: Isolation | undefined,
  ): Isolation {
    const { inline = [], levels = isolations, denoPath } = this.#options;
    const level = isolationOf({
      id,
      shipped,
      permissions,
      inline,
      wishes: [manifest.isolation, isolation, asked],
    });
    if (!levels.includes(level) || (level === "process" && denoPath === undefined)) {
      throw new DiagnosticError(`Cannot load "${id}"`, [{
        severity: "error",
        path: ["isolation"],
        what: `it must be isolated as "${level}"`,
        why: levels.includes(level)
          ? "this daemon was not told where Deno is"
          : `this daemon gives ${levels.join(" and ")} only`,
        mend: "load it in a daemon that may, or let the operator inline it if it is shipped",
      }]);
    }
    return level;
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

function configured(id: string, { manifest }: Found, input: unknown): unknown {
  const checked = check(manifest.config, input ?? {}, { path: ["config"] });
  if (!checked.ok) throw new DiagnosticError(`Cannot configure "${id}"`, checked.diagnostics);
  return checked.value;
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}
