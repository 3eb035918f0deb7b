/**
 * All that a node's attrd knows.
 *
 * Each node owns its attributes: only its own attrd changes them, so there is one order of changes,
 * and no two nodes can disagree on who was last. The others hold mirrors.
 *
 * @module
 */
import type { Replica } from "../cib/doors/document.ts";
import type { Effect } from "../runtime/machine.ts";
import type {
  AttributeRefusal,
  AttributeUpdate,
  CibVersion,
  Message,
  View,
} from "../runtime/messages.ts";
import { cut, type Unfinished } from "../runtime/pieces.ts";
import type { Refusals } from "../runtime/refusals.ts";
import type { Rates } from "./rate.ts";

/** What the operator chooses. */
export interface AttrdConfig {
  /** An attribute that follows the reachable pseudo-members of heartbeat. */
  readonly connectivity?: Connectivity;
}

/** See `connectivity` of the node configuration. */
export interface Connectivity {
  readonly attribute: string;
  readonly multiplier: number;
  readonly dampenMs: number;
}

/** An attribute of one life of a node. */
export interface Attribute {
  readonly value: string;
  readonly dampenMs: number;
  readonly private: boolean;
  /** Id of the set in the CIB, if it is not the usual one. */
  readonly set?: string;
}

/** An attribute that was deleted: the CIB must not hold it. */
export interface Deleted {
  readonly dampenMs: number;
  readonly set?: string;
  /** When; it is forgotten some time later. */
  readonly at: number;
}

/** The attributes of another node. */
export interface Mirror {
  /** One life of that node's attrd, and its count of changes in it. */
  readonly life: string;
  serial: number;
  readonly values: Map<string, Attribute>;
}

/** Who waits for an answer, and under which id. */
export interface Asker {
  /** Absent: a program or daemon of this node. */
  readonly node?: string;
  readonly service: string;
  readonly id: string;
}

/** What came of a change. */
export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly why: AttributeRefusal; readonly error: string };

/** Everything an attrd knows. */
export interface AttrdState {
  readonly config: AttrdConfig;
  self: string;
  life: string;
  lastId: number;
  /** Counts the life of this node's heartbeat; undefined: not known yet, nothing is settled. */
  generation: number | undefined;
  /** What an earlier life of this daemon had, until it is known whether it is of this life of the node. */
  saved: Uint8Array | undefined;
  view: View | undefined;
  readonly replica: Replica;

  readonly own: Map<string, Attribute>;
  readonly deleted: Map<string, Deleted>;
  /** Attributes whose last change waits for further ones. */
  readonly damped: Set<string>;
  serial: number;
  /** Own attributes that have changed since the others heard of it. */
  readonly changed: Set<string>;
  /** What is on disk is older than what is here. */
  unsaved: boolean;
  /** Answers that wait for the disk. */
  readonly answers: { readonly asker: Asker; readonly outcome: Outcome }[];

  /** The write to the CIB that is under way, and the attributes that it is for. */
  write: { readonly id: string; readonly names: readonly string[] } | undefined;
  /** Attributes in the next write at most; less after a refusal, to find out which one is refused. */
  atOnce: number;
  /** Attributes that were refused alone: how often, and until when others go before them. */
  readonly heldBack: Map<string, { readonly count: number; readonly until: number }>;
  /** Refusals in a row of a write of one attribute. */
  refusedWrites: number;
  /** After a refusal nothing is written until a timer fires. */
  isPaused: boolean;
  /** The version of the CIB that holds the last write: the next one is made out of it. */
  awaited: CibVersion | undefined;
  /** The change that is a write of its own and is under way: of the configuration, or of what is counted. */
  direct: { readonly id: string; readonly asker: Asker } | undefined;
  /** Further ones, the first of them first. */
  readonly waiting: { readonly asker: Asker; readonly update: AttributeUpdate }[];

  readonly mirrors: Map<string, Mirror>;
  /** Members whose attributes were asked for. */
  readonly asked: Set<string>;
  /** Changes that were passed on to the node whose attribute it is. */
  readonly forwarded: Map<string, { readonly asker: Asker; readonly until: number }>;
  readonly rates: Rates;
  readonly unfinished: Map<string, Unfinished>;
  readonly refusals: Refusals;
}

/** What attrds say to each other. */
export type PeerMessage =
  /** What have you, if it is not this? */
  | { readonly type: "ask"; readonly life?: string; readonly serial?: number }
  | {
    readonly type: "all";
    readonly life: string;
    readonly serial: number;
    readonly values: Readonly<Record<string, Attribute>>;
  }
  /** `deleted` and `values` since the serial before. */
  | {
    readonly type: "changed";
    readonly life: string;
    readonly from: number;
    readonly serial: number;
    readonly values: Readonly<Record<string, Attribute>>;
    readonly deleted: readonly string[];
  }
  /** A program on the sender's node changes an attribute of the receiver's. */
  | Extract<Message, { readonly type: "attrd/update" | "attrd/clear" | "attrd/updated" }>;

/** Says something to another node's attrd. */
export function say(out: Effect[], node: string, message: PeerMessage): void {
  for (const body of cut(JSON.stringify(message))) {
    out.push({ type: "send", to: { node, service: "attrd" }, message: { type: "peer", body } });
  }
}

/** Sends something to a service of this node. */
export const tell = (out: Effect[], service: string, message: Message): void =>
  void out.push({ type: "send", to: { service }, message });

/** Answers the asker of a change. */
export function answer(out: Effect[], { node, service, id }: Asker, outcome: Outcome): void {
  const message = {
    type: "attrd/updated" as const,
    id,
    ...(outcome.ok ? { ok: true } : { ok: false, error: outcome.error, why: outcome.why }),
  };
  if (node === undefined) tell(out, service, message);
  else say(out, node, message);
}

/** One line for the log. */
export const log = (
  out: Effect[],
  level: Extract<Effect, { type: "log" }>["level"],
  text: string,
): void => void out.push({ type: "log", level, text });

/** The other members of the view. */
export const others = ({ view, self }: AttrdState): readonly string[] =>
  (view?.members ?? []).map(({ node }) => node).filter((node) => node !== self);

/** Whether a node is in the view; a node without a view is alone. */
export const isMember = ({ view, self }: AttrdState, node: string): boolean =>
  node === self || (view?.members.some((member) => member.node === node) ?? false);
