/**
 * Changes of an attribute go to the node whose attribute it is.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { AttributeUpdate, Message } from "../runtime/messages.ts";
import { isCounted, writeDirect } from "./direct.ts";
import { forwardMsMax, waitingMax } from "./limits.ts";
import { change, clear, refusal } from "./own.ts";
import { answer, type Asker, type AttrdState, isMember, type Outcome, say } from "./state.ts";

type Change = Extract<Message, { readonly type: "attrd/update" | "attrd/clear" }>;

/** The timer of changes that another node has not answered. */
export const forwardTimer = "forwarded";

/** Somebody wants a change. */
export function onChange(
  state: AttrdState,
  asker: Asker,
  message: Change,
  at: number,
  out: Effect[],
): void {
  if (state.answers.length >= waitingMax) {
    const error = "Heartbeat has not said yet which life of the node this is";
    answer(out, asker, { ok: false, why: "busy", error });
    return;
  }
  const outcome = outcomeOf(state, asker, message, at, out);
  // The answer waits for the disk, with those of other changes.
  if (outcome !== undefined) state.answers.push({ asker, outcome });
}

/** Names that rules of constraints read as facts: the scheduler sets them itself. */
const facts: ReadonlySet<string> = new Set([
  "#uname",
  "#id",
  "#kind",
  "#is_dc",
  "#cluster-name",
  "#site-name",
]);

/**
 * Why nobody may set an attribute, of whatever lifetime: the scheduler reads a permanent one in the
 * same place, and a permanent `shutdown` would stop its node again after each start. What stands in
 * the CIB already may be deleted, but not the `shutdown` of a node that leaves.
 */
function reserved({ name, change, lifetime }: AttributeUpdate): string | undefined {
  if (name === "shutdown" && (change !== "delete" || lifetime === "reboot")) {
    return withCode("HA7020", "Only the cluster sets shutdown. Fix: stop the node instead");
  }
  return facts.has(name) && change !== "delete"
    ? withCode("HA7020", `${name} is a fact of the node itself. Fix: choose another name`)
    : undefined;
}

/** What comes of it; undefined: that is known later. */
function outcomeOf(
  state: AttrdState,
  asker: Asker,
  message: Change,
  at: number,
  out: Effect[],
): Outcome | undefined {
  if (!state.rates.take(`${asker.node ?? ""} ${asker.service}`, at)) {
    return {
      ok: false,
      why: "busy",
      error: withCode("HA7020", "Too many changes in one second. Fix: repeat it later"),
    };
  }
  const isUpdate = message.type === "attrd/update";
  const node = isUpdate ? message.update.node : message.node;
  if (isUpdate) {
    const { update } = message;
    const why = reserved(update);
    if (why !== undefined) return refusal(why);
    if (update.lifetime !== "reboot" || isCounted(update.name)) {
      return writeDirect(state, asker, update);
    }
  }
  if (node === undefined || node === state.self) {
    return isUpdate ? change(state, message.update, at, out) : clear(state, at, out);
  }
  if (!isMember(state, node)) {
    return {
      ok: false,
      why: "no such node",
      error: withCode("HA7020", `${node} is not a member. Fix: name a node that is, or start it`),
    };
  }
  if (asker.node !== undefined) return refusal("A change is passed on once");
  return forward(state, { asker, node, message }, at, out);
}

function forward(
  state: AttrdState,
  { asker, node, message }: {
    readonly asker: Asker;
    readonly node: string;
    readonly message: Change;
  },
  at: number,
  out: Effect[],
): Outcome | undefined {
  if (state.forwarded.size >= waitingMax) {
    return { ok: false, why: "busy", error: `${waitingMax} changes wait for other nodes already` };
  }
  const id = `forward ${state.life}.${++state.lastId}`;
  if (state.forwarded.size === 0) {
    out.push({ type: "timer", name: forwardTimer, inMs: forwardMsMax });
  }
  state.forwarded.set(id, { asker, until: at + forwardMsMax });
  say(out, node, { ...message, id });
  return undefined;
}

/** The other node has answered. */
export function onForwarded(
  state: AttrdState,
  { id, ok, error, why }: Extract<Message, { readonly type: "attrd/updated" }>,
  out: Effect[],
): void {
  const waiting = state.forwarded.get(id);
  if (waiting === undefined) return;
  state.forwarded.delete(id);
  answer(
    out,
    waiting.asker,
    ok ? { ok } : { ok, why: why ?? "refused", error: error ?? "unknown" },
  );
}

/** Some have waited long enough. */
export function expire(state: AttrdState, at: number, out: Effect[]): void {
  for (const [id, { asker, until }] of state.forwarded) {
    if (until > at) {
      out.push({ type: "timer", name: forwardTimer, inMs: until - at });
      return;
    }
    state.forwarded.delete(id);
    answer(out, asker, {
      ok: false,
      why: "timeout",
      error: `The node did not answer within ${forwardMsMax} ms; the change may still be made`,
    });
  }
}
