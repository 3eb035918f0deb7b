/**
 * The notifiers: each is a plugin that is loaded when an event needs it, and unloaded when none has for
 * a while. So an alert costs no memory while nothing happens.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { clip } from "../../metadata/clip.ts";
import type { Effect, Result } from "../runtime/machine.ts";
import { errorCharactersMax, idleMs, retryMs } from "./limits.ts";
import type { AlertsState, Instance } from "./state.ts";

/** Names of timers begin with these words, then comes the instance. */
const [idlePrefix, retryPrefix] = ["idle ", "retry "];

/** The plugin of a path: a program is a type of a family of its own path. */
export const pluginOf = (path: string): string =>
  path.startsWith("/")
    ? `notifier${path}`
    : path.startsWith("notifier/")
    ? path
    : `notifier/${path}`;

/** Whether it can be called now; one that is not loaded is loaded. */
export function isReady(instance: Instance, out: Effect[]): boolean {
  const { name, plugin, config, state } = instance;
  if (state === "ready") return true;
  if (state === "idle") {
    instance.state = "loading";
    out.push({ type: "load", instance: name, plugin, config });
  }
  return false;
}

/** The plugin is there, or cannot be had. Whether it can be called. */
export function onLoaded(instance: Instance, result: Result, out: Effect[]): boolean {
  if (instance.state !== "loading") return false;
  if (result.ok) {
    instance.state = "ready";
    return true;
  }
  failed(instance, result.error, out);
  return false;
}

/** It cannot be used now: an operator may fix that, or the machine be less busy. */
export function failed(instance: Instance, why: string, out: Effect[]): void {
  const text = clip(why, errorCharactersMax);
  instance.state = { failed: text };
  out.push(
    { type: "log", level: "err", text: withCode("HA7031", `Alerts of ${instance.name}: ${text}`) },
    { type: "timer", name: `${retryPrefix}${instance.name}`, inMs: retryMs },
  );
}

/** Nobody needs it at the moment. */
export function rest({ name, state }: Instance, out: Effect[]): void {
  if (state === "ready") out.push({ type: "timer", name: `${idlePrefix}${name}`, inMs: idleMs });
}

/** A timer of an instance. Gives the instance that is to be tried again. */
export function onTimer(
  { instances, lanes }: AlertsState,
  timer: string,
  out: Effect[],
): Instance | undefined {
  if (timer.startsWith(retryPrefix)) {
    const instance = instances.get(timer.slice(retryPrefix.length));
    if (instance === undefined || typeof instance.state !== "object") return undefined;
    instance.state = "idle";
    return instance;
  }
  if (!timer.startsWith(idlePrefix)) return undefined;
  const instance = instances.get(timer.slice(idlePrefix.length));
  if (instance?.state !== "ready") return undefined;
  const isNeeded = [...lanes.values()].some((lane) =>
    lane.instance === instance.name && (lane.underway !== undefined || lane.queue.length > 0)
  );
  if (isNeeded) return undefined;
  instance.state = "idle";
  out.push({ type: "unload", instance: instance.name });
  return undefined;
}
