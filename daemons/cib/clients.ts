/**
 * The clients of this node and their writes: from the wish to the answer.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { CibChange, CibVersion, Message } from "../runtime/messages.ts";
import { isClient } from "../runtime/protocol.ts";
import {
  charactersOf,
  clientDocumentCharactersMax,
  clientElementsMax,
  clipped,
  elementsOf,
  onlyTakesOut,
  pendingCharactersMax,
  savedCharacters,
  tooLarge,
} from "./bounds.ts";
import { onWrites } from "./entries.ts";
import type { Answer } from "./waiting.ts";
import {
  addressOf,
  batchCharactersMax,
  batchMax,
  type Checking,
  type CibState,
  type Client,
  coordinatorOf,
  log,
  type Pending,
  pendingMax,
  repeatMs,
  say,
  tipOf,
  writeTimeoutMs,
} from "./state.ts";
import { isLimited } from "./access/rules.ts";
import { heardBy } from "./access/write.ts";
import type { Write } from "./wire.ts";

/** What a client wants written; `checked`: by whom, and against which configuration. */
interface Asked {
  readonly client: Client;
  readonly message: Extract<Message, { type: "cib/apply" }>;
  readonly checked?: { readonly checking: Checking; readonly base: string };
}

/**
 * A client wants something written: it gets an id and goes to the coordinator.
 *
 * One that need not be checked comes without `checked`.
 * @returns the id; undefined if it was refused.
 */
export function onApply(
  state: CibState,
  { client, message, checked }: Asked,
  at: number,
  out: Effect[],
): string | undefined {
  const refuse = (error: string) =>
    out.push({
      type: "send",
      to: addressOf(state, client),
      message: { type: "cib/applied", id: message.id, ok: false, error },
    });
  if (state.view !== undefined && !state.view.quorate) {
    refuse(
      withCode(
        "HA6001",
        "The CIB cannot be changed: this node's membership has no quorum. " +
          "Fix: see ha status, or use a node that has it",
      ),
    );
    return undefined;
  }
  if (state.pending.size >= pendingMax) {
    refuse(`The CIB cannot be changed: ${pendingMax} changes wait already; try again later`);
    return undefined;
  }
  const characters = charactersOf(message.changes);
  const excess = excessOf(state, client, message.changes, characters);
  if (excess !== undefined) {
    refuse(excess);
    return undefined;
  }
  const write = {
    id: `${state.self} ${state.life}.${++state.lastWrite}`,
    changes: message.changes,
    ...(checked === undefined ? {} : { base: checked.base }),
  };
  const pending: Pending = {
    client,
    id: message.id,
    write,
    characters,
    dueAt: at + writeTimeoutMs,
    checking: checked?.checking,
  };
  if (state.pending.size === 0) {
    out.push({ type: "timer", name: "overdue", inMs: writeTimeoutMs });
  }
  state.pending.set(write.id, pending);
  const { view } = state;
  const coordinator = coordinatorOf(view);
  if (view === undefined || coordinator === undefined) return write.id;
  if (coordinator === state.self) {
    const own = { view: view.epoch, writes: [write] };
    onWrites(state, state.self, own, out, answerOf(state, out));
  } else askCoordinator(state, out);
  return write.id;
}

/** Why so much is not taken now; undefined: it is. */
function excessOf(
  state: CibState,
  { service }: Client,
  changes: readonly CibChange[],
  characters: number,
): string | undefined {
  let waiting = characters;
  for (const pending of state.pending.values()) waiting += pending.characters;
  if (state.pending.size > 0 && waiting > pendingCharactersMax) {
    return withCode(
      "HA3011",
      `The CIB cannot be changed: ${waiting} characters of changes would wait; limit ` +
        `${pendingCharactersMax}. Fix: try again later`,
    );
  }
  if (!isClient(service) || state.copy === undefined || onlyTakesOut(changes)) return undefined;
  if (elementsOf(state.copy.root) > clientElementsMax) {
    return withCode(
      "HA3012",
      `The CIB is not changed: it has more than ${clientElementsMax} elements. ` +
        "Fix: delete what is not needed",
    );
  }
  const size = savedCharacters(state.copy.root) + waiting;
  return size > clientDocumentCharactersMax
    ? tooLarge(size, clientDocumentCharactersMax)
    : undefined;
}

/** Sends what clients of this node want to the coordinator, if it has answered all before it. */
export function askCoordinator(state: CibState, out: Effect[]): void {
  const { view } = state;
  const coordinator = coordinatorOf(view);
  if (view === undefined || coordinator === undefined || coordinator === state.self) return;
  if (state.asked.size > 0 || state.pending.size === 0) return;
  const writes: Write[] = [];
  let sum = 0;
  for (const { write, characters } of state.pending.values()) {
    if (writes.length >= batchMax || sum >= batchCharactersMax) break;
    sum += characters;
    writes.push(write);
    state.asked.add(write.id);
  }
  say(out, coordinator, { type: "apply", view: view.epoch, writes });
  out.push({ type: "timer", name: "ask again", inMs: repeatMs });
}

/** What the coordinator does to answer a write of any node. */
export const answerOf = (state: CibState, out: Effect[]): Answer => (from, id, result) => {
  // One that its receiver refused for its length would hold up all that comes after it.
  const outcome = "version" in result
    ? { ok: true, ...result }
    : { ok: false, error: clipped(result.error), ...(result.stale ? { stale: true } : {}) };
  if (from === state.self) settle(state, id, outcome, out);
  else say(out, from, { type: "applied", id, ...outcome });
};

/** A client of this node learns what came of its write. */
export function settle(
  state: CibState,
  id: string,
  outcome: {
    readonly ok: boolean;
    readonly version?: CibVersion;
    readonly error?: string;
    readonly stale?: boolean;
    readonly unknown?: true;
  },
  out: Effect[],
): void {
  const pending = state.pending.get(id);
  if (pending === undefined) return;
  state.pending.delete(id);
  if (state.pending.size === 0) out.push({ type: "cancel", name: "overdue" });
  if (state.asked.delete(id) && state.asked.size === 0) {
    out.push({ type: "cancel", name: "ask again" });
    askCoordinator(state, out);
  }
  const { ok, version, error, stale = false, unknown } = outcome;
  const { checking } = pending;
  if (stale && checking !== undefined) {
    checking.stage = "stale";
    return;
  }
  // It only asked whether the coordinator answers.
  if (pending.client.service === "cib" && pending.client.node === state.self) return;
  const root = tipOf(state)?.root;
  const isOpen = unknown === true || (root !== undefined && !isLimited(root, pending.client.user));
  const warnings = ok && checking !== undefined ? [...checking.warnings] : [];
  for (const warning of warnings) {
    log(out, "warning", `A client's write to the CIB: ${warning}`);
  }
  out.push({
    type: "send",
    to: addressOf(state, pending.client),
    message: {
      type: "cib/applied",
      id: pending.id,
      ok,
      ...(version === undefined ? {} : { version }),
      ...(error === undefined ? {} : { error: isOpen ? error : heardBy(error) }),
      ...(unknown === undefined ? {} : { unknown }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  });
}

/** Every write that waits ends without an acknowledgement. */
export function refuseAll(state: CibState, why: string, out: Effect[]): void {
  for (const id of [...state.pending.keys()]) {
    const error = `The change was not acknowledged: ${why}. It may still take effect later`;
    settle(state, id, { ok: false, error, unknown: true }, out);
  }
}

/** Writes that were not acknowledged in time are answered all the same. */
export function expire(state: CibState, at: number, out: Effect[]): void {
  for (const [id, { dueAt }] of [...state.pending]) {
    if (dueAt > at) {
      out.push({ type: "timer", name: "overdue", inMs: dueAt - at });
      return;
    }
    const error =
      `The change was not acknowledged within ${writeTimeoutMs} ms. It may still take effect later`;
    settle(state, id, { ok: false, error, unknown: true }, out);
  }
}
