/**
 * One process of a simulated node: the production runtime (`daemons/runtime/`) on a host of
 * simulated disks, clocks and plugins.
 *
 * @module
 */
import { exitState } from "../../daemons/runtime/exit_code.ts";
import { intervalMsMax } from "../../daemons/runtime/duration.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type {
  Host,
  HostPlugin,
  HostStore,
  LoadRequest,
  Timer,
} from "../../daemons/runtime/host.ts";
import type { Effect, Event, Machine } from "../../daemons/runtime/machine.ts";
import { endMs, MachineProcess } from "../../daemons/runtime/machine_process.ts";
import { StateError } from "../../daemons/runtime/state_error.ts";
import { protocol } from "../../daemons/protocols.ts";
import { Contract } from "./checkers/contract.ts";
import type { SimNode } from "./surroundings.ts";
import { failed, type SimPlugin } from "./sim_plugin.ts";

/** Ways to plant a bug below the machines: what the host does wrong. */
export interface HostBugs {
  /** A value is reported to be on disk at once. */
  readonly skipFsync?: boolean;
  /** A timer that was cancelled or replaced fires all the same. */
  readonly keepTimers?: boolean;
  /** Nobody says that a plugin failed. */
  readonly hideFaults?: boolean;
  /** A plugin that is given back goes on. */
  readonly keepPlugins?: boolean;
  /** A machine is not asked to stop. */
  readonly loseStop?: boolean;
  /** What comes from other processes and nodes is believed without a look. */
  readonly openDoor?: boolean;
  /** What is ordered after a `save` in one step is done before it. */
  readonly overtakeSaves?: boolean;
  /** A fencing device confirms a death by finding nothing at the wrong place. */
  readonly believeNothing?: boolean;
  /** A timer that is longer than those of the platform fires at once. */
  readonly shortTimers?: boolean;
}

/** A plugin that a machine has loaded. */
export interface Held {
  readonly request: LoadRequest;
  plugin: SimPlugin;
  /** It is being started again, or was given up: it answers nothing but errors. */
  broken: boolean;
}

/** Milliseconds that a timer of the platform holds. */
const platformMsMax = 2 ** 31 - 1;
/** What a clock's reading may be short of what was asked for: rounding. */
const roundingMs = 0.001;

/** Microseconds until what a process has sent last has left it. */
const flushUs = 200;

/** A disk that takes nothing. */
class DiskFull extends StateError {}

/** Between the name of a timer and what a planted bug adds to it. */
const mark = "\u0000";

/** The event as it would be without that. */
function originalName(event: Event): Event {
  if (event.type !== "timer") return event;
  return { ...event, name: event.name.slice(0, event.name.indexOf(mark)) };
}

/** A running process of machines on a simulated node. */
export class SimProcess {
  readonly name: string;
  readonly node: SimNode;
  over = false;
  /** It stands still, as under SIGSTOP; the other processes of the node go on. */
  hung = false;
  /** What happens to it meanwhile, in order. */
  #waiting: (() => void)[] = [];
  #stopping = false;
  #exitCode = 0;
  readonly #bugs: HostBugs;
  readonly #machines: MachineProcess;
  readonly #plugins = new Set<Held>();
  readonly #contracts = new Map<string, Contract>();
  #timerCount = 0;

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
      protocol: bugs.openDoor ? undefined : protocol,
      refused: (from, to, { kind, type, why }) => {
        // What a later version says is passed over.
        if (node.refuses() || kind === "unknown") return;
        // Whatever a machine of this world did say must be believed.
        this.#fail("DOOR", `${type} of ${from.node} ${from.service} for ${to} is refused: ${why}`);
      },
      stopped: (_service, exitCode) => {
        this.#exitCode ||= exitCode;
        // A machine that ends by itself ends its process.
        this.stop(endMs);
      },
      failed: (service, error) => {
        if (error instanceof DiskFull) node.processEnded(this, exitState);
        else world.machineFailed(this, service, error);
      },
      sent: (service, { to, message }) => {
        this.#contracts.get(service)?.sent(message);
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

  /** The plugins that it holds, in the order of their loads. */
  get plugins(): readonly Held[] {
    return [...this.#plugins];
  }

  /** A machine's state, for tests that want to look at it. */
  state(service: string): unknown {
    return this.#machines.state(service);
  }

  start(): void {
    this.#machines.start();
  }

  /** It stands still until it is resumed or killed. */
  hang(): void {
    if (this.over || this.hung) return;
    this.hung = true;
    this.#observeHang("process hung");
  }

  /** It goes on, with all that has piled up, in order. */
  resume(): void {
    if (this.over || !this.hung) return;
    this.hung = false;
    this.#observeHang("process resumed");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) this.whenRunning(run);
  }

  /** Runs it now, or, if the process hangs, when it goes on. */
  whenRunning(run: () => void): void {
    if (this.over) return;
    if (this.hung) this.#waiting.push(run);
    else run();
  }

  /** Asks every machine to end cleanly; when all have, the process ends. */
  stop(deadlineMs: number): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#machines.stop(deadlineMs, () => {
      for (const service of this.services) this.#wasAsked(service);
      this.#later(flushUs, () => this.node.processEnded(this, this.#exitCode));
    });
    // The last machine is asked at once; the others when those behind them have ended.
    const last = this.services.at(-1);
    if (!this.over && last !== undefined) this.#wasAsked(last);
  }

  /**
   * A plugin dies. It is started again, or given up, as the loader does it.
   *
   * @param forMs how long it answers nothing; forever if it is given up.
   */
  breakPlugin(held: Held, givenUp: boolean, forMs: number): void {
    const { request, plugin } = held;
    if (this.over || !this.#plugins.has(held)) return;
    plugin.close?.();
    held.broken = true;
    const contract = this.#contracts.get(request.service);
    const before = contract?.faults;
    if (!this.#bugs.hideFaults) {
      const why = givenUp ? "given up: by the nemesis" : "crash: by the nemesis";
      this.whenRunning(() => request.onFault({ why, givenUp }));
    }
    // Between two steps a fault is handed on at once.
    if (!this.hung && contract?.faults === before) {
      this.#fail("RUN3", `${request.instance}: its fault is lost`);
    }
    if (givenUp) return;
    this.node.after(forMs * 1000, () => {
      if (this.over || !this.#plugins.has(held)) return;
      held.plugin = this.#make(request);
      held.broken = false;
    });
  }

  /** The process dies: nothing that it began is answered. */
  kill(): void {
    this.over = true;
    this.#waiting = [];
    this.#machines.end();
    for (const { plugin, broken } of this.#plugins) if (!broken) plugin.close?.();
    this.#plugins.clear();
  }

  /** The machine, with what it is given put into the hash of the trace and held against its contract. */
  #watched(machine: Machine): Machine {
    const { world, name: node } = this.node;
    const { service } = machine;
    const contract = new Contract(`${node} ${service}`, (...broken) => world.fail(...broken));
    this.#contracts.set(service, contract);
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
        const own = this.#bugs.keepTimers ? originalName(event) : event;
        contract.event(own);
        const effects = machine.step(state, own, more);
        contract.ordered(effects, own.at);
        this.#bounded(service, effects);
        return this.#spoiled(effects);
      },
    };
  }

  /** TIME1: every wait has a bound, whatever a configuration says. */
  #bounded(service: string, effects: readonly Effect[]): void {
    for (const effect of effects) {
      const ms = effect.type === "timer"
        ? effect.inMs
        : effect.type === "call"
        ? effect.deadlineMs
        : 0;
      if (!(ms <= intervalMsMax)) this.#fail("TIME1", `${service} orders a wait of ${ms} ms`);
    }
  }

  /** What a planted bug makes of effects. */
  #spoiled(effects: readonly Effect[]): readonly Effect[] {
    const { overtakeSaves, keepTimers } = this.#bugs;
    const isSave = ({ type }: Effect) => type === "save";
    if (overtakeSaves) {
      return [...effects.filter((effect) => !isSave(effect)), ...effects.filter(isSave)];
    }
    if (!keepTimers) return effects;
    return effects.filter(({ type }) => type !== "cancel").map((effect) =>
      effect.type === "timer"
        ? { ...effect, name: `${effect.name}${mark}${this.#timerCount++}` }
        : effect
    );
  }

  #wasAsked(service: string): void {
    if (this.#contracts.get(service)?.asked) return;
    this.#fail("RUN4", `${service} must end cleanly but was not asked to stop`);
  }

  #fail(invariant: string, text: string): void {
    this.node.world.fail(invariant, `${this.node.name} ${this.name}: ${text}`);
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
        this.#later(world.loadUs, () => {
          try {
            done({ ok: true, plugin: this.#load(request) });
          } catch (error) {
            done({ ok: false, error: messageOf(error) });
          }
        });
      },
    };
  }

  /**
   * At least until a microsecond later, and never before what was asked for on the node's clock, whose
   * rate may change meanwhile.
   */
  #after(inMs: number, run: () => void): Timer {
    const { node } = this;
    const { kernel } = node.world;
    const isShort = this.#bugs.shortTimers === true && inMs > platformMsMax;
    const dueMs = node.ms + (isShort ? 0 : inMs);
    let cancelled = false;
    let scheduled: ReturnType<SimNode["after"]>;
    const arm = () => {
      const leftUs = Math.max(0, Math.ceil(node.clock.worldUs(dueMs - node.ms)));
      scheduled = this.#later(leftUs + 1, fire);
    };
    const fire = () => {
      if (cancelled) return;
      if (node.ms < dueMs - roundingMs) arm();
      else run();
    };
    arm();
    return {
      cancel() {
        cancelled = true;
        kernel.cancel(scheduled);
      },
    };
  }

  /** Later in this process's life. */
  #later(inUs: number, run: () => void): ReturnType<SimNode["after"]> {
    return this.node.after(inUs, () => this.whenRunning(run));
  }

  #observeHang(type: "process hung" | "process resumed"): void {
    this.node.world.observe({
      type,
      node: this.node.name,
      process: this.name,
      services: this.services,
    });
  }

  #store(service: string): HostStore {
    const { node } = this;
    return {
      saved: node.disk.saved(service),
      save: (key, value, done, waits) => {
        if (node.disk.full) return done(new DiskFull(`the disk of ${node.name} is full`));
        const complete = node.disk.write(service, key, value);
        const { skipFsync } = this.#bugs;
        node.after(node.fsyncUs(), () => {
          // A process may die alone: what it wrote reaches the disk all the same.
          complete();
          this.whenRunning(() => {
            if (waits) this.#contracts.get(service)?.saved(node.ms);
            if (!skipFsync) done();
          });
        });
        if (skipFsync) done();
      },
    };
  }

  #load(request: LoadRequest): HostPlugin {
    const { service, instance } = request;
    for (const other of this.#plugins) {
      if (other.request.service === service && other.request.instance === instance) {
        this.#fail(
          "RUN5",
          `${service} has a second plugin ${instance} beside one that still lives`,
        );
      }
    }
    const held: Held = { request, plugin: this.#make(request), broken: false };
    this.#plugins.add(held);
    return {
      isolation: "inline",
      call: (method, args, answer) => {
        if (held.broken) answer(failed("the plugin is not there"));
        else {
          held.plugin.call(method, args, (result) => this.whenRunning(() => answer(result)));
        }
      },
      close: (done) => {
        if (!this.#bugs.keepPlugins) {
          this.#plugins.delete(held);
          if (!held.broken) held.plugin.close?.();
        }
        done();
      },
    };
  }

  #make({ service, instance, plugin, config, onEmit }: LoadRequest): SimPlugin {
    const made: SimPlugin = this.node.world.makePlugin({
      node: this.node,
      service,
      instance,
      plugin,
      config,
      emit: (event) => {
        this.whenRunning(() => onEmit(event));
      },
    });
    return made;
  }
}
