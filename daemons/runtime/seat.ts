/**
 * The seat of one machine in its process: what the machine orders is done here, in order over all
 * its steps. What follows a `save` waits until the value is on disk, while the machine itself goes
 * on taking events.
 *
 * @module
 */
import type { Loader } from "../../pils/loader_types.ts";
import { type Builtins, Instances } from "./instances.ts";
import type { Log } from "./log.ts";
import type { Effect, Event, Machine } from "./machine.ts";
import type { Store } from "./store.ts";

/** What a machine orders to be said. */
export type Send = Extract<Effect, { readonly type: "send" }>;

/** Whose seat it is, and what its process does for it. */
export interface SeatOptions {
  readonly machine: Machine;
  readonly log: Log;
  /** Where `save` goes. Absent: the machine must not save. */
  readonly store: Store | undefined;
  readonly loader: Loader | undefined;
  readonly builtins: Builtins | undefined;
  /** Queues an event for the machine. */
  readonly give: (event: Event) => void;
  readonly send: (said: Send, at: number) => void;
  /** The machine has stopped, asked or not. */
  readonly stopped: (exitCode: number) => void;
  /** It cannot go on: our own mistake, or a disk that does not take what must be durable. */
  readonly failed: (error: unknown) => void;
}

/** See the head of the file. */
export class Seat {
  readonly machine: Machine;
  /** Events that wait for it. */
  waiting = 0;
  readonly #options: SeatOptions;
  readonly #instances: Instances;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Effects that wait for a `save`. */
  readonly #effects: Effect[] = [];
  /** A `save` is under way. */
  #held = false;
  /** Values that nothing waits for, by key. */
  readonly #meanwhile = new Map<string, Uint8Array | undefined>();
  /** They are being written. */
  #writing: Promise<void> | undefined;
  /** Whoever waits for the machine's `stopped`; it may have come unasked. */
  #answered: (() => void) | undefined;
  #hasStopped = false;
  #over = false;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.machine = options.machine;
    const { machine: { service }, log, loader, builtins, give } = options;
    const isOver = () => this.#over;
    this.#instances = new Instances({ service, log, loader, builtins, give, isOver });
  }

  /** Whether nothing is given to the machine any more, and nothing it has ordered is done. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Gives the machine one event, and does what it orders. */
  step(event: Event): void {
    this.#order(this.machine.step(this.machine.state, event, this.waiting > 0), event.at);
  }

  /** Asks the machine to stop, and ends it when it has, or when the time is over. */
  async stop(deadlineMs: number): Promise<void> {
    const { log, give } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    const answered = new Promise<void>((resolve) => {
      this.#answered = resolve;
      if (this.#hasStopped) resolve();
    });
    if (!this.#hasStopped) give({ type: "stop", at: performance.now() });
    const stopped = answered.then(() => this.#writing).then(() => true);
    if (!await Promise.race([stopped, late])) {
      const text = `did not stop within ${deadlineMs} ms; ended all the same`;
      log(this.machine.service, "warning", text);
    }
    clearTimeout(timer);
    this.end();
  }

  /** Ends it where it stands. */
  end(): void {
    this.#over = true;
    this.#effects.length = 0;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Does what a step ordered, unless something before it waits. */
  #order(effects: readonly Effect[], at: number): void {
    let sentAt: number | undefined;
    for (const effect of effects) {
      if (this.#over) return;
      if (effect.type === "save" && effect.waits === false) {
        this.#meanwhile.set(effect.key, effect.value);
        this.#writing ??= this.#write(this.#storeFor(effect.key)).catch(this.#options.failed);
      } else if (effect.type === "save" || this.#held || this.#effects.length > 0) {
        this.#effects.push(effect);
      } else if (effect.type === "send") {
        // One after another, they are sent at once: the clock is asked for the first of them.
        this.#options.send(effect, sentAt ??= performance.now());
      } else {
        sentAt = undefined;
        this.#perform(effect, at);
      }
    }
    if (this.#effects.length > 0) this.#drain(at);
  }

  #drain(at: number): void {
    while (!this.#held && !this.#over) {
      const effect = this.#effects.shift();
      if (effect === undefined) return;
      if (effect.type !== "save") {
        this.#perform(effect, at);
        continue;
      }
      const store = this.#storeFor(effect.key);
      this.#held = true;
      store.save(effect.key, effect.value).then(() => {
        this.#held = false;
        this.#drain(performance.now());
      }).catch(this.#options.failed);
    }
  }

  /** Writes what nothing waits for, one value after another. */
  async #write(store: Store): Promise<void> {
    try {
      for (const [key, value] of this.#meanwhile) {
        // Whatever comes meanwhile is set anew, behind the others.
        this.#meanwhile.delete(key);
        await store.save(key, value);
      }
    } finally {
      this.#writing = undefined;
    }
  }

  #storeFor(key: string): Store {
    const { store } = this.#options;
    if (store !== undefined) return store;
    throw new Error(`"${this.machine.service}" saves "${key}" but has no store`);
  }

  #perform(effect: Exclude<Effect, { type: "save" }>, at: number): void {
    switch (effect.type) {
      case "send":
        this.#options.send(effect, performance.now());
        return;
      case "timer":
        this.#arm(effect.name, at + effect.inMs);
        return;
      case "cancel":
        clearTimeout(this.#timers.get(effect.name));
        this.#timers.delete(effect.name);
        return;
      case "load":
        void this.#instances.load(effect);
        return;
      case "unload":
        void this.#instances.unload(effect.instance);
        return;
      case "call":
        this.#instances.call(effect);
        return;
      case "log":
        this.#options.log(this.machine.service, effect.level, effect.text);
        return;
      case "stopped":
        this.#hasStopped = true;
        this.#answered?.();
        this.#options.stopped(effect.exitCode ?? 0);
        return;
    }
  }

  /** Timers may fire up to a millisecond early: `at` is never before what was asked for. */
  #arm(name: string, dueMs: number): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        const at = Math.max(performance.now(), dueMs);
        this.#options.give({ type: "timer", at, name });
      }, Math.max(0, dueMs - performance.now())),
    );
  }
}
