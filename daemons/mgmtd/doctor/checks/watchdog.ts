/**
 * The watchdog: whether there is one, and whether it watches.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** Whether one is configured. */
export const watchdog = check({
  name: "watchdog",
  summary: "a watchdog is configured",
  needs: ["config"],
  find: ({ config: { watchdog, nodes } }) =>
    watchdog !== undefined || nodes.length < 2 ? [] : [finding("warning", "HA5016", {
      at: "watchdog",
      what: "this node has no watchdog",
      why: "a node that hangs keeps its services until another one fences it",
      fix: 'add "watchdog": {"plugin": "watchdog/device"} to node.json; ha plugin ls lists others',
    })],
});

/** Whether it would bite. */
export const watchdogArmed = check({
  name: "watchdog-armed",
  summary: "the watchdog is armed",
  needs: ["view"],
  find: ({ view: { watchdog } }) =>
    watchdog === undefined || watchdog.state === "armed" ? [] : [finding("error", "HA5016", {
      at: watchdog.plugin,
      what: `it is ${watchdog.state}, so it does not watch this node`,
      fix: "see the log of heartbeat for the reason: ha log --daemon heartbeat",
    })],
});
