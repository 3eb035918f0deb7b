/**
 * Promotion scores that agents tell with their results: they become attributes of this node, as those of
 * agents that call `crm_attribute --promotion`.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect } from "../runtime/machine.ts";
import type { LrmOperation, Message } from "../runtime/messages.ts";
import type { Resource } from "./state.ts";

/** A score is at most what stands for infinity. */
const scoreMax = 1_000_000;

/** Whether a plugin may have said this: a score, or null for none. */
export const isScore = (value: unknown): value is number | null =>
  value === null ||
  typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= scoreMax;

/** Reports it to attrd. A monitor that finds the same score again reports nothing. */
export function reportPromotion(
  resource: Resource,
  { resource: id, action }: LrmOperation,
  promotion: number | null | undefined,
  out: Effect[],
): void {
  if (promotion === undefined) return;
  if (action === "monitor" && resource.promotion === promotion) return;
  resource.promotion = promotion;
  // The score is of the resource, whichever instance of the clone tells it.
  const name = `master-${id.replace(/:\d+$/, "")}`;
  const message: Message = {
    type: "attrd/update",
    id: `promotion ${id}`,
    update: promotion === null
      ? { change: "delete", name, lifetime: "reboot" }
      : { change: "set", name, lifetime: "reboot", value: String(promotion) },
  };
  out.push({ type: "send", to: { service: "attrd" }, message });
}

/** Attrd answers. */
export function onReported(
  { id, ok, error = "it gave no reason" }: Extract<Message, { readonly type: "attrd/updated" }>,
  out: Effect[],
): void {
  if (ok) return;
  const text = withCode("HA7020", `The ${id.slice(0, 200)} was not written: ${error}`);
  out.push({ type: "log", level: "warning", text });
}
