/**
 * Which devices there are: the CIB says so, and each is loaded before it is needed.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { hostsAnswer } from "./answers.ts";
import type { Effect, Result } from "../runtime/machine.ts";
import { watch } from "./check.ts";
import { type DeviceConfig, type FencingConfig, fencingOf } from "./devices.ts";
import type { Device, StonithdState } from "./state.ts";

/** Faults of one configuration that are logged one by one; the others are counted. */
export const reportedMax = 10;

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
  reportLevels(state, wanted, out);
  state.topology = wanted.topology;
  const kept = new Map(wanted.devices.map((config) => [config.id, config]));
  for (const [id, device] of [...state.devices]) {
    const now = kept.get(id);
    if (now !== undefined && loadedOf(now) === loadedOf(device.config)) {
      // Delays, limits and names of nodes are the cluster's: the plugin stays.
      device.config = now;
      kept.delete(id);
    } else {
      state.devices.delete(id);
      if (device.config.wrong.length === 0) out.push({ type: "unload", instance: id });
    }
  }
  const refused: string[] = [];
  for (const config of kept.values()) {
    const device = newDevice(config);
    state.devices.set(config.id, device);
    if (config.wrong.length > 0) {
      refused.push(refuseDevice(device));
      continue;
    }
    out.push({
      type: "load",
      instance: config.id,
      plugin: config.plugin,
      config: config.config,
    });
  }
  reportFirst(refused, "fencing devices", out);
}

/** What a plugin is loaded with, and what keeps it from being loaded. */
const loadedOf = ({ plugin, config, wrong }: DeviceConfig): string =>
  JSON.stringify([plugin, config, wrong]);

const newDevice = (config: DeviceConfig): Device => ({
  config,
  state: "loading",
  hosts: [],
  listTries: 0,
  why: "being loaded",
  unsound: false,
  running: new Set(),
  waiting: [],
});

/** A parameter that cannot be heeded: a device that does something else than it says fences nobody. */
function refuseDevice(device: Device): string {
  const { id, wrong } = device.config;
  device.state = "failed";
  device.why = wrong.join("; ");
  return withCode("HA8002", `Fencing device "${id}" is not used: ${device.why}`);
}

/** Says what is wrong with levels, once: the first ones, and how many more there are. */
function reportLevels(state: StonithdState, { topology }: FencingConfig, out: Effect[]): void {
  const known = new Set(state.topology.wrong);
  reportFirst(topology.wrong.filter((text) => !known.has(text)), "fencing levels", out);
}

function reportFirst(texts: readonly string[], what: string, out: Effect[]): void {
  for (const text of texts.slice(0, reportedMax)) out.push({ type: "log", level: "err", text });
  const more = texts.length - reportedMax;
  if (more <= 0) return;
  const text = withCode(
    "HA8005",
    `${more} more ${what} are not used. Fix: correct those above; the next ones follow then`,
  );
  out.push({ type: "log", level: "err", text });
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
  device.listTries = 0;
  askHosts(device, out);
  watch(state, id, out);
}

function askHosts(device: Device, out: Effect[]): void {
  const { id, list } = device.config;
  out.push({
    type: "call",
    id: `hosts ${id}`,
    instance: id,
    method: "hosts",
    args: [],
    deadlineMs: list.timeoutMs,
  });
}

/** A device has said what it can fence. */
export function hostsTold(state: StonithdState, id: string, result: Result, out: Effect[]): void {
  const device = state.devices.get(id);
  if (device === undefined) return;
  const hosts = result.ok ? hostsAnswer(result.value) : undefined;
  if (hosts !== undefined) {
    device.hosts = hosts;
    return;
  }
  device.why = result.ok ? "its answer is not a list of hosts" : result.error;
  if (++device.listTries < device.config.list.triesMax) askHosts(device, out);
}
