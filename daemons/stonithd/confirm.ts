/**
 * A person confirms that a node is off: the last resort, where no device can. It is recorded as such.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { answer, type Outcome } from "./outcome.ts";
import { blankRequest } from "./blank.ts";
import type { StonithdState } from "./state.ts";

/**
 * Takes a person's word for the end of a node, and answers all that wait for it.
 *
 * A node that is a member is heard now: it is not off. Nobody confirms its own death.
 */
export function takeWord(
  state: StonithdState,
  service: string,
  message: Extract<Message, { type: "fence/confirm" }>,
  at: number,
  out: Effect[],
): void {
  const { id, target, by } = message;
  const refused = target === state.self
    ? withCode("HA8008", "a node cannot confirm its own end. Fix: confirm it on another node")
    : state.members.includes(target)
    ? withCode("HA8008", `${target} is a member: it runs. Fix: switch it off, then confirm it`)
    : state.members.length === 0
    ? withCode("HA8008", "this node belongs to no cluster now. Fix: confirm it on a member")
    : undefined;
  if (refused !== undefined) {
    const text = state.refusals.unmet("A confirmation by hand", refused, at);
    if (text !== undefined) out.push({ type: "log", level: "warning", text });
    out.push({
      type: "send",
      to: { service },
      message: { type: "fence/result", id, target, action: "off", ok: false, error: refused },
    });
    return;
  }
  const outcome: Outcome = {
    ok: true,
    delegate: state.self,
    device: `by hand: ${by}`,
    execution: `${state.self} ${state.lifeName} ${++state.lastNumber}`,
    person: by,
  };
  out.push({
    type: "log",
    level: "crit",
    text: `${by} confirms by hand that ${target} is off: no device has confirmed it`,
  });
  const asked = {
    asker: { type: "local", service, id },
    target,
    action: "off",
    timeoutMs: 0,
  } as const;
  const made = blankRequest(state, { ...asked, incarnation: undefined }, at);
  const waiting = [...state.requests.values()]
    .filter((one) => one.target === target && one.action !== "on");
  for (const one of waiting) answer(state, one, outcome, at, out);
  // The others hear of it once, with the life that was seen last.
  made.announced = true;
  answer(state, made, outcome, at, out);
}
