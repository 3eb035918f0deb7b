/**
 * What a fencing device says of its parameters, for the cib of this node: it checks what a client
 * writes. The locks are read each time, so that nothing outlives a change of a plugin; no plugin is
 * loaded for it.
 *
 * @module
 */
import type { Effect, Result } from "../runtime/machine.ts";
import { pluginOf } from "./devices.ts";
import { metaDataCharactersMax } from "./protocol.ts";
import type { AskedDevice, StonithdState } from "./state.ts";

/** Questions that wait at most. */
export const describingMax = 64;
/** Milliseconds that reading the locks may take; the cib waits a little longer. */
const describeMs = 1_500;
/** Begins the ids of calls. */
const prefix = "describe ";
/** What reads the locks: no id of a device has a colon. */
export const manifestsInstance = "describe:manifests";

/**
 * The cib or a client asks. A device that nobody can be asked of is answered at once, without
 * meta-data.
 */
export function describe(state: StonithdState, asked: AskedDevice, out: Effect[]): void {
  if (state.describing.size >= describingMax) {
    out.push(described(asked));
    return;
  }
  const { device } = asked;
  const call = `${prefix}${++state.lastNumber}`;
  state.describing.set(call, asked);
  if (state.manifests === "ready") read(call, device, out);
  else if (state.manifests === "none") {
    state.manifests = "loading";
    out.push({ type: "load", instance: manifestsInstance, plugin: "manifests", config: {} });
  }
}

/** What reads the locks is there, or cannot be had. */
export function manifestsLoaded(state: StonithdState, { ok }: Result, out: Effect[]): void {
  state.manifests = ok ? "ready" : "none";
  for (const [call, asked] of [...state.describing]) {
    if (ok) read(call, asked.device, out);
    else {
      state.describing.delete(call);
      out.push(described(asked));
    }
  }
}

/** The locks were read. Whether it was such a question. */
export function onDescribed(
  state: StonithdState,
  call: string,
  result: Result,
  out: Effect[],
): boolean {
  if (!call.startsWith(prefix)) return false;
  const asked = state.describing.get(call);
  if (asked === undefined) return true;
  state.describing.delete(call);
  const value = result.ok ? result.value : undefined;
  const isText = typeof value === "string" && value.length <= metaDataCharactersMax;
  out.push(described(asked, isText ? value : undefined));
  return true;
}

const read = (id: string, device: string, out: Effect[]): void =>
  void out.push({
    type: "call",
    id,
    instance: manifestsInstance,
    method: "describe",
    args: [pluginOf(device)],
    deadlineMs: describeMs,
  });

const described = ({ service, id }: AskedDevice, metaData?: string): Effect => ({
  type: "send",
  to: { service },
  message: { type: "fence/described", id, ...(metaData === undefined ? {} : { metaData }) },
});
