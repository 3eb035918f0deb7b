/**
 * The seat of one machine in its process: what the machine orders is done here, in order over all
 * its steps. What follows a `save` waits until the value is on disk, while the machine itself goes
 * on taking events.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Host, HostStore, Timer } from "./host.ts";
import { Instances } from "./instances.ts";
import type { Effect, Event, Machine } from "./machine.ts";
import { StateError } from "./state_error.ts";

/** What a machine orders to be said. */
export type Send = Extract<Effect, { readonly type: "send" }>;

/** Milliseconds that a disk may take for one value: then its process ends, and is started again. */
export const saveMsMax = 60_000;
/** Milliseconds after which a disk that has not taken a value is logged. */
export const saveLateMs = 5_000;
/** Milliseconds until a disk that refused what nothing waits for is tried again. */
export const saveAgainMs = 10_000;

/** Whose seat it is, and what its process does for it. */
export interface SeatOptions {
  readonly machine: Machine;
  readonly host: Host;
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
  readonly #host: Host;
  readonly #store: HostStore | undefined;
  readonly #instances: Instances;
  readonly #timers = new Map<string, Timer>();
  /** The date of the last event. */
  #at = -Infinity;
  /** Saves under way, each with the end of the patience for it. */
  readonly #saving = new Set<Timer>();
  /** Effects that wait for a `save`. */
  readonly #effects: Effect[] = [];
  /** A `save` is under way. */
  #held = false;
  /** Values that nothing waits for, by key. */
  readonly #meanwhile = new Map<string, Uint8Array | undefined>();
  /** One of them is being written. */
  #writing = false;
  /** The disk has refused one of them: until then none is written. */
  #again: Timer | undefined;
  /** That was logged, and the disk has taken none since. */
  #refused = false;
  /** Ends the stop that was asked for, once the machine's `stopped` has come. */
  #answered: (() => void) | undefined;
  #hasStopped = false;
  #over = false;

  constructor(options: SeatOptions) {
    const { machine, host, give } = options;
    this.#options = options;
    this.#host = host;
    this.machine = machine;
    this.#store = host.store(machine.service);
    this.#instances = new Instances({ service: machine.service, host, give });
  }

  /** Whether nothing is given to the machine any more, and nothing it has ordered is done. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The event that begins the machine's life. */
  start(node: string): void {
    const host = this.#host;
    const saved = this.#store?.saved ?? new Map();
    this.#options.give({
      type: "start",
      at: host.now(),
      wallMs: host.wallMs(),
      seed: host.seed(),
      node,
      saved,
    });
  }

  /**
   * Gives the machine one event, and does what it orders. A machine's time never goes back: a timer that
   * fires a little early is dated when it was due, and what comes right after it is not dated before it.
   */
  step(event: Event): void {
    const at = this.#at = Math.max(this.#at, event.at);
    const dated = at === event.at ? event : { ...event, at };
    this.#order(this.machine.step(this.machine.state, dated, this.waiting > 0), at);
  }

  /** Asks the machine to stop, and ends it when it has, or when the time is over. */
  stop(deadlineMs: number, done: () => void): void {
    if (this.#over) return done();
    const finish = () => {
      this.#answered = undefined;
      late.cancel();
      this.end();
      done();
    };
    const late = this.#host.after(deadlineMs, () => {
      if (this.#answered !== finish) return;
      const text = `did not stop within ${deadlineMs} ms; ended all the same`;
      this.#host.log(this.machine.service, "warning", text);
      finish();
    });
    this.#answered = finish;
    if (this.#hasStopped) this.#leave();
    else this.#options.give({ type: "stop", at: this.#host.now() });
  }

  /** Ends it where it stands. */
  end(): void {
    this.#over = true;
    this.#effects.length = 0;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const late of this.#saving) late.cancel();
    this.#saving.clear();
    this.#again?.cancel();
    this.#instances.end();
  }

  /** The machine has stopped: a stop that was asked for ends when all is written. */
  #leave(): void {
    if (this.#hasStopped && !this.#writing) this.#answered?.();
  }

  /** Does what a step ordered, unless something before it waits. */
  #order(effects: readonly Effect[], at: number): void {
    let sentAt: number | undefined;
    for (const effect of effects) {
      if (this.#over) return;
      if (effect.type === "save" && effect.waits === false) {
        this.#meanwhile.set(effect.key, effect.value);
        this.#write(this.#storeFor(effect.key));
      } else if (effect.type === "save" || this.#held || this.#effects.length > 0) {
        this.#effects.push(effect);
      } else if (effect.type === "send") {
        // One after another, they are sent at once: the clock is asked for the first of them.
        this.#options.send(effect, sentAt ??= this.#host.now());
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
      this.#save(store, effect, true, (error) => {
        if (this.#over) return;
        if (error !== undefined) return this.#options.failed(error);
        this.#held = false;
        this.#drain(this.#host.now());
      });
    }
  }

  /**
   * Writes what nothing waits for, one value after another. A disk that does not take it does not end
   * the process: nobody was promised it, and a node need not leave its membership for its journal.
   */
  #write(store: HostStore): void {
    const [next] = this.#meanwhile;
    if (this.#writing || this.#again !== undefined || next === undefined) return;
    const [key, value] = next;
    // What comes meanwhile is set again, behind the others.
    this.#meanwhile.delete(key);
    this.#writing = true;
    this.#save(store, { key, value }, false, (error) => {
      this.#writing = false;
      if (this.#over) return;
      if (error instanceof StateError) this.#writeAgain(store, { key, value }, error);
      else if (error !== undefined) return this.#options.failed(error);
      else {
        if (this.#refused) {
          this.#host.log(this.machine.service, "info", "The disk takes values again");
        }
        this.#refused = false;
        this.#write(store);
      }
      this.#leave();
    });
  }

  /** The disk has refused a value: the latest of its key is tried again a while later. */
  #writeAgain(
    store: HostStore,
    { key, value }: { readonly key: string; readonly value: Uint8Array | undefined },
    { message }: StateError,
  ): void {
    if (!this.#meanwhile.has(key)) this.#meanwhile.set(key, value);
    if (!this.#refused) this.#host.log(this.machine.service, "err", message);
    this.#refused = true;
    this.#again = this.#host.after(saveAgainMs, () => {
      this.#again = undefined;
      if (!this.#over) this.#write(store);
    });
  }

  /**
   * A disk that neither takes a value nor refuses it would let the machine wait forever; where nothing
   * waits, that is only logged.
   */
  #save(
    store: HostStore,
    { key, value }: { readonly key: string; readonly value?: Uint8Array | undefined },
    waits: boolean,
    done: (error?: unknown) => void,
  ): void {
    const { service } = this.machine;
    let late: Timer;
    const wait = (inMs: number, run: () => void) => {
      late = this.#host.after(inMs, () => {
        this.#saving.delete(late);
        if (!this.#over) run();
      });
      this.#saving.add(late);
    };
    const tooLate = (afterMs: number): string =>
      withCode("HA9003", `"${key}" is not on disk after ${afterMs} ms. Fix: check the disk`);
    wait(saveLateMs, () => {
      this.#host.log(service, "err", tooLate(saveLateMs));
      if (!waits) return;
      wait(saveMsMax - saveLateMs, () => {
        const why = tooLate(saveMsMax);
        this.#options.failed(new StateError(why));
      });
    });
    store.save(key, value, (error) => {
      late.cancel();
      this.#saving.delete(late);
      done(error);
    }, waits);
  }

  #storeFor(key: string): HostStore {
    if (this.#store !== undefined) return this.#store;
    throw new Error(`"${this.machine.service}" saves "${key}" but has no store`);
  }

  #perform(effect: Exclude<Effect, { type: "save" }>, at: number): void {
    switch (effect.type) {
      case "send":
        this.#options.send(effect, this.#host.now());
        return;
      case "timer":
        this.#arm(effect.name, at + effect.inMs);
        return;
      case "cancel":
        this.#timers.get(effect.name)?.cancel();
        this.#timers.delete(effect.name);
        return;
      case "load":
        this.#instances.load(effect);
        return;
      case "unload":
        this.#instances.unload(effect.instance);
        return;
      case "call":
        this.#instances.call(effect);
        return;
      case "log":
        this.#host.log(this.machine.service, effect.level, effect.text);
        return;
      case "stopped":
        this.#hasStopped = true;
        this.#leave();
        this.#options.stopped(effect.exitCode ?? 0);
        return;
    }
  }

  /** Timers may fire a little early: `at` is never before what was asked for. */
  #arm(name: string, dueMs: number): void {
    this.#timers.get(name)?.cancel();
    const timer = this.#host.after(Math.max(0, dueMs - this.#host.now()), () => {
      // A host may let a timer slip through that was cancelled while it was due.
      if (this.#timers.get(name) !== timer) return;
      this.#timers.delete(name);
      const at = Math.max(this.#host.now(), dueMs);
      this.#options.give({ type: "timer", at, name });
    });
    this.#timers.set(name, timer);
  }
}
