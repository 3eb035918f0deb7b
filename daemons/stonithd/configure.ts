/**
 * Which devices there are: the CIB says so, and each is loaded before it is needed.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { hostsAnswer } from "./answers.ts";
import type { Effect, Result } from "../runtime/machine.ts";
import { type FencingConfig, fencingOf } from "./devices.ts";
import type { StonithdState } from "./state.ts";

/** Asks for the configuration; if that is under way, once more behind it. */
export function query(state: StonithdState, out: Effect[]): void {
  if (state.querying) {
    state.stale = true;
    return;
  }
  state.querying = true;
  state.stale = false;
  const id = `stonithd ${++state.lastNumber}`;
  out.push({ type: "send", to: { service: "cib" }, message: { type: "cib/query", id } });
}

/** Loads what is new in the CIB, unloads what is gone, and leaves alone what has not changed. */
export function configure(state: StonithdState, cib: string, out: Effect[]): void {
  let wanted: FencingConfig;
  try {
    wanted = fencingOf(cib);
  } catch (error) {
    out.push({
      type: "log",
      level: "err",
      text: withCode(
        "HA8005",
        `Cannot read the fencing devices out of the CIB: ${
          messageOf(error)
        }; the previous devices stay`,
      ),
    });
    return;
  }
  state.levels = wanted.levels;
  const kept = new Map(wanted.devices.map((config) => [config.id, config]));
  for (const [id, device] of [...state.devices]) {
    const now = kept.get(id);
    if (now !== undefined && JSON.stringify(now) === JSON.stringify(device.config)) {
      kept.delete(id);
    } else {
      state.devices.delete(id);
      out.push({ type: "unload", instance: id });
    }
  }
  for (const config of kept.values()) {
    state.devices.set(config.id, { config, state: "loading", hosts: [], why: "being loaded" });
    out.push({
      type: "load",
      instance: config.id,
      plugin: config.plugin,
      config: config.config,
    });
  }
}

/** A device's plugin is there, or cannot be had. */
export function loaded(state: StonithdState, id: string, result: Result, out: Effect[]): void {
  const device = state.devices.get(id);
  if (device === undefined) return;
  if (!result.ok) {
    device.state = "failed";
    device.why = result.error;
    out.push({
      type: "log",
      level: "err",
      text: withCode("HA8002", `Fencing device "${id}": ${result.error}`),
    });
    return;
  }
  device.state = "ready";
  device.why = "";
  out.push({
    type: "call",
    id: `hosts ${id}`,
    instance: id,
    method: "hosts",
    args: [],
    deadlineMs: 20_000,
  });
}

/** A device has said what it can fence. */
export function hostsTold(state: StonithdState, id: string, result: Result): void {
  const device = state.devices.get(id);
  if (device === undefined) return;
  const hosts = result.ok ? hostsAnswer(result.value) : undefined;
  if (hosts !== undefined) device.hosts = hosts;
  else device.why = result.ok ? "its answer is not a list of hosts" : result.error;
}
