/**
 * What must hold between the fields that concern applications.
 *
 * @module
 */
import { type Diagnostic, problem } from "../../../metadata/diagnostic.ts";
import type { ApplicationsConfig } from "./application_fields.ts";
import type { NodeConfig } from "./node_config.ts";

/** Everything in which they do not go together. */
export function applicationRules(config: NodeConfig): Diagnostic[] {
  const { applications, notifiers, state } = config;
  if (applications === undefined) {
    return notifiers === undefined ? [] : [wrong(
      ["notifiers"],
      "there are notifiers, but no applications",
      "only apphbd calls them, and it does not run without that section",
      "add applications, or define an alert in the CIB (ha alert create)",
    )];
  }
  const { socket } = applications;
  return [
    ...entries(applications),
    ...guard(applications, config.watchdog),
    ...(socket !== undefined && (socket === state || socket.startsWith(`${state}/`))
      ? [wrong(
        ["applications", "socket"],
        `"${socket}" is in the state folder`,
        "only the owner may enter there",
        "choose another folder",
      )]
      : []),
  ];
}

function entries({ recover }: ApplicationsConfig): Diagnostic[] {
  return recover.flatMap(({ name, events }, at) => {
    const found: Diagnostic[] = [];
    if (recover.findIndex((one) => one.name === name) !== at) {
      found.push(wrong(
        ["applications", "recover", at, "name"],
        `"${name}" is there twice`,
        "only one of both would count",
        "remove one",
      ));
    }
    const twice = events.find(({ event }, at) =>
      events.findIndex((one) => one.event === event) !== at
    );
    if (twice !== undefined) {
      found.push(wrong(
        ["applications", "recover", at, "events"],
        `"${twice.event}" is there twice`,
        "a script runs once for each event",
        "remove one",
      ));
    }
    return found;
  });
}

function guard(
  { watchdog }: ApplicationsConfig,
  other: NodeConfig["watchdog"],
): Diagnostic[] {
  if (watchdog === undefined) return [];
  const { plugin, device, timeoutMs, intervalMs } = watchdog;
  const found: Diagnostic[] = [];
  const [ours, theirs] = [device, other?.["device"]].map((one) => one ?? "/dev/watchdog");
  if (plugin === "watchdog/device" && other?.plugin === plugin && ours === theirs) {
    found.push(wrong(
      ["applications", "watchdog", "device"],
      `"${ours}" is also the watchdog of heartbeat`,
      "only one process can hold a device",
      "name another device, or keep one of both",
    ));
  }
  if (timeoutMs !== undefined && timeoutMs <= 2 * intervalMs) {
    found.push(wrong(
      ["applications", "watchdog", "timeoutMs"],
      `${timeoutMs} ms is not more than twice the interval of ${intervalMs} ms`,
      "one late pet would reset a node that works",
      `give at least ${2 * intervalMs + 1}`,
    ));
  }
  return found;
}

const wrong = (
  path: readonly (string | number)[],
  what: string,
  why: string,
  fix: string,
): Diagnostic => problem(path, what, why, fix, "HA1004");
