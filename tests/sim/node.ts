/**
 * A simulated node: a computer with power, a clock, a disk, processes of machines, and a table of
 * the resources that truly run on it.
 *
 * @module
 */
import type { Address, Machine } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import type { Outlet } from "../../daemons/runtime/router.ts";
import { NodeClock } from "./clock.ts";
import { Disk } from "./disk.ts";
import type { Scheduled } from "./kernel.ts";
import { Link } from "./link.ts";
import { type HostBugs, SimProcess } from "./process.ts";
import type { World } from "./surroundings.ts";

/** One process of a node: its name, and its machines, which each of its lives makes again. */
export interface ProcessPlan {
  readonly name: string;
  /** The process that it keeps a link to. */
  readonly to?: string;
  machines(node: string): readonly Machine[];
}

/** How long a process may take to end cleanly, in milliseconds: as long as its parent waits. */
const stopMs = 75_000;

/** A way that leads to nobody. */
const nowhere: Outlet = { push: () => {} };

/** What is held back for a paused node at most; more packets are lost, as in a socket's buffer. */
export const heldMax = 2_000;

/** A computer. */
export class SimNode {
  readonly name: string;
  readonly world: World;
  readonly disk = new Disk();
  clock: NodeClock;
  /** Rises with each boot; 0: never booted. */
  boot = 0;
  up = false;
  paused = false;
  /** An operator has taken it away: no power comes, whatever requests it. */
  away = false;
  /** How long an fsync takes, in microseconds. */
  fsync = { minUs: 200, maxUs: 3_000 };
  /** The resources that truly run, with when each was started. They die with the node. */
  readonly resources = new Map<string, { readonly sinceUs: number }>();
  /**
   * Failing agents, by action and resource: one that does nothing and says so, one that is ended
   * after its timeout, one that is never heard of again.
   */
  readonly trouble = new Map<string, "fails" | "hangs" | "deaf">();
  readonly #plans: readonly ProcessPlan[];
  readonly #bugs: HostBugs;
  readonly #processes = new Map<string, SimProcess>();
  readonly #links = new Set<Link>();
  #held: (() => void)[] = [];
  /** A forged message is looked at. */
  #forging: { refused: boolean } | undefined;

  constructor(world: World, name: string, plans: readonly ProcessPlan[], bugs: HostBugs) {
    this.world = world;
    this.name = name;
    this.#plans = plans;
    this.#bugs = bugs;
    this.clock = new NodeClock(world.random.between(0, 1_000_000));
  }

  /** Monotonic milliseconds of this node. */
  get ms(): number {
    return this.clock.ms(this.world.kernel.nowUs);
  }

  /** How long the next fsync takes. */
  fsyncUs(): number {
    return this.world.random.between(this.fsync.minUs, this.fsync.maxUs);
  }

  /** Names of the processes that run. */
  get processes(): readonly string[] {
    return [...this.#processes.keys()];
  }

  /** The processes that run. */
  get running(): readonly SimProcess[] {
    return [...this.#processes.values()];
  }

  /** A machine's state; undefined if its process does not run. */
  state(service: string): unknown {
    return this.#holderOf(service)?.state(service);
  }

  /** A program of a person, a client of this node, says something to a service; no answer is read. */
  ask(service: string, message: Message): void {
    if (!this.up || this.paused) return;
    const from = { node: this.name, service: "operator" };
    this.#holderOf(service)?.exchange.forward({ to: { service }, from, message });
  }

  /** Power comes: every process starts. */
  powerOn(): void {
    if (this.up || this.away) return;
    this.up = true;
    this.paused = false;
    this.boot++;
    this.clock = new NodeClock(this.world.random.between(0, 1_000_000));
    this.world.observe({ type: "booted", node: this.name, boot: this.boot });
    for (const plan of this.#plans) this.startProcess(plan.name);
  }

  /** Power goes: processes, resources and what was not synced are gone at once. */
  powerOff(why: string): void {
    if (!this.up) return;
    this.up = false;
    this.paused = false;
    this.#held = [];
    const { name: node, boot } = this;
    for (const name of [...this.#processes.keys()]) this.#endProcess(name);
    this.#links.clear();
    this.disk.crash(this.world.random);
    this.world.observe({ type: "crashed", node, boot, why });
    for (const resource of [...this.resources.keys()]) {
      this.resources.delete(resource);
      this.world.observe({ type: "inactive", node, boot, resource, how: "died" });
    }
  }

  /** Starts every process that does not run. */
  startAll(): void {
    for (const plan of this.#plans) this.startProcess(plan.name);
  }

  /** A resource dies by itself. */
  loseResource(resource: string): void {
    if (!this.resources.delete(resource)) return;
    const { name: node, boot } = this;
    this.world.observe({ type: "inactive", node, boot, resource, how: "died" });
  }

  /** Starts one process. The links to the others come up a moment later, as sockets do. */
  startProcess(name: string): void {
    const plan = this.#plans.find((plan) => plan.name === name);
    if (plan === undefined || !this.up || this.#processes.has(name)) return;
    const process = new SimProcess(this, name, plan.machines(this.name), this.#bugs);
    this.#processes.set(name, process);
    this.#tell("process up", process);
    process.start();
    this.after(this.world.random.between(200, 2_000), () => {
      for (const other of this.#plans) {
        if (other.name === plan.to || other.to === name) this.#connect(process, other.name);
      }
    });
  }

  /** One process dies alone. */
  killProcess(name: string): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    this.#endProcess(name);
    for (const link of [...this.#links]) {
      if (!link.joins(process)) continue;
      this.#links.delete(link);
      link.close(`${name} is gone`);
    }
  }

  /**
   * One process stands still. Its parent asks whether it is alive and kills it after so long, as
   * the recovery manager does; a shorter hang passes.
   */
  hangProcess(name: string, forMs: number, killedAfterMs: number): void {
    const process = this.#processes.get(name);
    if (process === undefined || process.hung) return;
    process.hang();
    this.after(Math.min(forMs, killedAfterMs) * 1000, () => {
      if (process.over) return;
      if (forMs <= killedAfterMs) return process.resume();
      this.killProcess(name);
      this.startProcess(name);
    });
  }

  /** Every process is asked to end cleanly, the last one first, as the recovery manager does. */
  stop(): void {
    this.world.observe({ type: "stopping", node: this.name });
    const { boot } = this;
    const left = this.#plans.map(({ name }) => name);
    const next = () => {
      const name = left.pop();
      if (name === undefined || this.boot !== boot || !this.up) return;
      const process = this.#processes.get(name);
      if (process === undefined) return next();
      process.resume();
      process.stop(stopMs, () => {
        this.killProcess(name);
        next();
      });
    };
    this.whenRunning(next);
  }

  /**
   * A process that ends as a failure is started again a moment later, as the recovery manager does it.
   * Any other stays until it is asked to end: what is sent still leaves.
   */
  machineStopped(process: SimProcess, exitCode: number): void {
    if (exitCode === 0) return;
    this.after(1, () => {
      if (this.#processes.get(process.name) === process) this.killProcess(process.name);
    });
    this.after(500_000, () => this.startProcess(process.name));
  }

  /** Everything stands still, as under SIGSTOP. */
  pause(): void {
    if (!this.up || this.paused) return;
    this.paused = true;
    this.world.observe({ type: "paused", node: this.name });
  }

  /** It goes on, with all that has piled up, in order. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.world.observe({ type: "resumed", node: this.name });
    const held = this.#held;
    this.#held = [];
    for (const [place, run] of held.entries()) {
      if (!this.up) return;
      if (this.paused) {
        this.#held.push(...held.slice(place));
        return;
      }
      run();
    }
  }

  /** Runs it now, or, if the node is paused, when it goes on. `lossy`: may be dropped then. */
  whenRunning(run: () => void, lossy = false): void {
    if (!this.up) return;
    if (!this.paused) run();
    else if (!lossy || this.#held.length < heldMax) this.#held.push(run);
  }

  /** Schedules something in this node's life: a crash prevents it, a pause delays it. */
  after(inUs: number, run: () => void): Scheduled {
    const { boot } = this;
    const scheduled = this.world.kernel.after(inUs, () => {
      if (this.boot !== boot) return;
      this.whenRunning(run);
    });
    return scheduled;
  }

  /** A program of this node that is no daemon says something to a service. */
  say(service: string, to: string, message: Message): void {
    const from = { node: this.name, service };
    const holder = this.#holderOf(to);
    holder?.whenRunning(() => holder.exchange.forward({ to: { service: to }, from, message }));
  }

  /**
   * A message that nobody of this world said comes to a service from outside.
   *
   * @returns whether it was refused; undefined if nobody is there.
   */
  forge(from: Address & { readonly node: string }, to: string, message: Message) {
    const exchange = this.#holderOf(to)?.exchange;
    if (exchange === undefined) return undefined;
    this.#forging = { refused: false };
    try {
      exchange.forward({ to: { service: to }, from, message }, this.ms, nowhere);
      return this.#forging.refused;
    } finally {
      this.#forging = undefined;
    }
  }

  /** A process refuses a message. Tells whether it was forged. */
  refuses(): boolean {
    if (this.#forging === undefined) return false;
    this.#forging.refused = true;
    return true;
  }

  #holderOf(service: string): SimProcess | undefined {
    for (const process of this.#processes.values()) {
      if (process.services.includes(service)) return process;
    }
    return undefined;
  }

  #connect(process: SimProcess, name: string): void {
    const other = this.#processes.get(name);
    if (process.over || other === undefined) return;
    if ([...this.#links].some((link) => link.joins(process) && link.joins(other))) return;
    this.#links.add(new Link(process, other));
  }

  #endProcess(name: string): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    process.kill();
    this.#processes.delete(name);
    this.#tell("process down", process);
  }

  #tell(type: "process up" | "process down", { name, services }: SimProcess): void {
    this.world.observe({ type, node: this.name, process: name, services });
  }
}
