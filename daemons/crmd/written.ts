/**
 * What became of a change that this node asked of the CIB.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { joinIn } from "./joining.ts";
import { stopped } from "./leaving.ts";
import { settle } from "./members.ts";
import { onProbed } from "./owed.ts";
import { onResultWritten } from "./perform.ts";
import { consider } from "./policy.ts";
import { refuseJoins, takeJoins } from "./refused_joins.ts";
import { type CrmdState, log, retryMs } from "./state.ts";

/** The CIB has accepted or rejected a change: its requester continues. */
export function onApplied(
  state: CrmdState,
  message: Extract<Message, { readonly type: "cib/applied" }>,
  at: number,
  out: Effect[],
): void {
  const purpose = state.writes.get(message.id);
  if (purpose === undefined) return;
  state.writes.delete(message.id);
  const { ok, error } = message;
  switch (purpose.type) {
    case "result":
      onResultWritten(state, purpose.resource, ok, error, out);
      // What this node has to tell may have been waiting for this.
      if (!state.joined && state.view?.quorate) joinIn(state, out);
      return;
    case "members": {
      const { coordination } = state;
      if (coordination === undefined) return;
      coordination.writing = false;
      if (ok) {
        takeJoins(coordination, purpose.joined);
        settle(state, purpose.joined, out);
      } else {
        refuseJoins(coordination, purpose.joined, error ?? "unknown", at, out);
        log(
          out,
          "warning",
          withCode("HA6007", `The members could not be written to the CIB: ${error ?? "unknown"}`),
        );
        out.push({ type: "timer", name: "members", inMs: retryMs });
        return;
      }
      consider(state, at, out);
      return;
    }
    case "order": {
      const { node, key } = purpose.asker;
      out.push({
        type: "send",
        to: { node, service: "tengine" },
        message: { type: "crmd/performed", key, ok, ...(error === undefined ? {} : { error }) },
      });
      return;
    }
    case "probe":
      onProbed(state, ok, at);
      return;
    case "shutdown":
      return;
    case "left":
      if (state.stopping) out.push(stopped(state));
      return;
  }
}

/** Resources with results that nobody is writing. */
export function unwritten(state: CrmdState): string[] {
  if (state.outbox.size === 0) return [];
  const busy = new Set<string>();
  for (const purpose of state.writes.values()) {
    if (purpose.type === "result") busy.add(purpose.resource);
  }
  return [...state.outbox.keys()].filter((resource) => !busy.has(resource));
}
