/**
 * The messages to the cib of a node, its answers, and the messages between the cibs of different
 * nodes (types in `wire.ts`, in pieces inside `peer` messages).
 *
 * @module
 */
import type { CibChange, CibVersion, Message } from "../runtime/messages.ts";
import { largeBytesMax, type Rules } from "../runtime/protocol.ts";
import {
  count,
  id,
  list,
  object,
  oneOf,
  type Reader,
  record,
  sorts,
  text,
  writable,
  yesOrNo,
} from "../runtime/reader.ts";
import type { Entry, PeerMessage, Report, Write } from "./wire.ts";

/** Changes that one write makes at most. */
export const changesMax = 4096;
/** Maximum changes in one message: those of many writes. */
const toldMax = 4_194_304;
/** Characters of a path, and of an attribute. */
const pathCharactersMax = 64 * 1024;
const attributeCharactersMax = 1024 * 1024;
/** Attributes that one change sets at most. */
const attributesMax = 1024;
/** Bytes of one write of a client. */
const writeBytesMax = 16 * 1024 * 1024;
/** Writes in one message at most. */
const writesMax = 128;
/** Characters of an error at most. */
const errorCharactersMax = 64 * 1024;
const errorBytesMax = 512 * 1024;
/** Warnings of one write at most, and characters of each. */
export const warningsMax = 20;
export const warningCharactersMax = 2_048;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from the cib. */
export type CibType =
  | "cib/subscribe"
  | "cib/changed"
  | "cib/query"
  | "cib/document"
  | "cib/apply"
  | "cib/applied";

/** A version. */
export const version: Reader<CibVersion> = object({
  adminEpoch: count,
  epoch: count,
  numUpdates: count,
});

const path = writable(pathCharactersMax);
const xml = text(largeBytesMax);
const value = writable(attributeCharactersMax);

const change: Reader<CibChange> = sorts<CibChange>("op", {
  create: object({ op: oneOf("create"), path, xml }, { position: count }),
  modify: object({ op: oneOf("modify"), path }, {
    set: record(value, attributesMax),
    unset: list(id, attributesMax),
  }),
  delete: object({ op: oneOf("delete"), path }),
  replace: object({ op: oneOf("replace"), path, xml }),
});

const changes = list(change, changesMax);

/** Changes of one write. */
export const readChanges: Reader<readonly CibChange[]> = changes;

const write: Reader<Write> = object({ id, changes }, { base: id });

/** An entry of the history, from another node or from disk. */
export const entry: Reader<Entry> = object({
  term: count,
  index: count,
  base: id,
  after: id,
  writes: list(write, writesMax),
});

const report: Reader<Report> = sorts<Report>("type", {
  copy: object({
    type: oneOf("copy"),
    tip: object({ term: count, index: count, digest: id }),
  }, { alone: yesOrNo }),
  empty: object({ type: oneOf("empty") }),
  corrupt: object({ type: oneOf("corrupt") }, { index: count }),
});

/** Reads what another node's cib says. */
export const readPeer: Reader<PeerMessage> = sorts<PeerMessage>("type", {
  report: object({ type: oneOf("report"), view: count, report }),
  ask: object({ type: oneOf("ask"), view: count }),
  waiting: object({ type: oneOf("waiting"), view: count }),
  fetch: object({ type: oneOf("fetch"), view: count }),
  install: object({ type: oneOf("install"), view: count, text: text(largeBytesMax) }),
  prepare: object({ type: oneOf("prepare"), view: count, entry }),
  prepared: object({ type: oneOf("prepared"), view: count, index: count }),
  diverged: object({ type: oneOf("diverged"), view: count, index: count }),
  commit: object({ type: oneOf("commit"), view: count, index: count }),
  apply: object({ type: oneOf("apply"), view: count, writes: list(write, writesMax) }),
  applied: object({ type: oneOf("applied"), id, ok: yesOrNo }, {
    version,
    error: text(errorCharactersMax),
    stale: yesOrNo,
  }),
});

/** The rules. */
export const cibRules: Rules<Of<CibType>> = {
  "cib/subscribe": {
    // What a user gets and may do is limited by `access/`.
    from: ["node", "client", "user"],
    to: ["cib"],
    read: object({ type: oneOf("cib/subscribe") }),
  },
  "cib/changed": {
    from: ["cib"],
    read: object({
      type: oneOf("cib/changed"),
      version,
      changes: list(change, toldMax),
      replaced: yesOrNo,
    }),
    bytesMax: largeBytesMax,
  },
  "cib/query": {
    // What a user gets and may do is limited by `access/`.
    from: ["node", "client", "user"],
    to: ["cib"],
    read: object({ type: oneOf("cib/query"), id }),
  },
  "cib/document": {
    from: ["cib"],
    read: object({ type: oneOf("cib/document"), id, version, xml }, {
      denied: text(errorCharactersMax),
    }),
    bytesMax: largeBytesMax,
  },
  "cib/apply": {
    // What a user gets and may do is limited by `access/`.
    from: ["node", "client", "user"],
    to: ["cib"],
    // Too many are answered with a refusal.
    read: object({ type: oneOf("cib/apply"), id, changes: list(change, toldMax) }),
    bytesMax: writeBytesMax,
  },
  "cib/applied": {
    from: ["cib"],
    read: object({ type: oneOf("cib/applied"), id, ok: yesOrNo }, {
      version,
      error: text(errorCharactersMax),
      unknown: yesOrNo,
      warnings: list(text(warningCharactersMax), warningsMax),
    }),
    bytesMax: errorBytesMax,
  },
};
