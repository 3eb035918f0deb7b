/**
 * A simulated node: a computer with power, a clock, a disk, processes of machines, and a table of
 * the resources that truly run on it.
 *
 * @module
 */
import type { Address, Machine } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { opened } from "../../daemons/runtime/unread.ts";
import { NodeClock } from "./clock.ts";
import { Disk } from "./disk.ts";
import { type DriverBugs, SimProcess } from "./driver.ts";
import type { Scheduled } from "./kernel.ts";
import type { World } from "./world.ts";

/** One process of a node: its name, and its machines, made anew for each of its lives. */
export interface ProcessPlan {
  readonly name: string;
  machines(node: string): readonly Machine[];
}

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
  /** An operator has taken it away: no power comes, whoever wants it. */
  away = false;
  /** How long an fsync takes, in microseconds. */
  fsync = { minUs: 200, maxUs: 3_000 };
  /** The resources that truly run, with when each was started. They die with the node. */
  readonly resources = new Map<string, { readonly sinceUs: number }>();
  /**
   * Agents in trouble, by action and resource: one that does nothing and says so, one that is ended
   * after its timeout, one that is never heard of again.
   */
  readonly trouble = new Map<string, "fails" | "hangs" | "deaf">();
  readonly #plans: readonly ProcessPlan[];
  readonly #bugs: DriverBugs;
  readonly #processes = new Map<string, SimProcess>();
  readonly #byService = new Map<string, SimProcess>();
  #held: (() => void)[] = [];

  constructor(world: World, name: string, plans: readonly ProcessPlan[], bugs: DriverBugs) {
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

  /** A machine's state; undefined if its process does not run. */
  state(service: string): unknown {
    return this.#byService.get(service)?.state(service);
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

  /** Starts one process; the others learn of its services, and it of theirs. */
  startProcess(name: string): void {
    const plan = this.#plans.find((plan) => plan.name === name);
    if (plan === undefined || !this.up || this.#processes.has(name)) return;
    const process = new SimProcess(this, name, plan.machines(this.name), this.#bugs);
    this.#processes.set(name, process);
    for (const service of process.services) this.#byService.set(service, process);
    this.#tell("process up", process);
    process.start();
    // The links between processes come up a moment later, as sockets do.
    this.after(this.world.random.between(200, 2_000), () => {
      for (const other of this.#processes.values()) {
        if (other === process || process.over) continue;
        for (const service of process.services) other.peer(service, true);
        for (const service of other.services) process.peer(service, true);
      }
    });
  }

  /** One process dies alone. */
  killProcess(name: string): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    this.#endProcess(name);
    for (const other of this.#processes.values()) {
      for (const service of process.services) other.peer(service, false);
    }
  }

  /** Every machine is asked to end in good order; a process ends when all of its machines have. */
  stop(): void {
    this.world.observe({ type: "stopping", node: this.name });
    this.whenRunning(() => {
      for (const process of [...this.#processes.values()]) process.stop();
    });
  }

  /** A machine said `stopped`. Processes stay until the power goes: what is sent still leaves. */
  machineStopped(_process: SimProcess, _service: string): void {}

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

  /** Where a message goes next; the same rules as `daemons/runtime/router.ts`. */
  route(from: Address & { readonly node: string }, to: Address, message: Message): void {
    const { world } = this;
    if (world.observed) {
      world.observe({ type: "sent", node: this.name, service: from.service, to, message });
    }
    this.#route(from, to, message);
  }

  #route(from: Address & { readonly node: string }, to: Address, message: Message): void {
    if (to.node !== undefined && to.node !== this.name) {
      this.#route(from, { service: "heartbeat" }, {
        type: "heartbeat/forward",
        to: { node: to.node, service: to.service },
        from: { service: from.service },
        body: message,
      });
      return;
    }
    if (message.type === "heartbeat/deliver" && from.service === "heartbeat") {
      this.#route(message.from, to, opened(message.body));
      return;
    }
    const process = this.#byService.get(to.service);
    if (process === undefined) return;
    const source = from.node === this.name ? this.#byService.get(from.service) : undefined;
    const heartbeat = this.#byService.get("heartbeat");
    if ((source ?? heartbeat) === process) {
      process.deliver(to.service, from, message);
      return;
    }
    // Another process of this node: a Unix socket. Messages keep their order.
    this.after(50, () => {
      if (!process.over) process.deliver(to.service, from, message);
    });
  }

  #endProcess(name: string): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    process.kill();
    this.#processes.delete(name);
    for (const service of process.services) {
      if (this.#byService.get(service) === process) this.#byService.delete(service);
    }
    this.#tell("process down", process);
  }

  #tell(type: "process up" | "process down", { name, services }: SimProcess): void {
    this.world.observe({ type, node: this.name, process: name, services });
  }
}
