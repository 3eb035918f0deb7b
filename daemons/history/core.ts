/**
 * The history of the configuration on one node: each change with who made it and why, what it changed,
 * and what takes it back.
 *
 * It follows the CIB of its own node, so it has what was acknowledged while that node was a member. Who
 * and why stand in attributes of the CIB's root, where the command that made the change has written
 * them (`cib/doors/author.ts`).
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { authorIn } from "../cib/doors/author.ts";
import { differenceOf, newReplica, subscribe, take, versionOf } from "../cib/doors/document.ts";
import type { Effect, Event, Machine, Sender } from "../runtime/machine.ts";
import type { User } from "../runtime/user.ts";
import { isLimited } from "../cib/doors/access.ts";
import { changesFor, headsFor } from "./seen.ts";
import type { CibVersion, Message, PastChange } from "../runtime/messages.ts";
import { Refusal } from "../runtime/reader.ts";
import { allBytesMax, changeBytesMax, keptMax } from "./limits.ts";
import { readKept } from "./protocol.ts";
import type { HistoryState } from "./state.ts";

/** Makes the machine of service `history`. */
export function history(): Machine<HistoryState> {
  return { service: "history", state: { replica: newReplica(), kept: [], next: 0 }, step };
}

function step(state: HistoryState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      restore(state, event.saved, out);
      subscribe(state.replica, out);
      break;
    case "peer":
      if (event.up && event.service === "cib") subscribe(state.replica, out);
      break;
    case "message":
      onMessage(state, event.from, event.message, out);
      break;
    case "stop":
      out.push({ type: "stopped" });
      break;
    case "timer":
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  return out;
}

function onMessage(
  state: HistoryState,
  from: Sender,
  message: Message,
  out: Effect[],
): void {
  switch (message.type) {
    case "cib/changed":
    case "cib/document": {
      if (from.service !== "cib") return;
      const before = state.replica.root;
      if (!take(state.replica, message, out)) return;
      const { root } = state.replica;
      const isWhole = message.type === "cib/document";
      if (root !== undefined) onChanged(state, before, root, isWhole, out);
      return;
    }
    case "history/query": {
      const { id, epoch } = message;
      if (from.user !== undefined) {
        answerUser(state, from, from.user, message, out);
        return;
      }
      const found = state.kept.map(({ change }) => change)
        .filter(({ version }) => epoch === undefined || version.epoch === epoch).reverse();
      const changes = epoch === undefined ? found.map(headOf) : found;
      out.push({ type: "send", to: from, message: { type: "history/answer", id, changes } });
      return;
    }
    case "status/query":
      out.push({
        type: "send",
        to: from,
        message: {
          type: "status/answer",
          id: message.id,
          status: { kept: state.kept.length, bytes: bytesOf(state) },
        },
      });
      return;
  }
}

/** A program whose user may be limited asks. Before there is a CIB, nobody knows by which rules. */
function answerUser(
  { kept, replica: { root } }: HistoryState,
  { service }: Sender,
  user: User,
  { id, epoch }: Extract<Message, { readonly type: "history/query" }>,
  out: Effect[],
): void {
  const all = kept.filter(({ change }) => epoch === undefined || change.version.epoch === epoch)
    .map(({ change }) => change).reverse();
  const changes = root === undefined
    ? []
    : !isLimited(root, user)
    ? (epoch === undefined ? all.map(headOf) : all)
    : epoch === undefined
    ? headsFor(kept, user)
    : changesFor(kept, configured(root), user, epoch);
  out.push({ type: "send", to: { service }, message: { type: "history/answer", id, changes } });
}

const headOf = ({ changes: _, inverse: __, ...head }: PastChange): PastChange => head;

const isSame = (a: CibVersion, b: CibVersion): boolean =>
  a.adminEpoch === b.adminEpoch && a.epoch === b.epoch;

/** The copy is another one: what is new in its configuration is kept. */
function onChanged(
  state: HistoryState,
  before: XmlElement | undefined,
  after: XmlElement,
  isWhole: boolean,
  out: Effect[],
): void {
  const version = versionOf(after);
  if (before === undefined) {
    const last = state.kept.at(-1)?.change.version;
    // What was changed while this node was away is not known here.
    if (last !== undefined && !isSame(last, version)) {
      keep(state, { version, left: "away" }, out);
    }
    return;
  }
  const old = versionOf(before);
  if (isSame(old, version)) return;
  // More than one change came as a whole document: they are not one, and have not one author.
  if (isWhole && old.adminEpoch === version.adminEpoch && version.epoch > old.epoch + 1) {
    keep(state, { version, left: "away" }, out);
    return;
  }
  const author = authorIn(after.attributes);
  const isNew = author?.token !== authorIn(before.attributes)?.token;
  keep(state, {
    version,
    ...(author === undefined || !isNew ? {} : {
      user: author.user,
      command: author.command,
      ...(author.reason === undefined ? {} : { reason: author.reason }),
      ...(author.at === undefined ? {} : { at: author.at }),
    }),
    changes: differenceOf(configured(before), configured(after)),
    inverse: differenceOf(configured(after), configured(before)),
  }, out);
}

/** Without the status, which is no configuration. */
const configured = (root: XmlElement): XmlElement => ({
  ...root,
  children: root.children.filter((child) =>
    child.type !== "element" || child.name.raw !== "status"
  ),
});

function keep(state: HistoryState, change: PastChange, out: Effect[]): void {
  const number = state.next++;
  let kept = change;
  let value = written(number, kept);
  if (value.length > changeBytesMax) {
    kept = { ...headOf(change), left: "too large" };
    value = written(number, kept);
  }
  state.kept.push({ number, change: kept, bytes: value.length });
  out.push({ type: "save", key: keyOf(number), value, waits: false });
  let bytes = bytesOf(state);
  while (state.kept.length > keptMax || bytes > allBytesMax) {
    const [oldest] = state.kept.splice(0, 1);
    if (oldest === undefined) break;
    bytes -= oldest.bytes;
    if (keyOf(oldest.number) !== keyOf(number)) {
      out.push({ type: "save", key: keyOf(oldest.number), waits: false });
    }
  }
}

const bytesOf = ({ kept }: HistoryState): number => kept.reduce((sum, { bytes }) => sum + bytes, 0);

/** The file of a change is used again for the one that comes so many later. */
const keyOf = (number: number): string => `change.${number % (keptMax + 1)}`;

const written = (number: number, change: PastChange): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ number, change }));

/** What earlier lives have kept. A damaged file costs that one change. */
function restore(
  state: HistoryState,
  saved: ReadonlyMap<string, Uint8Array>,
  out: Effect[],
): void {
  for (const [key, bytes] of saved) {
    const read = readSaved(bytes);
    if (read instanceof Refusal || keyOf(read.number) !== key) {
      const text = `A change of the history cannot be read and is left out: ${key}`;
      out.push({ type: "log", level: "warning", text });
      continue;
    }
    state.kept.push({ ...read, bytes: bytes.length });
  }
  state.kept.sort((a, b) => a.number - b.number);
  state.next = (state.kept.at(-1)?.number ?? -1) + 1;
}

function readSaved(bytes: Uint8Array): ReturnType<typeof readKept> {
  try {
    return readKept(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return new Refusal("JSON");
  }
}
