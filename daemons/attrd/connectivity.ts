/**
 * What heartbeat says: which life of the node this is, and which pseudo-members are reachable. Their
 * number makes an attribute, so that resources can prefer nodes that reach the network.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { change } from "./own.ts";
import { restore } from "./saved.ts";
import { type AttrdState, log } from "./state.ts";

/** Heartbeat says whom it hears. */
export function onConnectivity(
  state: AttrdState,
  { nodes }: Extract<Message, { readonly type: "heartbeat/connectivity" }>,
  at: number,
  out: Effect[],
): void {
  const own = nodes.find(({ name }) => name === state.self);
  if (own !== undefined) restore(state, own.generation, at, out);
  const { connectivity } = state.config;
  if (connectivity === undefined) return;
  const pings = nodes.filter(({ kind }) => kind === "ping");
  // A pseudo-member that has had no time to answer counts neither way.
  if (pings.length === 0 || pings.some(({ status }) => status === "init")) return;
  const { attribute: name, multiplier, dampenMs } = connectivity;
  const reachable = pings.filter(({ status }) => status === "ping").length;
  const value = String(reachable * multiplier);
  if (state.own.get(name)?.value === value) return;
  log(out, "notice", `${reachable} of ${pings.length} pseudo-members answer: ${name}=${value}`);
  const outcome = change(
    state,
    { change: "both", name, value, dampenMs, lifetime: "reboot" },
    at,
    out,
  );
  if (!outcome.ok) log(out, "err", outcome.error);
}
