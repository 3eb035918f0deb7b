/**
 * Events of fencings: every node knows of each, as alerts are called on every node.
 *
 * The stonithd of a node reports what was asked for or carried out there. The node on which it was
 * asked for first tells the other members; if that one is gone, the node that carried it out does.
 *
 * @module
 */
import { clip } from "../../metadata/clip.ts";
import { printable } from "../../metadata/printable.ts";
import type { Effect } from "../runtime/machine.ts";
import { eventCharactersMax } from "../runtime/cluster_event.ts";
import { fencingsMax, sameFencingMs } from "./limits.ts";
import type { FencingSaid } from "./protocol.ts";
import type { EventsState, Happened, Of } from "./state.ts";

/** This node's stonithd reports a fencing. */
export function fenced(
  state: EventsState,
  message: Of<"fence/happened">,
  at: number,
  out: Effect[],
): readonly Happened[] {
  const { self, members } = state;
  const { target, origin } = message;
  const { type: _, incarnation: __, ...rest } = message;
  const detail = clip(printable(message.detail.toWellFormed()), eventCharactersMax - 64);
  const said: FencingSaid = { ...rest, detail, type: "fencing" };
  if (origin === undefined || origin === self || members?.has(origin) !== true) {
    for (const node of [...members?.keys() ?? []].sort()) {
      if (node === self || node === target) continue;
      const body = { ...said };
      out.push({
        type: "send",
        to: { node, service: "events" },
        message: { type: "peer", body },
      });
    }
  }
  return noted(state, said, at);
}

/** The event, unless it was heard of already. */
export function noted(state: EventsState, said: FencingSaid, at: number): readonly Happened[] {
  const { target, action, ok, delegate, detail, tookMs, device = "", origin = "", client = "" } =
    said;
  const key = [target, action, ok, ok ? delegate : ""].join(" ");
  const { fencings } = state;
  while (fencings[0] !== undefined && at - fencings[0].at > sameFencingMs) fencings.shift();
  if (fencings.some((one) => one.key === key)) return [];
  fencings.push({ key, at });
  if (fencings.length > fencingsMax) fencings.shift();
  const asked = `${client === "" ? "a client" : client}@${origin === "" ? state.self : origin}`;
  return [{
    kind: "fencing",
    node: target,
    what: ok
      ? `${target} is fenced (${action}) by ${delegate}${device === "" ? "" : `, device ${device}`}`
      : `${target} could not be fenced (${action})`,
    ...(ok ? {} : { why: detail }),
    facts: {
      node: target,
      task: action,
      rc: ok ? "0" : "1",
      desc: `Operation ${action} of ${target} by ${delegate} for ${asked}: ${ok ? "OK" : "Error"}`,
      delegate,
      device,
      origin,
      client,
      took_ms: String(tookMs),
    },
  }];
}
