/**
 * Whether each child is alive: it is asked again and again, and one that leaves too many questions
 * in a row unanswered hangs. It is killed, since a stopped process hears no other signal; its end is
 * then answered like any other.
 *
 * Questions are counted, not milliseconds: a machine on which nothing ran for a while, this process
 * included, has no hung daemons for that.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import { childOf, log, order, type RecoveryState, report } from "./state.ts";

/** Questions in a row without an answer after which a child is shown as silent. */
export const silentPings = 2;

/** Asks every child that lives, and judges those that did not answer. */
export function ping(state: RecoveryState, out: Effect[]): void {
  const { pingMs, pingsMissedMax, startPingsMax } = state.config;
  for (const [name, child] of state.children) {
    if (!child.alive || child.ending === "hung") continue;
    if (child.missed >= (child.greeted ? pingsMissedMax : startPingsMax)) {
      child.ending = "hung";
      const forMs = child.missed * pingMs;
      out.push(
        log(
          "err",
          withCode(
            "HA9004",
            `${name} hangs: it has answered nothing for ${forMs} ms; it is killed`,
          ),
        ),
        order("kill", name),
      );
      continue;
    }
    if (child.greeted && child.missed === silentPings) {
      child.state = "silent";
      report(state, out);
    }
    child.missed++;
    out.push(order("ping", name));
  }
  const ready = [...state.children.values()].every((child) => child.state === "running");
  out.push(
    { type: "call", instance: "children", method: "beat", args: [ready], deadlineMs: 1_000 },
    { type: "timer", name: "ping", inMs: pingMs },
  );
}

/** A child has answered. */
export function answered(
  state: RecoveryState,
  name: string,
  running: boolean,
  out: Effect[],
): void {
  const child = childOf(state, name);
  if (child === undefined || !child.alive) return;
  child.missed = 0;
  child.greeted = true;
  const now = running ? "running" : "starting";
  if (child.state === now) return;
  child.state = now;
  report(state, out);
}
