/**
 * A simulated node: a computer with power, a clock, a disk, processes of machines, and a table of
 * the resources that truly run on it.
 *
 * @module
 */
import type { ChildEvent } from "../../daemons/recoverymgrd/state.ts";
import type { Address } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import type { Outlet } from "../../daemons/runtime/router.ts";
import { NodeClock } from "./clock.ts";
import { Disk } from "./disk.ts";
import type { Scheduled } from "./kernel.ts";
import { Link } from "./link.ts";
import {
  nodeStopMs,
  parentName,
  parentOf,
  type ProcessPlan,
  restartUs,
  ServiceManager,
} from "./parent.ts";
export type { ProcessPlan } from "./parent.ts";
import { type HostBugs, SimProcess } from "./process.ts";
import type { Running, World } from "./surroundings.ts";

/** Milliseconds each machine of a daemon may take to end cleanly, as in `daemons/site/main.ts`. */
const stopMs = 60_000;

/** Microseconds until a parent knows of the end of a process. */
const waitUs = 1_000;

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
  readonly resources = new Map<string, Running>();
  /**
   * Failing agents, by action and resource: one that does nothing and says so, one that is ended
   * after its timeout, one that is never heard of again.
   */
  readonly trouble = new Map<string, "fails" | "hangs" | "deaf">();
  readonly #plans: readonly ProcessPlan[];
  readonly #bugs: HostBugs;
  /** Takes what happens to the children; the parent's plugin sets it. */
  parentHears: ((event: ChildEvent) => void) | undefined;
  readonly #parent: ProcessPlan;
  readonly #manager = new ServiceManager();
  readonly #processes = new Map<string, SimProcess>();
  /** Processes that still load their code. */
  readonly #loading = new Map<string, Scheduled>();
  readonly #links = new Set<Link>();
  #held: (() => void)[] = [];
  /** A forged message is looked at. */
  #forging: { refused: boolean } | undefined;

  constructor(world: World, name: string, plans: readonly ProcessPlan[], bugs: HostBugs) {
    this.world = world;
    this.name = name;
    this.#plans = plans;
    this.#parent = parentOf(plans, world.parent);
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

  /** Names of the daemons' processes that run: all but their parent. */
  get processes(): readonly string[] {
    return [...this.#processes.keys()].filter((name) => name !== parentName);
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

  /** Power comes: the parent of all processes starts. */
  powerOn(): void {
    if (this.up || this.away) return;
    this.up = true;
    this.paused = false;
    this.boot++;
    this.clock = new NodeClock(this.world.random.between(0, 1_000_000));
    this.world.observe({ type: "booted", node: this.name, boot: this.boot });
    this.startParent();
  }

  /** Power goes: processes, resources and what was not synced are gone at once. */
  powerOff(why: string): void {
    if (!this.up) return;
    this.up = false;
    this.paused = false;
    this.#held = [];
    const { name: node, boot } = this;
    for (const name of [...this.#processes.keys()]) this.#endProcess(name);
    this.#loading.clear();
    this.#links.clear();
    this.disk.crash(this.world.random);
    this.world.observe({ type: "crashed", node, boot, why });
    for (const resource of [...this.resources.keys()]) {
      this.resources.delete(resource);
      this.world.observe({ type: "inactive", node, boot, resource, how: "died" });
    }
  }

  /** An operator starts the node's daemons, unless their parent runs. */
  startParent(): void {
    if (!this.up || this.#processes.has(parentName)) return;
    this.#manager.reset();
    this.#begin(this.#parent);
  }

  /** A resource dies by itself. */
  loseResource(resource: string): void {
    if (!this.resources.delete(resource)) return;
    const { name: node, boot } = this;
    this.world.observe({ type: "inactive", node, boot, resource, how: "died" });
  }

  /** The parent starts a daemon, which loads its code first. */
  startProcess(name: string): void {
    const plan = this.#plans.find((plan) => plan.name === name);
    if (plan === undefined || !this.up || this.#processes.has(name)) return;
    const { minUs, maxUs } = this.world.startUs;
    this.world.observe({ type: "process begins", node: this.name, process: name });
    const scheduled = this.after(this.world.random.between(minUs, maxUs), () => {
      this.#loading.delete(name);
      this.#begin(plan);
    });
    this.#loading.set(name, scheduled);
  }

  /** The parent asks a daemon whether it is alive; one that hangs answers when it goes on. */
  pingProcess(child: string): void {
    if (this.#loading.has(child)) this.parentHears?.({ type: "alive", child, running: false });
    const process = this.#processes.get(child);
    process?.whenRunning(() => this.parentHears?.({ type: "alive", child, running: true }));
  }

  /** The parent asks a daemon to end cleanly. */
  stopProcess(name: string): void {
    const process = this.#processes.get(name);
    this.world.observe({ type: "process stopping", node: this.name, process: name });
    // What still loads its code does not hear a signal: it dies of it.
    if (process === undefined) return this.killProcess(name);
    process.whenRunning(() => process.stop(stopMs));
  }

  /** One process dies alone; the parent hears of it. */
  killProcess(name: string): void {
    this.#lose(name, { how: "was ended by SIGKILL" });
  }

  /** A process has ended by itself, or as it was asked to. */
  processEnded(process: SimProcess, code: number): void {
    if (this.#processes.get(process.name) !== process) return;
    this.#lose(process.name, { how: `ended with code ${code}`, code });
  }

  /** All daemons end at once: their parent is gone. */
  endChildren(): void {
    for (const { name } of this.#plans) this.#lose(name, { how: "" });
  }

  /** One process stands still; `forMs`: until then, if its parent does not find it sooner. */
  hangProcess(name: string, forMs: number): void {
    const process = this.#processes.get(name);
    if (process === undefined || process.hung) return;
    process.hang();
    if (forMs !== Infinity) this.after(forMs * 1000, () => process.resume());
  }

  /** The node's daemons are asked to end cleanly. */
  stop(): void {
    this.world.observe({ type: "stopping", node: this.name });
    this.whenRunning(() => this.#processes.get(parentName)?.stop(nodeStopMs(this.#plans)));
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

  /** A process is there. The links to the others come up a moment later, as sockets do. */
  #begin(plan: ProcessPlan): void {
    const { name } = plan;
    const process = new SimProcess(this, name, plan.machines(this.name), this.#bugs);
    this.#processes.set(name, process);
    const { services } = process;
    this.world.observe({ type: "process up", node: this.name, process: name, services });
    process.start();
    if (plan === this.#parent) return;
    this.after(this.world.random.between(200, 2_000), () => {
      for (const other of this.#plans) {
        if (other.name === plan.to || other.to === name) this.#connect(process, other.name);
      }
    });
  }

  /** A process is gone: who is linked with it finds out, and so does its parent. */
  #lose(name: string, ended: { readonly how: string; readonly code?: number }): void {
    const loading = this.#loading.get(name);
    const process = this.#processes.get(name);
    if (loading === undefined && process === undefined) return;
    if (loading !== undefined) this.world.kernel.cancel(loading);
    this.#loading.delete(name);
    this.#endProcess(name, ended.code);
    // With the power everything is gone at once, and nobody finds anything out.
    if (!this.up) return;
    for (const link of [...this.#links]) {
      if (process === undefined || !link.joins(process)) continue;
      this.#links.delete(link);
      link.close(`${name} is gone`);
    }
    if (name === parentName) {
      const again = this.#manager.startsAgain(ended.code ?? 1, this.world.kernel.nowUs);
      if (again) this.after(restartUs, () => this.#restartParent());
      return;
    }
    this.after(waitUs, () => this.parentHears?.({ type: "ended", child: name, ...ended }));
  }

  #restartParent(): void {
    if (this.up && !this.#processes.has(parentName)) this.#begin(this.#parent);
  }

  #endProcess(name: string, code?: number): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    process.kill();
    this.#processes.delete(name);
    const { services } = process;
    const down = { type: "process down", node: this.name, process: name, services } as const;
    this.world.observe(code === undefined ? down : { ...down, code });
  }
}
