/**
 * The end of a request: everybody who asked hears of it, and so do those who hear of all.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import { announce } from "./elsewhere.ts";
import type { Request, StonithdState } from "./state.ts";

/** Finished requests that are remembered. */
export const historyMax = 100;

/** Answers a request; `delegate` is the node whose device confirmed it. */
export function answer(
  state: StonithdState,
  made: Request,
  ok: boolean,
  delegate: string,
  at: number,
  out: Effect[],
): void {
  state.requests.delete(made.key);
  made.awaited = 0;
  made.awaits = undefined;
  if (made.announced) announce(state, made, ok && delegate === state.self, out);
  const { target, action, incarnation } = made;
  const detail = ok ? "confirmed by the device" : made.failures.join("; ").slice(0, 1024);
  if (made.askers.some(({ type }) => type === "node")) {
    out.push({ type: "cancel", name: `working ${made.key}` });
  }
  out.push({ type: "cancel", name: `request ${made.key}` }, {
    type: "log",
    level: ok ? "notice" : "err",
    text: ok
      ? `${target} is fenced (${action}) by ${delegate}, after ${
        Math.round(at - made.startedAt)
      } ms`
      : `Cannot fence ${target} (${action}): ${detail}`,
  });
  reply(made, ok, delegate, detail, out);
  const tookMs = Math.round(at - made.startedAt);
  const outcome = { target, action, ok, delegate, detail, tookMs };
  const life = incarnation === undefined ? {} : { incarnation };
  for (const service of state.subscribers) {
    out.push({
      type: "send",
      to: { service },
      message: { type: "fence/happened", ...outcome, ...life },
    });
  }
  state.history.push({ ...outcome, wallMs: Math.round(at + state.wallOffsetMs) });
  if (state.history.length > historyMax) state.history.shift();
}

/** Tells everybody who asked. */
export function reply(
  { askers, target, action }: Request,
  ok: boolean,
  delegate: string,
  detail: string,
  out: Effect[],
): void {
  for (const asker of askers) {
    if (asker.type === "local") {
      out.push({
        type: "send",
        to: { service: asker.service },
        message: {
          type: "fence/result",
          id: asker.id,
          target,
          action,
          ok,
          ...(ok ? { delegate } : { error: detail }),
        },
      });
    } else {
      out.push({
        type: "send",
        to: { node: asker.node, service: "stonithd" },
        message: { type: "peer", body: { type: "fenced", key: asker.key, ok, detail } },
      });
    }
  }
}
