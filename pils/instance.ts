/**
 * One instance of a plugin: started when it is first wanted, shared by all who want the same,
 * closed when the last has given it back.
 *
 * @module
 */
import type { ChildOptions } from "./child.ts";
import type { Clock } from "./clock.ts";
import type { Found } from "./found.ts";
import { apiVersion, type Contract, type Handler, type Registration } from "./handler.ts";
import { startInline } from "./inline.ts";
import type { Loaded, PluginFault } from "./loader_types.ts";
import type { Isolation, Permissions } from "./manifest.ts";
import type { LogLevel } from "./message.ts";
import type { Api } from "./plugin.ts";
import { connectProcess } from "./process.ts";
import { startRemote } from "./remote.ts";
import type { Limits, Order, Running } from "./running.ts";
import { connectWorker } from "./worker.ts";

/** What manages an instance: its kind's contract and, but for handlers themselves, its handler. */
export interface Managing {
  readonly contract: Contract;
  readonly handler?: Loaded<Handler>;
}

/** All that makes an instance. */
export interface InstanceOptions {
  readonly found: Found;
  readonly number: number;
  readonly config: unknown;
  readonly permissions: Permissions;
  readonly isolation: Isolation;
  readonly process: ChildOptions;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly log: (level: LogLevel, text: string) => void;
  /** Takes a reference to the handler. */
  readonly managing: () => Promise<Managing>;
  /** Called once, when it is closed or could not start. */
  readonly gone: () => void;
}

type OnEmit<E = never> = ((event: E) => void) | undefined;
type OnFault = ((fault: PluginFault) => void) | undefined;

/** See the head of the file. */
export class Instance {
  readonly id: string;
  readonly number: number;
  readonly permissions: Permissions;
  readonly isolation: Isolation;
  /** Milliseconds that its start took. */
  loadMs = 0;
  /** Users it has. */
  references = 0;
  /** Place in the order of starts that came to their end; the close goes the other way. */
  order = Infinity;

  static #starts = 0;
  readonly #options: InstanceOptions;
  readonly #emits: ((event: unknown) => void)[] = [];
  readonly #faults: ((fault: PluginFault) => void)[] = [];
  #managing: Managing | undefined;
  #running: Running | undefined;
  #started: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
    const { kind, name } = options.found.manifest;
    this.id = `${kind}/${name}`;
    this.number = options.number;
    this.permissions = options.permissions;
    this.isolation = options.isolation;
  }

  /** Whether it can be used. */
  get isReady(): boolean {
    return this.#running !== undefined && !this.isClosing;
  }

  get isClosing(): boolean {
    return this.#closed !== undefined;
  }

  /** The plugin's methods. */
  get api(): Api {
    if (this.#running === undefined) throw new Error(`"${this.id}" is not started`);
    return this.#running.api;
  }

  /** Takes a reference, and starts the plugin with the first. */
  async acquire(deadlineAt: number, onEmit: OnEmit, onFault: OnFault): Promise<void> {
    this.references++;
    // The daemon that loads a plugin names the type of its events; nothing here looks into them.
    if (onEmit !== undefined) this.#emits.push(onEmit as (event: unknown) => void);
    if (onFault !== undefined) this.#faults.push(onFault);
    await (this.#started ??= this.#start(deadlineAt));
  }

  /** Gives a reference back, and closes the plugin with the last. */
  async release(onEmit: OnEmit, onFault: OnFault): Promise<void> {
    remove(this.#emits, onEmit);
    remove(this.#faults, onFault);
    if (--this.references <= 0) await this.close();
  }

  /** Closes it whoever still uses it. Ends its start first, if that is under way. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #start(deadlineAt: number): Promise<void> {
    const { clock, found } = this.#options;
    const begun = clock.now();
    try {
      this.#managing = await this.#options.managing();
      const { contract, handler } = this.#managing;
      negotiate(this.id, found.manifest.api, contract);
      const order = this.#orderFor(contract, deadlineAt - clock.now());
      this.#running = await this.#startAtLevel(order);
      const missing = contract.methods.filter((name) => !this.#running?.methods.includes(name));
      if (missing.length > 0) {
        throw new Error(
          `"${this.id}" does not keep ${contract.api}: it has no method ${missing.join(", ")}`,
        );
      }
      await handler?.api.register(this.#registration());
      this.loadMs = clock.now() - begun;
      this.order = ++Instance.#starts;
    } catch (error) {
      this.#closed = this.#giveBack(false);
      await this.#closed.catch(() => {});
      throw new Error(`Cannot load "${this.id}": ${messageOf(error)}`, { cause: error });
    }
  }

  async #startAtLevel(order: Order): Promise<Running> {
    switch (this.isolation) {
      case "inline":
        return await startInline(order);
      case "worker":
        return await startRemote(order, connectWorker);
      case "process":
        return await startRemote(order, connectProcess(this.#options.process));
    }
  }

  #orderFor(contract: Contract, deadlineMs: number): Order {
    const { found, config, permissions, clock, limits, log } = this.#options;
    return {
      id: this.id,
      entry: found.entry,
      code: found.code,
      sources: found.sources,
      config,
      permissions,
      contract,
      deadlineMs,
      clock,
      limits,
      log,
      onEmit: (event) => this.#emits.forEach((tell) => tell(event)),
      onFault: (fault) => this.#faults.forEach((tell) => tell(fault)),
    };
  }

  async #close(): Promise<void> {
    await this.#started?.catch(() => {});
    await this.#giveBack(true);
  }

  /** Ends what there is, the plugin first, then the reference to its handler. */
  async #giveBack(registered: boolean): Promise<void> {
    const { limits, gone } = this.#options;
    const running = this.#running;
    this.#running = undefined;
    this.#emits.length = 0;
    this.#faults.length = 0;
    try {
      await running?.close(limits.closeMs);
    } finally {
      try {
        if (registered) await this.#managing?.handler?.api.unregister(this.#registration());
      } finally {
        gone();
        await this.#managing?.handler?.[Symbol.asyncDispose]();
      }
    }
  }

  #registration(): Registration {
    const { version, api } = this.#options.found.manifest;
    const methods = this.#running?.methods ?? [];
    return { id: this.id, instance: this.number, version, api, methods };
  }
}

/** Holds a plugin's contract version against its handler's. */
function negotiate(id: string, api: string, { api: newest, oldest }: Contract): void {
  const asked = apiVersion(api) ?? 0;
  if (asked > (apiVersion(newest) ?? 0)) {
    throw new Error(
      `it is written for ${api}, and its handler serves up to ${newest}. ` +
        `Mend: upgrade the handler, or install an older version of "${id}"`,
    );
  }
  if (asked < oldest) {
    throw new Error(
      `it is written for ${api}, and its handler serves ${newest} and no older than ${oldest}. ` +
        `Mend: install a newer version of "${id}"`,
    );
  }
}

function remove<T>(list: T[], item: unknown): void {
  const at = list.findIndex((other) => other === item);
  if (at >= 0) list.splice(at, 1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
