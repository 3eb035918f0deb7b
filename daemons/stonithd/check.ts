/**
 * Whether a device could fence now: what the monitor of its resource asks, what a survey of all nodes
 * asks, and what this node wants to know so that it hands on what it cannot do itself.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { FenceResult } from "../../plugins/handler/stonith/contract.ts";
import type { Effect } from "../runtime/machine.ts";
import type { Check, Device, StonithdState } from "./state.ts";
import { surveyed } from "./survey.ts";

/** Milliseconds between two questions of this node itself, at least; the random part comes on top. */
export const watchMs = 600_000;
const watchMsMore = 60_000;
/** Begins the names of their timers. */
const prefix = "watch ";

/** Checks under way at once at most. */
const checksMax = 1024;

/** A service of this node, or a survey, asks. */
export function check(
  state: StonithdState,
  name: string,
  asker: NonNullable<Check["asker"]>,
  at: number,
  out: Effect[],
): void {
  const device = state.devices.get(name);
  const asked = { device: name, tries: 0, at, asker };
  if (device?.state !== "ready" || state.checks.size >= checksMax) {
    const detail = device === undefined
      ? `no stonith device "${name}" is configured`
      : device.state === "ready"
      ? `${checksMax} checks are under way`
      : device.why;
    // One that is still being loaded will answer for itself.
    checked(state, asked, { ok: device?.state === "loading", detail }, at, out);
    return;
  }
  ask(state, device, asked, out);
}

/** Asks a device now, and again later; it was loaded, or its time has come. */
export function watch(state: StonithdState, id: string, out: Effect[]): void {
  const device = state.devices.get(id);
  if (device?.state !== "ready") return;
  const inMs = watchMs + state.random.between(0, watchMsMore);
  out.push({ type: "timer", name: `${prefix}${id}`, inMs });
  const isWatched = [...state.checks.values()].some((one) =>
    one.device === id && one.asker === undefined
  );
  if (isWatched || state.checks.size >= checksMax) return;
  ask(state, device, { device: id, tries: 0, at: 0 }, out);
}

/** Its timer. Whether it was one. */
export function watchDue(state: StonithdState, name: string, out: Effect[]): boolean {
  if (!name.startsWith(prefix)) return false;
  watch(state, name.slice(prefix.length), out);
  return true;
}

function ask(state: StonithdState, device: Device, asked: Check, out: Effect[]): void {
  const number = ++state.lastNumber;
  state.checks.set(number, asked);
  out.push({
    type: "call",
    id: `check ${number}`,
    instance: asked.device,
    method: "status",
    args: [],
    deadlineMs: planOf(device, asked).timeoutMs,
  });
}

/** The monitor of a resource asks by `pcmk_monitor_*`, all others by `pcmk_status_*`. */
const planOf = ({ config }: Device, { asker }: Check) =>
  asker?.type === "local" ? config.monitor : config.status;

/** The device has answered. */
export function deviceChecked(
  state: StonithdState,
  number: number,
  found: FenceResult,
  at: number,
  out: Effect[],
): void {
  const asked = state.checks.get(number);
  state.checks.delete(number);
  if (asked === undefined) return;
  const device = state.devices.get(asked.device);
  if (!found.ok && device?.state === "ready") {
    const tries = asked.tries + 1;
    if (tries < planOf(device, asked).triesMax) {
      ask(state, device, { ...asked, tries }, out);
      return;
    }
  }
  if (device !== undefined) {
    if (!found.ok && !device.unsound && asked.asker === undefined) {
      out.push({
        type: "log",
        level: "warning",
        text: withCode(
          "HA8004",
          `Fencing device "${asked.device}" cannot be used from here now: ${found.detail}`,
        ),
      });
    }
    device.unsound = !found.ok;
  }
  checked(state, asked, found, at, out);
}

function checked(
  state: StonithdState,
  { asker, device, at: begunAt }: Check,
  { ok, detail }: FenceResult,
  at: number,
  out: Effect[],
): void {
  if (asker === undefined) return;
  if (asker.type === "survey") {
    const tookMs = Math.max(0, Math.round(at - begunAt));
    surveyed(state, asker.key, { device, ok, detail, tookMs }, out);
    return;
  }
  out.push({
    type: "send",
    to: { service: asker.service },
    message: { type: "fence/checked", id: asker.id, ok, detail },
  });
}
