/**
 * Whether a device could fence now: what the monitor of its resource asks.
 *
 * @module
 */
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Effect } from "../runtime/machine.ts";
import type { StonithdState } from "./state.ts";

/** Whether a device is usable now, for the monitor of its resource. */
export function check(
  state: StonithdState,
  service: string,
  id: string,
  name: string,
  out: Effect[],
): void {
  const device = state.devices.get(name);
  if (device?.state !== "ready") {
    const detail = device?.why ?? `no stonith device "${name}" is configured`;
    // One that is still being loaded will answer for itself.
    checked({ service, id }, { ok: device?.state === "loading", detail }, out);
    return;
  }
  const number = ++state.lastNumber;
  state.checks.set(number, { service, id });
  out.push({
    type: "call",
    id: `check ${number}`,
    instance: name,
    method: "status",
    args: [],
    deadlineMs: 20_000,
  });
}

/** The device has answered. */
export function deviceChecked(
  state: StonithdState,
  number: number,
  found: FenceResult,
  out: Effect[],
): void {
  const asker = state.checks.get(number);
  state.checks.delete(number);
  if (asker) checked(asker, found, out);
}

function checked(
  asker: { readonly service: string; readonly id: string },
  result: FenceResult,
  out: Effect[],
): void {
  out.push({
    type: "send",
    to: { service: asker.service },
    message: { type: "fence/checked", id: asker.id, ok: result.ok, detail: result.detail },
  });
}
