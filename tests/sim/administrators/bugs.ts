/**
 * Planted bugs that lose, invent or forget changes of administrators.
 *
 * @module
 */
import type { CibState } from "../../../daemons/cib/state.ts";
import type { HistoryState } from "../../../daemons/history/state.ts";
import type { Machine } from "../../../daemons/runtime/machine.ts";
import type { Message } from "../../../daemons/runtime/messages.ts";
import { wrapping } from "../bugs/wrap.ts";

/** A bug, and what the judge says of it. */
export interface AdministratorBug {
  readonly bug: (machine: Machine) => Machine;
  readonly says: RegExp;
  /** Where it shows soon. */
  readonly seed: number;
  readonly changes: number;
}

/** A write without the version on which it was worked out. */
function withoutVersion(message: Message): Message {
  if (message.type !== "cib/apply") return message;
  const [first, ...rest] = message.changes;
  if (first?.op !== "modify" || first.set === undefined) return message;
  const { admin_epoch: _, epoch: __, ...set } = first.set;
  return { ...message, changes: [{ ...first, set }, ...rest] };
}

/** By name. */
export const bugs: Readonly<Record<string, AdministratorBug>> = {
  /** The cib takes a write that was worked out on an older configuration. */
  "no-compare-and-swap": {
    bug: wrapping<CibState>("cib", () => ({
      before: (_, event) =>
        event.type === "message" ? { ...event, message: withoutVersion(event.message) } : event,
    })),
    says: /an update may be lost/,
    seed: 1,
    changes: 20,
  },
  /** A refusal is passed on as a success. */
  "refusal-acknowledged": {
    bug: wrapping<CibState>("cib", () => ({
      after: (_, __, effects) =>
        effects.map((effect) =>
          effect.type === "send" && effect.message.type === "cib/applied" && !effect.message.ok
            ? { ...effect, message: { type: "cib/applied", id: effect.message.id, ok: true } }
            : effect
        ),
    })),
    says: /acknowledged, and 0 times in the CIB/,
    seed: 1,
    changes: 20,
  },
  /** The history keeps what a change did in the place of what takes it back. */
  "inverse-forgotten": {
    bug: wrapping<HistoryState>("history", () => ({
      after: (state, _, effects) => {
        const last = state.kept.at(-1);
        if (last?.change.inverse !== undefined && last.number % 5 === 0) {
          state.kept.splice(-1, 1, { ...last, change: { ...last.change, inverse: [] } });
        }
        return effects;
      },
    })),
    says: /taken back|undo of all/,
    seed: 1,
    changes: 15,
  },
};
