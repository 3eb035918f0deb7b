/**
 * All that a stonithd knows.
 *
 * @module
 */
import type { Refusals } from "../runtime/refusals.ts";
import type { Random } from "../runtime/random.ts";
import type { DeviceConfig } from "./devices.ts";
import type { FenceAction } from "./fence_action.ts";
import type { FenceRecord } from "./fence_record.ts";
import type { Survey } from "./surveyed_device.ts";
import type { Topology } from "./topology.ts";

export type { FenceAction, FenceRecord };

/** Answers every waiting requester. */
export type Asker =
  | { readonly type: "local"; readonly service: string; readonly id: string }
  | { readonly type: "node"; readonly node: string; readonly key: string };

/** Whose parameters somebody asks for. */
export interface AskedDevice {
  readonly service: string;
  readonly id: string;
  readonly device: string;
}

/** What somebody asks for: the end of a target, in a certain life if that is known. */
export interface Asked {
  readonly asker: Asker;
  readonly target: string;
  readonly incarnation: number | undefined;
  readonly action: FenceAction;
  readonly timeoutMs: number;
  /** Milliseconds that the requester wants the first device to wait (`priority-fencing-delay`). */
  readonly delayMs?: number;
  /** Why, in the requester's words. */
  readonly reason?: string;
}

/** A request for a later life of a target than the one that a device is ending. */
export interface Later extends Asked {
  readonly incarnation: number;
}

/** One thing to try: devices of one level that must all succeed, or another node. */
export type Attempt =
  | { readonly type: "devices"; readonly ids: readonly string[] }
  | { readonly type: "node"; readonly node: string }
  /** A device of this node strikes the same target already: what comes of that is awaited. */
  | { readonly type: "elsewhere"; readonly node: string };

/** A request under way. */
export interface Request {
  readonly key: string;
  readonly target: string;
  /** Until then no device begins, as the requester wants it; of several the one who waits least. */
  delayUntil: number;
  /** When the device at hand begins, its own delay included. */
  delayDueAt: number;
  readonly reason: string;
  /** Devices of this node whose own delay was waited for. */
  readonly delayed: Set<string>;
  /** Executions of the device at hand that have failed. */
  tries: number;
  /** When the device at hand was called last, and for how many milliseconds. */
  struckAt: number;
  struckForMs: number;
  /** Names the last execution by a device of this node, on all nodes; empty: there was none. */
  execution: string;
  /**
   * Devices of the attempt at hand that supply the same node: a reboot switches all of them off before
   * it switches any of them on again.
   */
  together: readonly string[];
  /** The life of the target that is to be ended; undefined: it was never seen in a view. */
  incarnation: number | undefined;
  /** The target's heartbeat when this was asked for; undefined: not known. */
  readonly generation: number | undefined;
  /** A device of this node carries it out. */
  striking: boolean;
  /** The later life in which the target came back while a device was ending the earlier one. */
  returned: number | undefined;
  readonly action: FenceAction;
  /** Milliseconds that the request may take: longer than asked for if its devices are to have more. */
  readonly timeoutMs: number;
  readonly startedAt: number;
  readonly askers: Asker[];
  readonly attempts: Attempt[];
  /** Devices of the attempt at hand that are still to succeed. */
  pending: string[];
  /** Number of the call or message that is awaited. */
  awaited: number;
  /** The node that was asked last; empty: none. */
  asked: string;
  readonly failures: string[];
  /** Devices of this node that have confirmed it, of the attempt at hand. */
  confirmedBy: string[];
  /** The others know that a device of this node acts. */
  announced: boolean;
  /** The member whose device is awaited. */
  awaits: string | undefined;
}

/** A device, ready or not. */
export interface Device {
  config: DeviceConfig;
  state: "loading" | "ready" | "failed";
  /** What the device itself says that it can fence. */
  hosts: readonly string[];
  /** Questions for its hosts that have failed in a row. */
  listTries: number;
  why: string;
  /** The last time that it was asked whether it is usable, it was not. */
  unsound: boolean;
  /** Ids of calls that it carries out now. */
  readonly running: Set<string>;
  /** Requests that wait for one of them to end, with the numbers of their attempts. */
  readonly waiting: { readonly key: string; readonly number: number }[];
}

/** A question whether a device is usable now. */
export interface Check {
  readonly device: string;
  /** Failed so often. */
  readonly tries: number;
  readonly at: number;
  /** Who waits for the answer; undefined: stonithd itself wants to know. */
  readonly asker?:
    | { readonly type: "local"; readonly service: string; readonly id: string }
    | { readonly type: "survey"; readonly key: string };
}

/** A fencing that a device of another member has begun, or that was confirmed. */
export interface Strike {
  readonly node: string;
  readonly action: FenceAction;
  readonly incarnation: number;
  /** A person has confirmed it, no device. */
  readonly person?: boolean;
}

/** Everything a stonithd knows. */
export interface StonithdState {
  self: string;
  /** Names this life of stonithd, in the names of executions. */
  lifeName: string;
  readonly devices: Map<string, Device>;
  topology: Topology;
  /** By call: the device that carries it out. */
  readonly calls: Map<string, Device>;
  /** By member: the nodes that it says it can fence. */
  readonly reach: Map<string, ReadonlySet<string>>;
  /** What this node has last said that it can fence. */
  reachSaid: string;
  random: Random;
  members: readonly string[];
  /** Members that came since all have said their history to each other. */
  readonly newcomers: Set<string>;
  /** By node: the life in which it was last seen in a view. */
  readonly incarnations: Map<string, number>;
  /** By node: the life of its heartbeat, which a restart of its other daemons leaves as it is. */
  generations: ReadonlyMap<string, number>;
  readonly requests: Map<string, Request>;
  /** What has to wait until a device has ended what it does to an earlier life of the target. */
  readonly later: Later[];
  /** Askers of `fence/check`, by the number of the call. */
  readonly checks: Map<number, Check>;
  /** Questions to all nodes which device they can use, by number. */
  readonly surveys: Map<number, Survey>;
  /** By target: what devices of other members are at. */
  readonly striking: Map<string, Strike>;
  /** By target: the life that was ended last, and by whom. */
  readonly confirmed: Map<string, Strike>;
  readonly history: FenceRecord[];
  /** What reads the locks, once it was needed. */
  manifests: "none" | "loading" | "ready";
  /** Questions of the cib for the parameters of a device, by the id of the call. */
  readonly describing: Map<string, AskedDevice>;
  /** Services that subscribed to each fencing. */
  readonly subscribers: Set<string>;
  lastNumber: number;
  wallOffsetMs: number;
  querying: boolean;
  /** Messages of other nodes that were not taken. */
  readonly refusals: Refusals;
  stale: boolean;
}
