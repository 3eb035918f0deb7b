/**
 * Stands for every plugin of kind `ra`: agents whose services are lines in the node's table of
 * what truly runs.
 *
 * A parameter `sim_start_ms`, `sim_stop_ms` or `sim_monitor_ms` says how long an operation takes;
 * otherwise it is up to the world. A service that dies by itself is the nemesis' doing.
 *
 * @module
 */
import type { RaOperation, RaResult, RaRunning } from "../../../plugins/handler/ra/contract.ts";
import { graceMs } from "../../../daemons/lrmd/dispatch.ts";
import { failed, ok, type SimHost, type SimPlugin } from "../sim_plugin.ts";

/** A parameter that no agent takes. */
export const refusedParameter = "sim_refused";
/** What it answers then: not configured. Nothing was tried. */
export const refused = 6;

const parameter = (name: string, type: string) =>
  `<parameter name="${name}"><longdesc lang="en">${name}</longdesc>` +
  `<shortdesc lang="en">${name}</shortdesc><content type="${type}"/></parameter>`;

/** It takes the parameter that it refuses: no meta-data tells of every mistake. */
const metadata = `<?xml version="1.0"?>
<resource-agent name="Dummy" version="1.0">
  <version>1.1</version>
  <parameters>
    <parameter name="level" reloadable="1"><longdesc lang="en">level</longdesc>
    <shortdesc lang="en">level</shortdesc><content type="string"/></parameter>
    ${["start", "stop", "monitor"].map((name) => parameter(`sim_${name}_ms`, "integer")).join("")}
    ${parameter(refusedParameter, "string")}
  </parameters>
  <actions>
    <action name="start" timeout="20s"/>
    <action name="stop" timeout="20s"/>
    <action name="monitor" timeout="20s" interval="10s" depth="0"/>
    <action name="promote" timeout="20s"/>
    <action name="demote" timeout="20s"/>
    <action name="notify" timeout="20s"/>
    <action name="migrate_to" timeout="20s"/>
    <action name="migrate_from" timeout="20s"/>
    <action name="reload-agent" timeout="20s"/>
    <action name="meta-data" timeout="5s"/>
  </actions>
</resource-agent>
`;

/** One class of agents on one node. */
export function ra(host: SimHost): SimPlugin {
  const running: Running = new Map();
  return {
    call(method, args, answer) {
      switch (method) {
        case "list":
          return answer(ok([{ provider: "heartbeat", type: "Dummy" }]));
        case "describe":
          return answer(ok(metadata));
        case "run":
          return run(host, running, args[0] as RaOperation, (result) => answer(ok(result)));
        case "end":
          running.get(nameOf(args[0] as RaRunning))?.();
          return answer(ok(undefined));
        default:
          return answer(failed(`a class of agents has no method "${method}"`));
      }
    },
  };
}

/** What ends each monitor that runs, by its name. */
type Running = Map<string, () => void>;

const nameOf = ({ resource, action, intervalMs }: RaRunning): string =>
  `${resource} ${action} ${intervalMs}`;

function run(
  host: SimHost,
  running: Running,
  operation: RaOperation,
  answer: (result: RaResult) => void,
): void {
  const { node } = host;
  const { world } = node;
  const { resource, action, timeoutMs, intervalMs, parameters } = operation;
  const { boot, name } = node;
  const tell = (phase: "begins" | "ends", rc?: number) =>
    world.observe({
      type: "operation",
      node: name,
      boot,
      resource,
      action,
      intervalMs,
      phase,
      ...(rc === undefined ? {} : { rc }),
      ...(parameters.CRM_meta_notify_type === undefined ? {} : {
        notifies: `${parameters.CRM_meta_notify_type} ${parameters.CRM_meta_notify_operation}`,
      }),
    });
  tell("begins");
  const trouble = node.trouble.get(`${action} ${resource}`);
  // Nothing is done, and nobody ever says so: the local resource manager has to end it.
  if (trouble === "deaf") {
    node.after((timeoutMs + graceMs) * 1000, () => tell("ends", 1));
    return;
  }
  if (trouble === "fails") {
    node.after(durationUs(host, operation), () => {
      tell("ends", 1);
      answer({ rc: 1, timedOut: false, output: "trouble" });
    });
    return;
  }
  // Whatever it is asked, the agent says that it is not configured.
  if (operation.parameters[refusedParameter] !== undefined) {
    node.after(durationUs(host, operation), () => {
      tell("ends", refused);
      answer({ rc: refused, timedOut: false, output: "not configured" });
    });
    return;
  }
  const takesUs = trouble === "hangs" ? Infinity : durationUs(host, operation);
  const inTime = takesUs <= timeoutMs * 1000;
  let over = false;
  const end = (rc: number, timedOut = false, output = "") => {
    if (over) return;
    over = true;
    running.delete(nameOf(operation));
    tell("ends", rc);
    answer({ rc, timedOut, output });
  };
  // What changes nothing can be ended at any time.
  if (action === "monitor") running.set(nameOf(operation), () => end(1, false, "ended"));
  // A service is there from somewhere within its start, and until somewhere within its stop.
  const effectUs = world.random.between(0, Math.min(takesUs, timeoutMs * 1000));
  const effect = effectOf(host, operation, inTime);
  if (effect !== undefined) node.after(effectUs, effect);
  node.after(Math.min(takesUs, timeoutMs * 1000), () => {
    if (!inTime) return end(1, true, "took too long");
    switch (action) {
      case "start":
      case "stop":
        return end(0);
      case "monitor": {
        const running = node.resources.get(resource);
        return end(running === undefined ? 7 : running.promoted ? 8 : 0);
      }
      case "promote":
      case "demote":
      case "migrate_from":
        return end(node.resources.has(resource) ? 0 : 7);
      default:
        return end(0);
    }
  });
}

/** What an operation does to what runs; undefined: nothing. */
function effectOf(
  { node }: SimHost,
  { resource, action, parameters }: RaOperation,
  inTime: boolean,
): (() => void) | undefined {
  const { world, boot, name } = node;
  const come = () => {
    if (node.resources.has(resource)) return;
    node.resources.set(resource, { sinceUs: world.kernel.nowUs });
    const cloned = parameters.CRM_meta_clone === undefined ? {} : { cloned: true as const };
    world.observe({ type: "active", node: name, boot, resource, ...cloned });
  };
  const go = () => {
    if (!node.resources.delete(resource)) return false;
    world.observe({ type: "inactive", node: name, boot, resource, how: "stopped" });
    return true;
  };
  const become = (promoted: boolean) => {
    const running = node.resources.get(resource);
    if (running === undefined || (running.promoted ?? false) === promoted) return;
    node.resources.set(resource, { ...running, promoted });
    world.observe({ type: promoted ? "promoted" : "demoted", node: name, boot, resource });
  };
  if (action === "start") return come;
  if (!inTime) return undefined;
  switch (action) {
    case "stop":
      return go;
    case "promote":
      return () => become(true);
    case "demote":
      return () => become(false);
    case "migrate_to":
      return () => {
        if (go()) world.migrating.add(resource);
      };
    case "migrate_from":
      return () => {
        if (world.migrating.delete(resource)) come();
      };
  }
  return undefined;
}

function durationUs(host: SimHost, { action, parameters }: RaOperation): number {
  const given = Number(parameters[`sim_${action}_ms`]);
  if (given > 0) return given * 1000;
  const { random } = host.node.world;
  // A probe is quick; a start or a stop may take a while.
  return action === "monitor" || action === "notify"
    ? random.between(2_000, 30_000)
    : random.between(5_000, 400_000);
}
