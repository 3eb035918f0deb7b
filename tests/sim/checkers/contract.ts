/**
 * The contract between a machine and the runtime (`daemons/runtime/machine.ts`), checked at every
 * step of every machine by a naive twin of the seat:
 *
 * - RUN1: a timer fires once, as it was armed last, never early, and not after `cancel`;
 * - RUN2: what is sent is sent in order, and after every `save` before it is on disk;
 * - RUN3: each `load` and each `call` with an id has one answer, and a fault is handed on;
 * - RUN4: a process that ends cleanly has asked each of its machines;
 * - RUN5: a plugin that was given back is closed, and no instance has two plugins;
 * - RUN6: a machine's time never goes back.
 *
 * @module
 */
import type { Effect, Event } from "../../../daemons/runtime/machine.ts";
import type { Message } from "../../../daemons/runtime/messages.ts";
import type { Fail } from "../observation.ts";

/** Timers may fire so much before the time they were armed for, in milliseconds: rounding. */
const roundingMs = 0.01;

/** The contract of one machine in one life. */
export class Contract {
  /** Faults that the machine was given. */
  faults = 0;
  /** It was asked to stop, or has stopped by itself. */
  asked = false;
  /** The date of the last event. */
  #at = -Infinity;
  readonly #who: string;
  readonly #fail: Fail;
  readonly #armed = new Map<string, number>();
  /** Effects that wait for a save before them. */
  readonly #waiting: Effect[] = [];
  #held = false;
  /** What was ordered to be sent and has not been. */
  readonly #toSend: Message[] = [];
  readonly #loading = new Map<string, number>();
  readonly #calls = new Map<string, number>();

  constructor(who: string, fail: Fail) {
    this.#who = who;
    this.#fail = fail;
  }

  /** The machine is given an event. */
  event(event: Event): void {
    if (event.at < this.#at) this.#broken("RUN6", `${event.type} is dated before the last event`);
    this.#at = event.at;
    switch (event.type) {
      case "timer": {
        const due = this.#armed.get(event.name);
        this.#armed.delete(event.name);
        if (due === undefined) this.#broken("RUN1", `timer ${event.name} fires but is not armed`);
        else if (event.at < due - roundingMs) {
          this.#broken("RUN1", `timer ${event.name} fires ${due - event.at} ms early`);
        }
        return;
      }
      case "loaded":
        this.#answered(this.#loading, event.instance, "load of");
        return;
      case "reply":
        this.#answered(this.#calls, event.id, "call");
        return;
      case "fault":
        this.faults++;
        return;
      case "stop":
        this.asked = true;
    }
  }

  /** The machine has ordered this in a step at `at`. */
  ordered(effects: readonly Effect[], at: number): void {
    for (const effect of effects) {
      if (this.#held || this.#waiting.length > 0) {
        if (effect.type !== "save" || effect.waits !== false) this.#waiting.push(effect);
      } else this.#perform(effect, at);
    }
  }

  /** The value that everything waits for is on disk. */
  saved(at: number): void {
    this.#held = false;
    while (!this.#held) {
      const effect = this.#waiting.shift();
      if (effect === undefined) return;
      this.#perform(effect, at);
    }
  }

  /** The runtime sends something for the machine. */
  sent(message: Message): void {
    if (this.#toSend.shift() === message) return;
    this.#broken("RUN2", `${message.type} is sent out of order, or before a save is on disk`);
  }

  #perform(effect: Effect, at: number): void {
    switch (effect.type) {
      case "save":
        if (effect.waits !== false) this.#held = true;
        return;
      case "timer":
        this.#armed.set(effect.name, at + effect.inMs);
        return;
      case "cancel":
        this.#armed.delete(effect.name);
        return;
      case "send":
        this.#toSend.push(effect.message);
        return;
      case "stopped":
        this.asked = true;
        return;
      case "load":
        this.#loading.set(effect.instance, (this.#loading.get(effect.instance) ?? 0) + 1);
        return;
      case "unload":
        // A load that was given up before its answer has none.
        this.#loading.delete(effect.instance);
        return;
      case "call":
        if (effect.id !== undefined) {
          this.#calls.set(effect.id, (this.#calls.get(effect.id) ?? 0) + 1);
        }
    }
  }

  #answered(open: Map<string, number>, name: string, what: string): void {
    const count = open.get(name) ?? 0;
    if (count === 0) this.#broken("RUN3", `${what} ${name} is answered but was not made`);
    else if (count === 1) open.delete(name);
    else open.set(name, count - 1);
  }

  #broken(invariant: string, text: string): void {
    this.#fail(invariant, `${this.#who}: ${text}`);
  }
}
