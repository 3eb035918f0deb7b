/**
 * The driver of the simulated world: runs the machines of one process exactly as
 * `daemons/runtime/run.ts` does, but on simulated disks, clocks and plugins.
 *
 * The effects of a machine run in order over all its steps; what follows a `save` waits until the
 * simulated fsync is over. Messages within a process are a queue that is run dry at once.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type { Address, Effect, Event, Machine, Result } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import type { Scheduled } from "./kernel.ts";
import type { SimNode } from "./node.ts";
import { failed, type SimPlugin } from "./sim_plugin.ts";

/** Ways to plant a bug in the driver itself. */
export interface DriverBugs {
  /** Effects do not wait for the fsync of a `save` before them. */
  readonly skipFsync?: boolean;
}

/** Events that machines of one process may owe each other at once at most. */
export const eventQueueMax = 100_000;

type Save = Extract<Effect, { type: "save" }>;

interface Seat {
  readonly machine: Machine;
  /** Effects that wait for a save before them. */
  readonly effects: Effect[];
  held: boolean;
  /** Values that nothing waits for, by key. */
  readonly meanwhile: Map<string, Uint8Array | undefined>;
  /** One of them is being written. */
  writing: boolean;
  readonly timers: Map<string, Scheduled>;
  readonly instances: Map<string, SimPlugin | "loading">;
}

/** A running process of machines on a simulated node. */
export class SimProcess {
  readonly name: string;
  readonly node: SimNode;
  over = false;
  readonly #bugs: DriverBugs;
  readonly #seats = new Map<string, Seat>();
  #queue: { readonly seat: Seat; readonly event: Event }[] = [];
  #stepping = false;

  constructor(node: SimNode, name: string, machines: readonly Machine[], bugs: DriverBugs = {}) {
    this.name = name;
    this.node = node;
    this.#bugs = bugs;
    for (const machine of machines) {
      this.#seats.set(machine.service, {
        machine,
        effects: [],
        held: false,
        meanwhile: new Map(),
        writing: false,
        timers: new Map(),
        instances: new Map(),
      });
    }
  }

  /** The services of this process. */
  get services(): readonly string[] {
    return [...this.#seats.keys()];
  }

  /** A machine's state, for tests that want to look at it. */
  state(service: string): unknown {
    return this.#seats.get(service)?.machine.state;
  }

  /** Gives every machine its `start`. */
  start(): void {
    const { node } = this;
    for (const seat of this.#seats.values()) {
      this.#give(seat, {
        type: "start",
        at: node.ms,
        wallMs: node.clock.wallMs(node.world.kernel.nowUs),
        seed: node.world.random.next(),
        node: node.name,
        saved: node.disk.saved(seat.machine.service),
      });
    }
  }

  /** Asks every machine to end in good order. */
  stop(): void {
    for (const seat of this.#seats.values()) this.#give(seat, { type: "stop", at: this.node.ms });
  }

  /** The process dies: nothing that it began is answered. */
  kill(): void {
    this.over = true;
    for (const seat of this.#seats.values()) {
      for (const timer of seat.timers.values()) this.node.world.kernel.cancel(timer);
      seat.timers.clear();
      for (const plugin of seat.instances.values()) if (plugin !== "loading") plugin.close?.();
      seat.instances.clear();
      seat.effects.length = 0;
    }
  }

  /** Another process's service came or went. */
  peer(service: string, up: boolean): void {
    for (const seat of this.#seats.values()) {
      this.#give(seat, { type: "peer", at: this.node.ms, service, up });
    }
  }

  /** A message for one of the machines. */
  deliver(service: string, from: Address & { readonly node: string }, message: Message): void {
    const seat = this.#seats.get(service);
    if (seat) this.#give(seat, { type: "message", at: this.node.ms, from, message });
  }

  #give(seat: Seat, event: Event): void {
    if (this.over) return;
    if (this.#queue.length >= eventQueueMax) {
      throw new RangeError(`${this.node.name} ${this.name}: more than ${eventQueueMax} events`);
    }
    this.#queue.push({ seat, event });
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = 0; next < this.#queue.length && !this.over; next++) {
        const { seat, event } = this.#queue[next]!;
        this.#step(seat, event);
        if (next === 1023) {
          this.#queue.splice(0, next + 1);
          next = -1;
        }
      }
    } finally {
      this.#queue.length = 0;
      this.#stepping = false;
    }
  }

  #step(seat: Seat, event: Event): void {
    const { world, name: node } = this.node;
    const { service } = seat.machine;
    world.traceEvent(node, service, event);
    if (event.type === "message" && world.observed) {
      const { from, message } = event;
      world.observe({ type: "received", node, service, from, message });
    }
    let effects: readonly Effect[];
    try {
      effects = seat.machine.step(seat.machine.state, event);
    } catch (error) {
      world.machineFailed(this, service, error);
      return;
    }
    // Not `drain` alone: most steps have no save before them and need no queue.
    for (const effect of effects) {
      if (this.over) return;
      if (effect.type === "save" && effect.waits === false) {
        seat.meanwhile.set(effect.key, effect.value);
        this.#writeMeanwhile(seat);
      } else if (seat.held) seat.effects.push(effect);
      else if (effect.type === "save") this.#save(seat, effect);
      else this.#perform(seat, effect);
    }
  }

  /** Does what waited for a save. What a machine orders meanwhile comes after it. */
  #drain(seat: Seat): void {
    seat.held = true;
    for (let done = 0; !this.over && done < seat.effects.length; done++) {
      const effect = seat.effects[done]!;
      if (effect.type !== "save") {
        this.#perform(seat, effect);
        continue;
      }
      seat.effects.splice(0, done + 1);
      this.#save(seat, effect);
      return;
    }
    seat.effects.length = 0;
    seat.held = false;
  }

  #save(seat: Seat, { key, value }: Save): void {
    const { node } = this;
    if (node.disk.full) {
      node.killProcess(this.name);
      return;
    }
    const complete = node.disk.write(seat.machine.service, key, value);
    if (!this.#bugs.skipFsync) seat.held = true;
    node.after(node.fsyncUs(), () => {
      // A process may die alone: what it wrote reaches the disk all the same.
      complete();
      if (this.#bugs.skipFsync || this.over) return;
      this.#drain(seat);
    });
  }

  /** Writes what nothing waits for, one value after another. */
  #writeMeanwhile(seat: Seat): void {
    const { node } = this;
    const [next] = seat.meanwhile;
    if (seat.writing || next === undefined || this.over) return;
    if (node.disk.full) {
      node.killProcess(this.name);
      return;
    }
    const [key, value] = next;
    seat.meanwhile.delete(key);
    seat.writing = true;
    const complete = node.disk.write(seat.machine.service, key, value);
    node.after(node.fsyncUs(), () => {
      complete();
      seat.writing = false;
      this.#writeMeanwhile(seat);
    });
  }

  #perform(seat: Seat, effect: Exclude<Effect, Save>): void {
    const { node } = this;
    const { service } = seat.machine;
    switch (effect.type) {
      case "send":
        node.route({ node: node.name, service }, effect.to, effect.message);
        return;
      case "timer":
        this.#arm(seat, effect.name, effect.inMs);
        return;
      case "cancel":
        this.#disarm(seat, effect.name);
        return;
      case "load":
        this.#load(seat, effect);
        return;
      case "unload": {
        const plugin = seat.instances.get(effect.instance);
        seat.instances.delete(effect.instance);
        if (plugin !== undefined && plugin !== "loading") plugin.close?.();
        return;
      }
      case "call":
        this.#call(seat, effect);
        return;
      case "log":
        if (node.world.observed) {
          const { level, text } = effect;
          node.world.observe({ type: "log", node: node.name, service, level, text });
        }
        return;
      case "stopped":
        node.machineStopped(this, service);
        return;
    }
  }

  #arm(seat: Seat, name: string, inMs: number): void {
    this.#disarm(seat, name);
    const { node } = this;
    // At least until a microsecond later, and never before what was asked for on the node's clock.
    const dueMs = node.ms + Math.max(0, inMs);
    const inUs = Math.ceil(node.clock.worldUs(Math.max(0, inMs))) + 1;
    const timer: Scheduled = node.after(inUs, () => {
      if (seat.timers.get(name) !== timer) return;
      seat.timers.delete(name);
      this.#give(seat, { type: "timer", at: Math.max(node.ms, dueMs), name });
    });
    seat.timers.set(name, timer);
  }

  #disarm(seat: Seat, name: string): void {
    const timer = seat.timers.get(name);
    if (timer === undefined) return;
    this.node.world.kernel.cancel(timer);
    seat.timers.delete(name);
  }

  #load(seat: Seat, { instance, plugin, config }: Extract<Effect, { type: "load" }>): void {
    const { node } = this;
    seat.instances.set(instance, "loading");
    node.after(node.world.loadUs, () => {
      if (this.over || seat.instances.get(instance) !== "loading") return;
      let result: Result;
      try {
        const made = node.world.makePlugin({
          node,
          service: seat.machine.service,
          instance,
          plugin,
          config,
          emit: (event) => {
            if (this.over || seat.instances.get(instance) !== made) return;
            this.#give(seat, { type: "emit", at: node.ms, instance, event });
          },
        });
        seat.instances.set(instance, made);
        result = { ok: true, value: "inline" };
      } catch (error) {
        seat.instances.delete(instance);
        result = failed(messageOf(error));
      }
      this.#give(seat, { type: "loaded", at: node.ms, instance, result });
    });
  }

  #call(seat: Seat, effect: Extract<Effect, { type: "call" }>): void {
    const { node } = this;
    const { id, instance, method, args, deadlineMs } = effect;
    let settled = false;
    const deadline: { timer?: Scheduled } = {};
    const answer = (result: Result) => {
      if (settled) return;
      settled = true;
      if (deadline.timer) node.world.kernel.cancel(deadline.timer);
      if (id === undefined || this.over) return;
      this.#give(seat, { type: "reply", at: node.ms, id, result });
    };
    const plugin = seat.instances.get(instance);
    if (plugin === undefined || plugin === "loading") {
      answer(failed(`"${instance}" is not loaded`));
      return;
    }
    plugin.call(method, args, answer);
    if (settled) return;
    deadline.timer = node.after(
      node.clock.worldUs(deadlineMs),
      () => answer(failed(`no answer within ${deadlineMs} ms`)),
    );
  }
}
