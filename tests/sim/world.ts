/**
 * The simulated world: nodes, the network between them, fencing, checkers, and one seed that
 * determines everything.
 *
 * @example
 * ```ts
 * const world = new World({ seed: 7, nodes: ["n1", "n2", "n3"], plans: () => [{
 *   name: "all",
 *   machines: (node) => [standIn({ node, nodes: ["n1", "n2", "n3"] }), ccm(config, plugins)],
 * }] });
 * world.powerOnAll();
 * world.runMs(5_000);
 * world.node("n1").powerOff("by the test");
 * world.runMs(5_000);
 * assert.deepEqual(world.violations, []);
 * ```
 *
 * @module
 */
import type { Event, Machine } from "../../daemons/runtime/machine.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { Random } from "../../daemons/runtime/random.ts";
import type { HostBugs, SimProcess } from "./process.ts";
import { Kernel } from "./kernel.ts";
import { Network } from "./network.ts";
import { type ProcessPlan, SimNode } from "./node.ts";
import type { Checker, Fail, Observation } from "./observation.ts";
import { Fencing } from "./fencing.ts";
import type { SimHost, SimPlugin, SimPluginMaker } from "./sim_plugin.ts";
import { simPlugins } from "./plugins/mod.ts";
import { Tape } from "./tape.ts";
import { TraceHash } from "./trace.ts";

/** What a world is made of. */
export interface WorldOptions {
  /** 32 bits; everything follows from it. */
  readonly seed: number;
  readonly nodes: readonly string[];
  /** Those of them that the cluster begins with; all if left out. The others are away at first. */
  readonly cluster?: readonly string[];
  /** The processes of each node. */
  readonly plans: (world: World) => readonly ProcessPlan[];
  /** Those who judge it. */
  readonly checkers?: (world: World, fail: Fail) => readonly Checker[];
  /** Simulated plugins beside the usual ones, by `kind/name` or `kind/*`. */
  readonly plugins?: Readonly<Record<string, SimPluginMaker>>;
  readonly bugs?: HostBugs;
  /** Puts something around the parent of a node's processes: how bugs are planted in it. */
  readonly parent?: (machine: Machine, node: string) => Machine;
  /** Called with everything that is observed: for a history that people read. */
  readonly onObservation?: (observation: Observation, nowUs: number) => void;
}

/** A broken invariant. */
export interface Violation {
  readonly atUs: number;
  readonly invariant: string;
  readonly text: string;
}

/** Violations kept at most; a broken world goes on breaking. */
export const violationsMax = 20;

/** A world. */
export class World {
  readonly seed: number;
  readonly kernel = new Kernel();
  /** The stream of the world: delays, losses, durations. */
  readonly random: Random;
  /** The stream of the nemesis, so that another fault does not change every delay before it. */
  readonly nemesis: Random;
  readonly network: Network;
  readonly fencing: Fencing;
  readonly tape = new Tape();
  readonly migrating = new Set<string>();
  readonly trace = new TraceHash();
  readonly violations: Violation[] = [];
  readonly nodeNames: readonly string[];
  /** The nodes that the cluster began with. */
  readonly founders: readonly string[];
  /** The nodes that should be in the cluster now: operators take some away, and bring others. */
  readonly cluster: Set<string>;
  /** How long loading a plugin takes, in microseconds. */
  loadUs = 500;
  /** How long a process takes to load its code, in microseconds. */
  startUs = { minUs: 50_000, maxUs: 300_000 };
  readonly parent: NonNullable<WorldOptions["parent"]>;
  readonly #nodes = new Map<string, SimNode>();
  readonly #indexes = new Map<string, number>();
  readonly #checkers: readonly Checker[];
  readonly #onObservation: WorldOptions["onObservation"];
  readonly #plugins: Readonly<Record<string, SimPluginMaker>>;
  /** Called after each observation: triggers of the nemesis. */
  /** Members that lie (`faults/lies.ts`). */
  readonly liars = new Set<string>();
  readonly listeners: ((observation: Observation) => void)[] = [];

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.random = new Random(options.seed, 1);
    this.nemesis = new Random(options.seed, 2);
    this.network = new Network(this.kernel, this.random);
    this.fencing = new Fencing(this, options.bugs?.believeNothing === true);
    this.nodeNames = [...options.nodes].sort();
    this.founders = [...options.cluster ?? options.nodes].sort();
    this.cluster = new Set(this.founders);
    this.#plugins = { ...simPlugins, ...options.plugins };
    this.#onObservation = options.onObservation;
    this.parent = options.parent ?? ((machine) => machine);
    this.#checkers = options.checkers?.(
      this,
      (invariant, text) => this.fail(invariant, text),
    ) ?? [];
    const plans = options.plans(this);
    for (const name of this.nodeNames) {
      this.#indexes.set(name, this.#indexes.size);
      const node = new SimNode(this, name, plans, options.bugs ?? {});
      node.away = !this.cluster.has(name);
      this.#nodes.set(name, node);
    }
  }

  /** Whether anybody looks: if not, observations are not even made. */
  get observed(): boolean {
    return this.#checkers.length + this.listeners.length > 0 || this.#onObservation !== undefined;
  }

  /**
   * A node.
   * @throws {RangeError} if there is none of that name
   */
  node(name: string): SimNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`There is no node "${name}" in this world`);
    return node;
  }

  /** A node, or undefined if there is none of that name. */
  findNode(name: string): SimNode | undefined {
    return this.#nodes.get(name);
  }

  /** All nodes, by name. */
  get nodes(): readonly SimNode[] {
    return [...this.#nodes.values()];
  }

  /** Power for everybody, within a second. */
  powerOnAll(): void {
    for (const node of this.nodes) {
      this.kernel.after(this.random.between(0, 1_000_000), () => node.powerOn());
    }
  }

  /** Runs so many milliseconds of the world, or until a violation. */
  runMs(ms: number): void {
    this.kernel.runUntil(this.kernel.nowUs + ms * 1000, () => this.violations.length > 0);
  }

  /** An event happened: checkers, triggers and output receive it. */
  observe(observation: Observation): void {
    const { nowUs } = this.kernel;
    this.#onObservation?.(observation, nowUs);
    for (const checker of this.#checkers) checker.observe(observation, nowUs);
    for (const listener of this.listeners) listener(observation);
  }

  /** An invariant is broken. */
  fail(invariant: string, text: string): void {
    if (this.violations.length >= violationsMax) return;
    this.violations.push({ atUs: this.kernel.nowUs, invariant, text });
  }

  /** A machine threw: our mistake. Its process ends, as the driver in production ends it. */
  machineFailed(process: SimProcess, service: string, error: unknown): void {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    this.fail("NOTHROW", `${process.node.name} ${service}: ${text}`);
    process.node.killProcess(process.name);
  }

  /**
   * Makes a simulated plugin.
   * @throws {Error} if the world has none of that name
   */
  makePlugin(host: SimHost): SimPlugin {
    const maker = this.#plugins[host.plugin] ?? this.#plugins[`${host.plugin.split("/")[0]}/*`];
    if (maker === undefined) throw new Error(`the world has no plugin "${host.plugin}"`);
    return maker(host);
  }

  /** Puts an event into the hash of the trace. */
  traceEvent(node: string, service: string, event: Event): void {
    const { trace } = this;
    trace.number(this.kernel.nowUs);
    trace.number(this.#indexes.get(node) ?? -1);
    trace.text(service);
    switch (event.type) {
      case "message":
        trace.number(1);
        trace.number(this.#indexes.get(event.from.node) ?? -1);
        traceMessage(trace, event.message);
        return;
      case "timer":
        trace.number(2);
        trace.text(event.name);
        return;
      case "emit":
        trace.number(3);
        traceEmitted(trace, event.event);
        return;
      case "reply":
        trace.number(4);
        trace.text(event.id);
        traceValue(trace, event.result, 3);
        return;
      case "peer":
        trace.number(5);
        trace.text(event.service);
        return;
      default:
        trace.text(event.type);
    }
  }
}

/** What plugins emit is packets nearly always. */
function traceEmitted(trace: TraceHash, event: unknown): void {
  if (typeof event === "object" && event !== null && "bytes" in event) {
    if (event.bytes instanceof Uint8Array) {
      trace.bytes(event.bytes);
      return;
    }
  }
  traceValue(trace, event, 3);
}

function traceMessage(trace: TraceHash, message: Message): void {
  trace.text(message.type);
  // The bodies that travel between nodes are in the packets, which are hashed byte by byte.
  if (message.type === "peer") traceValue(trace, message.body, 4);
  else traceValue(trace, message, 2);
}

/** Hashes a value down to a depth. */
function traceValue(trace: TraceHash, value: unknown, depth: number): void {
  switch (typeof value) {
    case "string":
      trace.text(value);
      return;
    case "number":
      trace.number(Number.isSafeInteger(value) ? value : Math.round(value * 1000));
      return;
    case "boolean":
      trace.number(value ? 1 : 2);
      return;
    case "object":
      break;
    default:
      return;
  }
  if (value === null || depth === 0) return;
  if (value instanceof Uint8Array) {
    trace.bytes(value);
    return;
  }
  if (Array.isArray(value)) {
    trace.number(value.length);
    for (const item of value) traceValue(trace, item, depth - 1);
    return;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(record)) {
    trace.text(name);
    traceValue(trace, record[name], depth - 1);
  }
}
