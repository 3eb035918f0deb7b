/**
 * All that one copy of the CIB knows, and the few ways in which every part of the machine acts.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { AgentName, CibChange, CibVersion, Message, View } from "../runtime/messages.ts";
import type { Refusals } from "../runtime/refusals.ts";
import type { User } from "../runtime/user.ts";
import { shownTo } from "./access/shown.ts";
import type { Trees } from "./access/write.ts";
import { isLimited } from "./access/rules.ts";
import { differenceOf } from "./difference.ts";
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "@std/xml";
import type { Copy, Prepared } from "./journal.ts";
import { textOf } from "./text.ts";
import { versionOf } from "./version.ts";
import { cut, type Unfinished } from "../runtime/pieces.ts";
import type { Entry, PeerMessage, Report, Write } from "./wire.ts";

/** What the operator chooses. */
export interface CibConfig {
  /**
   * The CIB of a new cluster, as XML. It counts only if no member of the first quorate view has
   * anything saved; without it that CIB is empty.
   */
  readonly initial?: string;
  /** Whether these may ever have acted, if the votes of those counted; half of them if left out. */
  readonly mayAct?: CibState["mayAct"];
}

/** Writes of clients of this node that wait for their acknowledgement, at most. */
export const pendingMax = 4096;
/** Writes that wait for the coordinator, at most. */
export const queueMax = 8192;
/** Writes in one entry at most. */
export const batchMax = 128;
/** Characters of an entry beyond which no further write is taken in. */
export const batchCharactersMax = 256 * 1024;
/** Queries that wait until there is a CIB at all, at most. */
export const heldQueriesMax = 64;
/** Milliseconds after which a message that may be lost is sent again. */
export const repeatMs = 1_000;
/** After so many milliseconds a client hears that its write was not acknowledged. */
export const writeTimeoutMs = 30_000;
/** Entries after which the whole document is written as soon as there is nothing else to do. */
export const entriesMax = 96;

/** The receiver of an answer. */
export interface Client {
  readonly node: string;
  readonly service: string;
  /** Whom the rules of the CIB may limit. */
  readonly user?: User;
}

/** A write of a client of this node. */
export interface Pending {
  readonly client: Client;
  /** The client's own id. */
  readonly id: string;
  readonly write: Write;
  /** Of what it puts into the CIB. */
  readonly characters: number;
  readonly dueAt: number;
  /** The node that checked it, and checks it again if it comes too late. */
  readonly checking?: Checking | undefined;
}

/** A client whose writes are checked, one after the other. */
export interface Checking {
  readonly client: Client;
  /** The first is the one at hand; the others wait behind it. */
  readonly writes: Extract<Message, { type: "cib/apply" }>[];
  /** Of all of them. */
  characters: number;
  /**
   * `next`: the first has not been looked at. `asking`: other daemons are asked what agents say.
   * `written`: it is on its way to the coordinator. `stale`: that has another configuration than the
   * write was checked against.
   */
  stage: "next" | "asking" | "written" | "stale";
  /** Id of the write that is on its way. */
  writeId: string;
  /** The CIB without and with the write at hand. */
  trees: Trees | undefined;
  /** The same as a user sees it whom rules limit. */
  seen: Trees | undefined;
  /** Agents that nobody was asked of yet. */
  agents: readonly AgentName[];
  /** Open questions by their id: the agent's key, and the service that was asked. */
  readonly asked: Map<string, { readonly key: string; readonly service: string }>;
  /** What was answered to this batch of questions, by the agent's key. */
  readonly metaData: Map<string, string>;
  /** What is wrong with the write at hand. */
  readonly problems: string[];
  /** What has no effect in it. */
  readonly warnings: string[];
  /** Times that it was checked. */
  tries: number;
}

/** What the coordinator of the view at hand does. */
export type Coordinator =
  /** Another node is it, or there is no quorum. */
  | { readonly type: "none" }
  /** It waits until every member has said what it has. */
  | { readonly type: "collecting"; readonly reports: Map<string, Report> }
  /** It has asked the member with the newest copy for it. */
  | { readonly type: "fetching"; readonly reports: Map<string, Report>; readonly from: string }
  /** An entry is on its way to every disk. */
  | { readonly type: "writing"; readonly entry: Entry; readonly missing: Set<string> }
  /** Every member has the same copy; writes are welcome. */
  | { readonly type: "ready" };

/** Everything a copy of the CIB knows. */
export interface CibState {
  /** What a new cluster begins with. */
  readonly initial: XmlElement;
  /** Whether these, of nodes that count, may have acted in an earlier view: in doubt, yes. */
  readonly mayAct: (members: readonly string[], nodes: readonly string[]) => boolean;
  self: string;
  /** Begins the ids of this life's writes. */
  life: string;
  lastWrite: number;
  /** What is shown: known to be acknowledged, or adopted by a quorate view. */
  copy: Copy | undefined;
  /** What is on disk beyond it, oldest first. */
  readonly prepared: Prepared[];
  /** Index of the document on disk. */
  documentIndex: number;
  /** Set while what is on disk is damaged: how far it had come, if that is known. */
  corrupt: { readonly index?: number } | undefined;
  /** Keys to forget once a whole document has been saved. */
  damaged: readonly string[];
  view: View | undefined;
  /** Whether the view at hand has made this copy its own: what is shown is what all show. */
  synced: boolean;
  /** It has gone on alone, as one of two nodes: until both have one copy again. */
  alone: boolean;
  coordinator: Coordinator;
  /** How often the coordinator has repeated its request. */
  repeats: number;
  /**
   * Members that were brought up a moment ago, and what they said since. A whole document is costly:
   * who asks for one without end gets one every `repeatMs`.
   */
  readonly broughtUp: Map<string, Report | undefined>;
  /** A member was sent the whole document since the last entry was complete. */
  documentSent: boolean;
  /** At the coordinator: writes that no entry holds yet. */
  readonly queue: { readonly from: string; readonly view: number; readonly write: Write }[];
  /** Writes of this node's clients, by the write's id. */
  readonly pending: Map<string, Pending>;
  /** Those of them that the coordinator of this view, another node, has been asked for. */
  readonly asked: Set<string>;
  /** Clients whose writes are being checked, by service. */
  readonly checking: Map<string, Checking>;
  lastQuestion: number;
  readonly subscribers: Map<string, Client>;
  readonly heldQueries: { readonly client: Client; readonly id: string }[];
  readonly unfinished: Map<string, Unfinished>;
  /** What the coordinator owes this node (`owed.ts`). */
  readonly owed: {
    /** Absent: nothing. */
    sinceMs: number | undefined;
    /** When the coordinator's cib last said something. */
    heardMs: number;
    /** The timer runs. */
    isTimed: boolean;
  };
  /** Reports for a view that this node has not heard of yet: the last one of each node. */
  readonly early: Map<string, { readonly view: number; readonly report: Report }>;
  /** Messages of other nodes that were not taken. */
  readonly refusals: Refusals;
}

/** The member that every write goes through. */
export const coordinatorOf = (view: View | undefined): string | undefined =>
  view?.quorate ? view.members[0]?.node : undefined;

/** The last thing on this node's disk. */
export const tipOf = (state: CibState): Copy | undefined =>
  state.prepared.at(-1)?.copy ?? state.copy;

/** Says something to another member's copy. */
export function say(out: Effect[], node: string, message: PeerMessage): void {
  for (const body of cut(JSON.stringify(message))) {
    out.push({ type: "send", to: { node, service: "cib" }, message: { type: "peer", body } });
  }
}

/** Answers a client, on whatever node it is. */
export function addressOf(state: CibState, client: Client): { node?: string; service: string } {
  const { node, service } = client;
  return node === state.self ? { service } : { node, service };
}

/** Publishes a new copy, and informs those that follow the changes. */
export function show(
  state: CibState,
  copy: Copy,
  /** Absent: the whole document is another one. */
  changes: readonly CibChange[] | undefined,
  out: Effect[],
): void {
  const before = state.copy;
  state.copy = copy;
  if (before?.digest !== copy.digest) {
    const version = versionOf(copy.root);
    for (const client of state.subscribers.values()) {
      const seen = before === undefined ? changes : changesFor(client, before, copy, changes);
      if (seen?.length === 0 && seen !== changes) continue;
      out.push({
        type: "send",
        to: addressOf(state, client),
        message: {
          type: "cib/changed",
          version,
          changes: seen ?? [],
          replaced: seen === undefined,
        },
      });
    }
  }
  for (const { client, id } of state.heldQueries.splice(0)) answerQuery(state, client, id, out);
}

/** The changes of what a client sees; undefined: it must ask again. */
function changesFor(
  { user }: Client,
  before: Copy,
  after: Copy,
  changes: readonly CibChange[] | undefined,
): readonly CibChange[] | undefined {
  if (!isLimited(before.root, user) && !isLimited(after.root, user)) return changes;
  return differenceOf(shownTo(before.root, user).root, shownTo(after.root, user).root);
}

/** Gives a client the document. */
export function answerQuery(state: CibState, client: Client, id: string, out: Effect[]): void {
  if (state.copy === undefined) return;
  const { root, nothing } = shownTo(state.copy.root, client.user);
  const name = client.user?.name ?? "";
  out.push({
    type: "send",
    to: addressOf(state, client),
    message: {
      type: "cib/document",
      id,
      version: versionOf(state.copy.root),
      xml: textOf(root),
      ...(nothing ? { denied: seesNothing(name) } : {}),
    },
  });
}

const seesNothing = (name: string): string =>
  withCode(
    "HA3024",
    `${name} may see nothing of the CIB: no rule allows it. Fix: ask an administrator for a role`,
  );

/** The version that is shown. */
export const shownVersion = (state: CibState): CibVersion | undefined =>
  state.copy && versionOf(state.copy.root);

/** One line for the log. */
export const log = (
  out: Effect[],
  level: Extract<Effect, { type: "log" }>["level"],
  text: string,
): void => void out.push({ type: "log", level, text });
