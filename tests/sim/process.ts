/**
 * One process of a simulated node: the very runtime of production (`daemons/runtime/`) on a host of
 * simulated disks, clocks and plugins.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import type {
  Host,
  HostPlugin,
  HostStore,
  LoadRequest,
  Timer,
} from "../../daemons/runtime/host.ts";
import type { Machine } from "../../daemons/runtime/machine.ts";
import { MachineProcess } from "../../daemons/runtime/machine_process.ts";
import type { SimNode } from "./node.ts";
import type { SimPlugin } from "./sim_plugin.ts";

/** Ways to plant a bug below the machines: what the host does wrong. */
export interface HostBugs {
  /** A value is said to be on disk at once. */
  readonly skipFsync?: boolean;
  /** A timer that was cancelled or replaced fires all the same. */
  readonly keepTimers?: boolean;
  /** Nobody says that a plugin failed. */
  readonly hideFaults?: boolean;
  /** A plugin that is given back goes on. */
  readonly keepPlugins?: boolean;
  /** A machine is not asked to stop. */
  readonly loseStop?: boolean;
}

/** A disk that takes nothing. */
class DiskFull extends Error {}

/** A running process of machines on a simulated node. */
export class SimProcess {
  readonly name: string;
  readonly node: SimNode;
  over = false;
  readonly #bugs: HostBugs;
  readonly #machines: MachineProcess;
  readonly #plugins = new Map<SimPlugin, LoadRequest>();

  constructor(node: SimNode, name: string, machines: readonly Machine[], bugs: HostBugs = {}) {
    this.name = name;
    this.node = node;
    this.#bugs = bugs;
    const { world } = node;
    this.#machines = new MachineProcess({
      process: name,
      node: node.name,
      machines: machines.map((machine) => this.#watched(machine)),
      host: this.#host(),
      stopped: () => {},
      failed: (service, error) => {
        if (error instanceof DiskFull) node.killProcess(name);
        else world.machineFailed(this, service, error);
      },
      sent: (service, { to, message }) => {
        if (world.observed) world.observe({ type: "sent", node: node.name, service, to, message });
      },
    });
  }

  /** Where its messages come and go. */
  get exchange(): MachineProcess["exchange"] {
    return this.#machines.exchange;
  }

  /** The services of this process. */
  get services(): readonly string[] {
    return this.#machines.services;
  }

  /** The plugins that it holds, and what they were loaded for. */
  get plugins(): ReadonlyMap<SimPlugin, LoadRequest> {
    return this.#plugins;
  }

  /** A machine's state, for tests that want to look at it. */
  state(service: string): unknown {
    return this.#machines.state(service);
  }

  start(): void {
    this.#machines.start();
  }

  /** Asks every machine to end in good order. */
  stop(deadlineMs: number, done: () => void): void {
    this.#machines.stop(deadlineMs, done);
  }

  /** The process dies: nothing that it began is answered. */
  kill(): void {
    this.over = true;
    this.#machines.end();
    for (const plugin of this.#plugins.keys()) plugin.close?.();
    this.#plugins.clear();
  }

  /** The machine, with what it is given put into the hash of the trace. */
  #watched(machine: Machine): Machine {
    const { world, name: node } = this.node;
    const { service } = machine;
    return {
      service,
      state: machine.state,
      step: (state, event, more) => {
        world.traceEvent(node, service, event);
        if (event.type === "message" && world.observed) {
          const { from, message } = event;
          world.observe({ type: "received", node, service, from, message });
        }
        if (event.type === "stop" && this.#bugs.loseStop) return [];
        return machine.step(state, event, more);
      },
    };
  }

  #host(): Host {
    const { node } = this;
    const { world } = node;
    return {
      log: (service, level, text) => {
        if (world.observed) world.observe({ type: "log", node: node.name, service, level, text });
      },
      now: () => node.ms,
      wallMs: () => node.clock.wallMs(world.kernel.nowUs),
      seed: () => world.random.next(),
      after: (inMs, run) => this.#after(inMs, run),
      store: (service) => this.#store(service),
      load: (request, done) => {
        node.after(world.loadUs, () => {
          if (this.over) return;
          try {
            done({ ok: true, plugin: this.#load(request) });
          } catch (error) {
            done({ ok: false, error: messageOf(error) });
          }
        });
      },
    };
  }

  /** At least until a microsecond later, and never before what was asked for on the node's clock. */
  #after(inMs: number, run: () => void): Timer {
    const { kernel } = this.node.world;
    const inUs = Math.ceil(this.node.clock.worldUs(inMs)) + 1;
    const scheduled = this.node.after(inUs, () => this.over || run());
    return { cancel: () => this.#bugs.keepTimers || kernel.cancel(scheduled) };
  }

  #store(service: string): HostStore {
    const { node } = this;
    return {
      saved: node.disk.saved(service),
      save: (key, value, done) => {
        if (node.disk.full) return done(new DiskFull(`the disk of ${node.name} is full`));
        const complete = node.disk.write(service, key, value);
        const { skipFsync } = this.#bugs;
        node.after(node.fsyncUs(), () => {
          // A process may die alone: what it wrote reaches the disk all the same.
          complete();
          if (!skipFsync && !this.over) done();
        });
        if (skipFsync) done();
      },
    };
  }

  #load(request: LoadRequest): HostPlugin {
    const { service, instance, plugin, config, onEmit } = request;
    const made = this.node.world.makePlugin({
      node: this.node,
      service,
      instance,
      plugin,
      config,
      emit: (event) => this.over || onEmit(event),
    });
    this.#plugins.set(made, this.#bugs.hideFaults ? { ...request, onFault: () => {} } : request);
    return {
      isolation: "inline",
      call: (method, args, answer) => made.call(method, args, answer),
      close: (done) => {
        if (this.#bugs.keepPlugins) return done();
        this.#plugins.delete(made);
        made.close?.();
        done();
      },
    };
  }
}
