/**
 * All that a stonithd knows.
 *
 * @module
 */
import type { Refusals } from "../runtime/refusals.ts";
import type { DeviceConfig, FencingConfig } from "./devices.ts";
import type { FenceAction } from "./protocol.ts";

export type { FenceAction };

/** Answers every waiting requester. */
export type Asker =
  | { readonly type: "local"; readonly service: string; readonly id: string }
  | { readonly type: "node"; readonly node: string; readonly key: string };

/** What somebody asks for: the end of a target, in a certain life if that is known. */
export interface Asked {
  readonly asker: Asker;
  readonly target: string;
  readonly incarnation: number | undefined;
  readonly action: FenceAction;
  readonly timeoutMs: number;
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
  /** The life of the target that is to be ended; undefined: it was never seen in a view. */
  incarnation: number | undefined;
  /** The target's heartbeat when this was asked for; undefined: not known. */
  readonly generation: number | undefined;
  /** A device of this node carries it out. */
  striking: boolean;
  /** The later life in which the target came back while a device was ending the earlier one. */
  returned: number | undefined;
  readonly action: FenceAction;
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

/** What a finished request is remembered as. */
export interface FenceRecord {
  readonly target: string;
  readonly action: FenceAction;
  readonly ok: boolean;
  readonly delegate: string;
  /** The devices that confirmed it; empty if that is not known. */
  readonly device: string;
  /** The first asker, as text; empty if another node carried it out for itself. */
  readonly asker: string;
  readonly detail: string;
  readonly tookMs: number;
  readonly wallMs: number;
}

/** A device, ready or not. */
export interface Device {
  readonly config: DeviceConfig;
  state: "loading" | "ready" | "failed";
  /** What the device itself says that it can fence. */
  hosts: readonly string[];
  why: string;
}

/** A fencing that a device of another member has begun, or that was confirmed. */
export interface Strike {
  readonly node: string;
  readonly action: FenceAction;
  readonly incarnation: number;
}

/** Everything a stonithd knows. */
export interface StonithdState {
  self: string;
  readonly devices: Map<string, Device>;
  levels: FencingConfig["levels"];
  members: readonly string[];
  /** By node: the life in which it was last seen in a view. */
  readonly incarnations: Map<string, number>;
  /** By node: the life of its heartbeat, which a restart of its other daemons leaves as it is. */
  generations: ReadonlyMap<string, number>;
  readonly requests: Map<string, Request>;
  /** What has to wait until a device has ended what it does to an earlier life of the target. */
  readonly later: Later[];
  /** Askers of `fence/check`, by the number of the call. */
  readonly checks: Map<number, { readonly service: string; readonly id: string }>;
  /** By target: what devices of other members are at. */
  readonly striking: Map<string, Strike>;
  /** By target: the life that was ended last, and by whom. */
  readonly confirmed: Map<string, Strike>;
  readonly history: FenceRecord[];
  /** What reads the locks, once it was needed. */
  manifests: "none" | "loading" | "ready";
  /** Questions of the cib for the parameters of a device, by the id of the call. */
  readonly describing: Map<string, { readonly id: string; readonly device: string }>;
  /** Services that subscribed to each fencing. */
  readonly subscribers: Set<string>;
  lastNumber: number;
  wallOffsetMs: number;
  querying: boolean;
  /** Messages of other nodes that were not taken. */
  readonly refusals: Refusals;
  stale: boolean;
}
