/**
 * One instance of a plugin: started on first use, shared by all users with the same configuration,
 * closed when the last user releases it.
 *
 * @module
 */
import { withCode } from "../metadata/code.ts";
import { choicesMethods, isMethodName } from "../metadata/facts.ts";
import { messageOf } from "../metadata/message_of.ts";
import { type Contract, type Handler, handlerContract } from "./handler.ts";
import { startInline } from "./inline.ts";
import type { Loaded, Loader, LoadOptions, TreeNode } from "./loader_types.ts";
import { apiVersion, type Isolation } from "./manifest.ts";
import type { Api } from "./plugin.ts";
import { connectProcess } from "./process.ts";
import { startRemote } from "./remote.ts";
import type { Order, Running, Wanted } from "./running.ts";
import { quietly } from "../metadata/within.ts";
import { connectWorker } from "./worker.ts";

const starts: Readonly<Record<Isolation, (order: Order) => Promise<Running>>> = {
  inline: startInline,
  worker: (order) => startRemote(order, connectWorker),
  process: (order) => startRemote(order, connectProcess),
};

/**
 * Milliseconds by which a handler's deadline is shorter than its plugin's, so that the error names
 * it.
 */
const innerMarginMs = 50;

/** See the head of the file. */
export class Instance {
  /**
   * Position in the order of starts, a handler's before its plugins'; closing uses the reverse
   * order.
   */
  number = Infinity;
  /** Resolves when its close is complete, if it has begun. */
  closed: Promise<void> | undefined;
  static #starts = 0;
  readonly #wanted: Wanted;
  readonly #loader: Loader;
  /** One entry for each reference. */
  readonly #users = new Set<LoadOptions>();
  /** The releases of all acquired parts, run in reverse. */
  readonly #ends = new AsyncDisposableStack();
  #loadMs = 0;
  #running: Running | undefined;
  #started: Promise<void> | undefined;

  /**
   * Nothing is started yet.
   * @param loader provides its handler
   * @param gone called once, when it has closed or failed to start
   */
  constructor(wanted: Wanted, loader: Loader, gone: () => void) {
    this.#wanted = wanted;
    this.#loader = loader;
    this.#ends.defer(gone);
  }

  /** Its line of `loader.tree()`; undefined while it does not run. */
  get line(): TreeNode | undefined {
    if (this.#running === undefined || this.closed !== undefined) return undefined;
    const { id, isolation, permissions } = this.#wanted;
    return {
      id,
      instance: this.number,
      isolation,
      permissions,
      references: this.#users.size,
      restarts: this.#running.restarts(),
      loadMs: this.#loadMs,
      children: [],
    };
  }

  /** Adds a reference, and starts the plugin with the first. */
  async acquire(deadlineAt: number, user: LoadOptions): Promise<Api> {
    this.#users.add(user);
    await (this.#started ??= this.#start(deadlineAt));
    if (this.#running === undefined) throw new Error(`"${this.#wanted.id}" is closed`);
    return this.#running.api;
  }

  /** Releases a reference, once, and closes the plugin with the last. */
  async release(user: LoadOptions): Promise<void> {
    if (this.#users.delete(user) && this.#users.size === 0) await this.close();
  }

  /** Closes it, even if it is still in use. Ends a start that is in progress first. */
  close(): Promise<void> {
    return this.closed ??= quietly(this.#started).then(() => this.#end());
  }

  async #start(deadlineAt: number): Promise<void> {
    const { id, found: { manifest }, isolation, limits, hide } = this.#wanted;
    const begun = performance.now();
    try {
      const handler = this.#ends.use(await this.#handler(deadlineAt));
      const kind = await handler?.api.contract() ?? handlerContract;
      negotiate(id, manifest.api, kind);
      const odd = [...kind.methods, ...kind.optional].find((name) => !isMethodName(name));
      if (odd !== undefined) throw new Error(`its handler names a method "${odd}"`);
      this.number = ++Instance.#starts;
      // In addition to its kind's methods: those that its own fields name for their choices.
      const optional = [...kind.optional, ...choicesMethods(manifest.config)];
      const leftMs = deadlineAt - performance.now();
      if (leftMs <= 0) throw new Error("no time was left to start it: its handler was slow");
      const running = await starts[isolation]({
        ...this.#wanted,
        contract: { ...kind, optional },
        deadlineMs: leftMs,
        onEmit: (event) => this.#users.forEach(({ onEmit }) => onEmit?.(event)),
        onFault: (fault) => this.#users.forEach(({ onFault }) => onFault?.(fault)),
      });
      this.#ends.defer(() => running.close(limits.closeMs));
      const missing = kind.methods.filter((name) => !running.methods.includes(name));
      if (missing.length > 0) {
        throw new Error(`it is no ${kind.api}: it lacks the method ${missing.join(", ")}`);
      }
      const { version, api } = manifest;
      const registration = { id, instance: this.number, version, api, methods: running.methods };
      await handler?.api.register(registration);
      this.#ends.defer(() => handler?.api.unregister(registration));
      this.#running = running;
      this.#loadMs = performance.now() - begun;
    } catch (error) {
      const ended = this.#end();
      this.closed ??= ended;
      await quietly(ended);
      throw new Error(`Cannot load "${id}": ${hide(messageOf(error))}`, { cause: error });
    }
  }

  /** The handler of its kind, loaded if it is not there yet; handlers themselves have none. */
  async #handler(deadlineAt: number): Promise<Loaded<Handler> | undefined> {
    const [kind] = this.#wanted.id.split("/");
    if (kind === "handler") return undefined;
    const deadlineMs = deadlineAt - performance.now() - innerMarginMs;
    try {
      return await this.#loader.load<Handler>(`handler/${kind}`, { deadlineMs });
    } catch (cause) {
      throw new Error(`no handler works for kind "${kind}": ${messageOf(cause)}`, { cause });
    }
  }

  async #end(): Promise<void> {
    this.#users.clear();
    this.#running = undefined;
    await this.#ends.disposeAsync().catch((cause) => {
      throw new Error(this.#wanted.hide(messageOf(cause)), { cause });
    });
  }
}

/** Compares a plugin's contract version with its handler's. */
function negotiate(id: string, api: string, { api: newest, oldest }: Contract): void {
  const asked = apiVersion(api) ?? 0;
  const why = `it is written for ${api}, and its handler serves`;
  if (asked > (apiVersion(newest) ?? 0)) {
    const fix = `upgrade the handler, or install an older version of "${id}"`;
    throw new Error(withCode("HA2008", `${why} up to ${newest}. Fix: ${fix}`));
  }
  if (asked < oldest) {
    const served = `${why} ${newest} and no older than ${oldest}`;
    throw new Error(withCode("HA2008", `${served}. Fix: install a newer version of "${id}"`));
  }
}
