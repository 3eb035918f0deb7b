/**
 * The class `systemd`: units, through `systemctl`, where systemd runs.
 *
 * @module
 */
import { messageOf } from "../../../../metadata/message_of.ts";
import { pause } from "../../../../metadata/timer.ts";
import type { Host } from "../../../../pils/plugin.ts";
import type { Ra, RaOperation, RaResult } from "../contract.ts";
import { agentsMax } from "./agent_file.ts";
import { environment } from "./environment.ts";
import { ofLsbAction } from "./lsb_codes.ts";
import { rc, resultOf, say } from "./result.ts";
import { endAll, runProgram } from "./run_program.ts";
import {
  isUnitName,
  quietly,
  type State,
  Systemctl,
  type SystemdOptions,
  unitOf,
} from "./systemctl.ts";
import { writtenMetaData } from "./written_meta_data.ts";

export type { SystemdOptions } from "./systemctl.ts";

/** The methods of the class, and whether it has a unit. */
export interface Systemd extends Ra {
  has(type: string): Promise<boolean>;
  /** Whether systemd runs on this machine. */
  runs(): boolean;
}

/** Milliseconds between two looks at a unit that is changing. */
const lookMs = 200;

/** Actions beside `monitor`, which are those of systemctl. */
const actions: ReadonlySet<string> = new Set(["start", "stop", "reload"]);

/** Makes the methods of the class. */
export function systemdClass(options: SystemdOptions, log: Host["log"]): Systemd {
  const asks = new Systemctl(options);
  const absent = `systemd does not run on this machine: there is no ${options.booted}`;
  const describe = async (type: string) => {
    if (!asks.runs()) throw new Error(absent);
    if (!await asks.has(type)) throw new Error(`there is no unit ${unitOf(type)}`);
    const { Description: summary = type } = await asks.stateOf(type);
    return writtenMetaData({
      type,
      summary,
      description: `${summary} (unit ${unitOf(type)} of systemd)`,
      actions: ["reload"],
    });
  };
  return {
    has: (type) => asks.has(type),
    runs: () => asks.runs(),
    async list() {
      if (!asks.runs()) {
        log("notice", `${absent}. This class has no agents here`);
        return [];
      }
      const ofKind = ["--type=service", "--no-legend", "--plain", "--full"];
      const files = await asks.says(["list-unit-files", ...ofKind]);
      const loaded = await asks.says(["list-units", "--all", ...ofKind]);
      return unitsIn(`${files}\n${loaded}`).map((type) => ({ type }));
    },
    describe: ({ type }) => describe(type),
    async run(operation) {
      const { agent: { type }, action } = operation;
      if (!isUnitName(type)) return say(rc.notInstalled, `${JSON.stringify(type)} is no unit`);
      if (!asks.runs()) return say(rc.notInstalled, absent);
      const begun = performance.now();
      try {
        if (action === "meta-data") return say(rc.ok, await describe(type));
        return await operate(asks, options, operation);
      } catch (error) {
        const timedOut = performance.now() - begun >= operation.timeoutMs;
        return { ...say(rc.error, messageOf(error)), timedOut };
      }
    },
    prepare({ agent: { type }, action }) {
      if (!isUnitName(type)) return { why: `${JSON.stringify(type)} is no unit` };
      if (!asks.runs()) return { why: absent };
      const isLook = action === "monitor" || action === "status";
      if (!isLook && !actions.has(action)) return { why: `a unit has no "${action}"` };
      return {
        program: options.systemctl,
        args: [...quietly, isLook ? "show" : action, unitOf(type)],
        environment: environment(options),
      };
    },
    close: endAll,
  };
}

/** Runs one operation. @throws {Error} if systemd cannot be asked. */
async function operate(
  asks: Systemctl,
  options: SystemdOptions,
  operation: RaOperation,
): Promise<RaResult> {
  const { agent: { type }, action, timeoutMs } = operation;
  const until = performance.now() + timeoutMs;
  const leftMs = () => Math.max(1, until - performance.now());
  if (action === "monitor" || action === "status") {
    return await monitor(() => asks.stateOf(type, leftMs()), leftMs, operation);
  }
  if (!actions.has(action)) return say(rc.unimplemented, `a unit has no "${action}"`);
  if ((await asks.stateOf(type, leftMs()))["LoadState"] === "not-found") {
    return say(action === "stop" ? rc.ok : rc.notInstalled, `there is no unit ${unitOf(type)}`);
  }
  const path = options.systemctl;
  const args = [...quietly, action, unitOf(type)];
  const env = environment(options);
  const ended = await runProgram({ path, args, env, timeoutMs: leftMs() });
  return resultOf(ended, { path, timeoutMs }, (code) => ofLsbAction(action, code));
}

/** Waits, while the unit changes, for what comes of it. */
async function monitor(
  look: () => Promise<State>,
  leftMs: () => number,
  { agent: { type } }: RaOperation,
): Promise<RaResult> {
  for (;;) {
    const { LoadState = "", ActiveState = "", SubState = "", Result = "" } = await look();
    const text = `${unitOf(type)} is ${ActiveState} (${SubState})`;
    if (LoadState === "not-found") return say(rc.notInstalled, `there is no unit ${unitOf(type)}`);
    if (SubState === "auto-restart") {
      return { ...say(rc.error, text), reason: `it failed (${Result}), and systemd restarts it` };
    }
    switch (ActiveState) {
      case "active":
      case "reloading":
      case "refreshing":
        return say(rc.ok, text);
      case "inactive":
        return say(rc.notRunning, text);
      case "failed":
        return { ...say(rc.notRunning, text), reason: `it failed: ${Result}` };
      case "activating":
      case "deactivating":
        if (leftMs() <= lookMs) {
          return { ...say(rc.error, `${text} until the end of the timeout`), timedOut: true };
        }
        await pause(lookMs);
        break;
      default:
        return say(rc.error, `${unitOf(type)} is in an unknown state: ${ActiveState}`);
    }
  }
}

/** Names of services in a table of systemctl, without their suffix; templates are no units. */
function unitsIn(table: string): readonly string[] {
  const names = table.split("\n").map((line) => line.trim().split(/\s+/)[0] ?? "")
    .filter((name) => name.endsWith(".service") && !name.endsWith("@.service"))
    .map((name) => name.slice(0, -".service".length))
    .filter((name) => isUnitName(name));
  return [...new Set(names)].sort().slice(0, agentsMax);
}
