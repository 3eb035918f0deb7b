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
    ${["start", "stop", "monitor"].map((name) => parameter(`sim_${name}_ms`, "integer")).join("")}
    ${parameter(refusedParameter, "string")}
  </parameters>
  <actions>
    <action name="start" timeout="20s"/>
    <action name="stop" timeout="20s"/>
    <action name="monitor" timeout="20s" interval="10s" depth="0"/>
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
  const { resource, action, timeoutMs, intervalMs } = operation;
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
  if (action === "start") {
    node.after(effectUs, () => {
      if (node.resources.has(resource)) return;
      node.resources.set(resource, { sinceUs: world.kernel.nowUs });
      world.observe({ type: "active", node: name, boot, resource });
    });
  } else if (action === "stop" && inTime) {
    node.after(effectUs, () => {
      if (!node.resources.delete(resource)) return;
      world.observe({ type: "inactive", node: name, boot, resource, how: "stopped" });
    });
  }
  node.after(Math.min(takesUs, timeoutMs * 1000), () => {
    if (!inTime) return end(1, true, "took too long");
    switch (action) {
      case "start":
      case "stop":
        return end(0);
      case "monitor":
        return end(node.resources.has(resource) ? 0 : 7);
      default:
        return end(0);
    }
  });
}

function durationUs(host: SimHost, { action, parameters }: RaOperation): number {
  const given = Number(parameters[`sim_${action}_ms`]);
  if (given > 0) return given * 1000;
  const { random } = host.node.world;
  // A probe is quick; a start or a stop may take a while.
  return action === "monitor" ? random.between(2_000, 30_000) : random.between(5_000, 400_000);
}
