/**
 * The world and its nodes, as what is in them sees them: plugins, processes, links, switches. The
 * classes stand in `world.ts`, `node.ts` and `process.ts`.
 *
 * @module
 */
import type { ChildEvent } from "../../daemons/recoverymgrd/state.ts";
import type { Event, Machine, Result } from "../../daemons/runtime/machine.ts";
import type { MachineProcess } from "../../daemons/runtime/machine_process.ts";
import type { Random } from "../../daemons/runtime/random.ts";
import type { NodeClock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Kernel, Scheduled } from "./kernel.ts";
import type { Network } from "./network.ts";
import type { Observation } from "./observation.ts";
import type { Tape } from "./tape.ts";

/** What a simulated plugin is given. */
export interface SimHost {
  readonly node: SimNode;
  /** Which machine loaded it. */
  readonly service: string;
  readonly instance: string;
  /** `kind/name`. */
  readonly plugin: string;
  readonly config: unknown;
  /** Tells the machine; dropped if the machine's process or node is gone by then. */
  emit(event: unknown): void;
}

/** A loaded one. */
export interface SimPlugin {
  call(method: string, args: readonly unknown[], answer: (result: Result) => void): void;
  close?(): void;
}

/** Makes an instance, or throws why it cannot. */
export type SimPluginMaker = (host: SimHost) => SimPlugin;

/** A process of a node. */
export interface SimProcess {
  readonly name: string;
  readonly node: SimNode;
  readonly over: boolean;
  readonly exchange: MachineProcess["exchange"];
  whenRunning(run: () => void): void;
}

/** A computer. */
export interface SimNode {
  readonly name: string;
  readonly world: World;
  readonly disk: Disk;
  readonly clock: NodeClock;
  readonly boot: number;
  readonly up: boolean;
  readonly ms: number;
  readonly resources: Map<string, Running>;
  readonly trouble: ReadonlyMap<string, "fails" | "hangs" | "deaf">;
  fsyncUs(): number;
  powerOn(): void;
  powerOff(why: string): void;
  killProcess(name: string): void;
  /** Takes what happens to the children; the parent's plugin sets it. */
  parentHears: ((event: ChildEvent) => void) | undefined;
  startProcess(name: string): void;
  pingProcess(name: string): void;
  stopProcess(name: string): void;
  endChildren(): void;
  processEnded(process: SimProcess, code: number): void;
  whenRunning(run: () => void, lossy?: boolean): void;
  after(inUs: number, run: () => void): Scheduled;
  refuses(): boolean;
}

/** The power switches. */
interface Switches {
  /** Whether a device can be reached from a node. */
  reaches(by: string, device: string): boolean;
  ask(
    by: string,
    device: string,
    target: string,
    action: string,
    timeoutMs: number,
    answer: (ok: boolean, detail: string) => void,
  ): void;
}

/** A resource that runs. */
export interface Running {
  readonly sinceUs: number;
  /** It has the promoted role. */
  readonly promoted?: boolean;
}

/** A world. */
export interface World {
  /** Resources that have left one node by `migrate_to` and are not at another one yet. */
  readonly migrating: Set<string>;
  readonly kernel: Kernel;
  readonly random: Random;
  readonly network: Network;
  readonly fencing: Switches;
  readonly tape: Tape;
  readonly nodeNames: readonly string[];
  readonly nodes: readonly SimNode[];
  readonly loadUs: number;
  readonly startUs: { readonly minUs: number; readonly maxUs: number };
  readonly parent: (machine: Machine, node: string) => Machine;
  readonly observed: boolean;
  node(name: string): SimNode;
  findNode(name: string): SimNode | undefined;
  observe(observation: Observation): void;
  fail(invariant: string, text: string): void;
  machineFailed(process: SimProcess, service: string, error: unknown): void;
  makePlugin(host: SimHost): SimPlugin;
  traceEvent(node: string, service: string, event: Event): void;
}
