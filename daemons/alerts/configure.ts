/**
 * Which recipients there are: the CIB says so. What has not changed keeps its queue.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { AlertConfig, AlertRecipient } from "../runtime/messages.ts";
import { pluginOf } from "./instances.ts";
import { endTest } from "./tests.ts";
import type { AlertsState, Instance, Lane } from "./state.ts";

/** Takes the alerts of the CIB over. */
export function configure(
  state: AlertsState,
  alerts: readonly AlertConfig[],
  out: Effect[],
): void {
  const before = new Map(state.lanes);
  const wanted = new Map<string, Instance>();
  state.lanes.clear();
  for (const alert of alerts) {
    for (const recipient of alert.recipients) {
      const instance = instanceOf(state, alert, recipient, wanted);
      const lane = laneOf(alert, recipient, instance.name, before);
      state.lanes.set(lane.key, lane);
      before.delete(lane.key);
    }
  }
  for (const { queue, underway, key } of before.values()) {
    for (const { test } of [...queue, ...underway === undefined ? [] : [underway]]) {
      if (test !== undefined) {
        endTest(state, test, key, { error: "its recipient was removed" }, out);
      }
    }
  }
  for (const [name, { state: now }] of state.instances) {
    if (wanted.get(name) === state.instances.get(name)) continue;
    // It may be there under this name with another configuration: then the load replaces it.
    if (now !== "idle") out.push({ type: "unload", instance: name });
  }
  state.instances.clear();
  for (const [name, instance] of wanted) state.instances.set(name, instance);
}

/** Recipients with the same parameters share a plugin; a program gets them with each call. */
function instanceOf(
  { instances }: AlertsState,
  { id, path }: AlertConfig,
  recipient: AlertRecipient,
  wanted: Map<string, Instance>,
): Instance {
  const config = path.startsWith("/") ? {} : recipient.parameters;
  const plugin = pluginOf(path);
  const text = JSON.stringify(config);
  const isSame = (one: Instance) => one.plugin === plugin && JSON.stringify(one.config) === text;
  for (const one of wanted.values()) {
    if (one.name.startsWith(`${id}/`) && isSame(one)) return one;
  }
  const name = `${id}/${recipient.id}`;
  const known = instances.get(name);
  const instance = known !== undefined && isSame(known)
    ? known
    : { name, plugin, config, state: "idle" as const };
  wanted.set(name, instance);
  return instance;
}

function laneOf(
  alert: AlertConfig,
  recipient: AlertRecipient,
  instance: string,
  lanes: ReadonlyMap<string, Lane>,
): Lane {
  const key = `${alert.id} ${recipient.id}`;
  const known = lanes.get(key);
  if (known !== undefined) return { ...known, alert, recipient, instance };
  return {
    key,
    alert,
    recipient,
    instance,
    queue: [],
    underway: undefined,
    delivered: 0,
    dropped: 0,
    failed: 0,
    error: "",
    unreported: { dropped: 0, failed: 0 },
    reportedAt: -Infinity,
    reporting: false,
  };
}
