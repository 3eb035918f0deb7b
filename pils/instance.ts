/**
 * One instance of a plugin: started when it is first wanted, shared by all who want the same,
 * closed when the last has given it back.
 *
 * @module
 */
import { choicesMethods } from "../metadata/facts.ts";
import { messageOf } from "./errors.ts";
import type { Contract, Handler, Registration } from "./handler.ts";
import { startInline } from "./inline.ts";
import type { Loaded, LoadOptions } from "./loader_types.ts";
import { apiVersion, type Isolation } from "./manifest.ts";
import type { Api } from "./plugin.ts";
import { connectProcess } from "./process.ts";
import { startRemote } from "./remote.ts";
import type { Order, Running, Wanted } from "./running.ts";
import { quietly } from "./within.ts";
import { connectWorker } from "./worker.ts";

/** What manages an instance: its kind's contract and, but for handlers themselves, its handler. */
export interface Managing {
  readonly contract: Contract;
  readonly handler?: Loaded<Handler>;
}

/** What an instance asks of its loader. */
export interface Owner {
  /** Takes a reference to the handler. */
  readonly managing: () => Promise<Managing>;
  /** Called once, when it is closed or could not start. */
  readonly gone: () => void;
}

const starts: Readonly<Record<Isolation, (order: Order) => Promise<Running>>> = {
  inline: startInline,
  worker: (order) => startRemote(order, connectWorker),
  process: (order) => startRemote(order, connectProcess),
};

/** See the head of the file. */
export class Instance {
  readonly wanted: Wanted;
  /** Never used twice by a loader. */
  readonly number: number;
  /** Milliseconds that its start took. */
  loadMs = 0;
  /** Place in the order of starts that came to their end; the close goes the other way. */
  order = Infinity;
  static #starts = 0;
  readonly #owner: Owner;
  /** One entry for each reference. */
  readonly #users: LoadOptions[] = [];
  #managing: Managing | undefined;
  #running: Running | undefined;
  #started: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(wanted: Wanted, number: number, owner: Owner) {
    this.wanted = wanted;
    this.number = number;
    this.#owner = owner;
  }

  /** Users it has. */
  get references(): number {
    return this.#users.length;
  }

  /** It as it runs; undefined before and after that. */
  get running(): Running | undefined {
    return this.isClosing ? undefined : this.#running;
  }

  get isClosing(): boolean {
    return this.#closed !== undefined;
  }

  /** Takes a reference, and starts the plugin with the first. */
  async acquire(deadlineAt: number, user: LoadOptions): Promise<Api> {
    this.#users.push(user);
    await (this.#started ??= this.#start(deadlineAt));
    if (this.#running === undefined) throw new Error(`"${this.wanted.id}" is closed`);
    return this.#running.api;
  }

  /** Gives a reference back, and closes the plugin with the last. */
  async release(user: LoadOptions): Promise<void> {
    const at = this.#users.indexOf(user);
    if (at >= 0) this.#users.splice(at, 1);
    if (this.#users.length === 0) await this.close();
  }

  /** Closes it whoever still uses it. Ends its start first, if that is under way. */
  close(): Promise<void> {
    return this.#closed ??= (this.#started ?? Promise.resolve()).then(
      () => this.#giveBack(true),
      () => this.#giveBack(false),
    );
  }

  async #start(deadlineAt: number): Promise<void> {
    const { id, found, isolation } = this.wanted;
    const begun = performance.now();
    try {
      this.#managing = await this.#owner.managing();
      const { contract: kind, handler } = this.#managing;
      negotiate(id, found.manifest.api, kind);
      // Beside its kind's methods, those that its own fields name for their choices.
      const optional = [...kind.optional, ...choicesMethods(found.manifest.config)];
      const contract = { ...kind, optional };
      this.#running = await starts[isolation]({
        ...this.wanted,
        contract,
        deadlineMs: deadlineAt - performance.now(),
        onEmit: (event) => this.#users.forEach(({ onEmit }) => onEmit?.(event)),
        onFault: (fault) => this.#users.forEach(({ onFault }) => onFault?.(fault)),
      });
      const { methods } = this.#running;
      const missing = contract.methods.filter((name) => !methods.includes(name));
      if (missing.length > 0) {
        throw new Error(`it does not keep ${contract.api}: it has no method ${missing.join(", ")}`);
      }
      await handler?.api.register(this.#registration(methods));
      this.loadMs = performance.now() - begun;
      this.order = ++Instance.#starts;
    } catch (error) {
      // Who closes it meanwhile waits for this end, and gives back then.
      if (this.#closed === undefined) await quietly(this.#closed = this.#giveBack(false));
      throw new Error(`Cannot load "${id}": ${messageOf(error)}`, { cause: error });
    }
  }

  /** Ends what there is, the plugin first, then the reference to its handler. */
  async #giveBack(registered: boolean): Promise<void> {
    const running = this.#running;
    const handler = this.#managing?.handler;
    this.#running = undefined;
    this.#users.length = 0;
    try {
      await running?.close(this.wanted.limits.closeMs);
    } finally {
      try {
        if (registered) await handler?.api.unregister(this.#registration(running?.methods ?? []));
      } finally {
        this.#owner.gone();
        await handler?.[Symbol.asyncDispose]();
      }
    }
  }

  #registration(methods: readonly string[]): Registration {
    const { id, found: { manifest: { version, api } } } = this.wanted;
    return { id, instance: this.number, version, api, methods };
  }
}

/** Holds a plugin's contract version against its handler's. */
function negotiate(id: string, api: string, { api: newest, oldest }: Contract): void {
  const asked = apiVersion(api) ?? 0;
  const clash = `it is written for ${api}, and its handler serves`;
  if (asked > (apiVersion(newest) ?? 0)) {
    const mend = `upgrade the handler, or install an older version of "${id}"`;
    throw new Error(`${clash} up to ${newest}. Mend: ${mend}`);
  }
  if (asked < oldest) {
    const mend = `install a newer version of "${id}"`;
    throw new Error(`${clash} ${newest} and no older than ${oldest}. Mend: ${mend}`);
  }
}
