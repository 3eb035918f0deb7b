/**
 * The class `systemd`: units, through `systemctl`, where systemd runs.
 *
 * @module
 */
import { pause } from "../../../../metadata/timer.ts";
import type { Host } from "../../../../pils/plugin.ts";
import type { Ra, RaOperation, RaResult } from "../contract.ts";
import { agentsMax } from "./agent_file.ts";
import { environment, type Surroundings } from "./environment.ts";
import { ofLsbAction } from "./lsb_codes.ts";
import { textOf } from "./output.ts";
import { rc, resultOf, say } from "./result.ts";
import { endAll, runProgram } from "./run_program.ts";
import { writtenMetaData } from "./written_meta_data.ts";

/** What the operator chooses. */
export interface SystemdOptions extends Surroundings {
  /** The program. */
  readonly systemctl: string;
  /** Folder that is there while systemd runs. */
  readonly booted: string;
}

/** The methods of the class, and whether it has a unit. */
export interface Systemd extends Ra {
  has(type: string): Promise<boolean>;
  /** Whether systemd runs on this machine. */
  runs(): boolean;
}

/** Names of units; `@` makes an instance of a template. */
const unitName = /^[A-Za-z0-9:_.\\][A-Za-z0-9:_.\\@\-]{0,254}$/;
const suffixes = /\.(?:service|socket|mount|automount|swap|target|path|timer|slice|scope|device)$/;

/** Milliseconds that a question may take, and between two looks at a unit that is changing. */
const askMs = 15_000;
const lookMs = 200;
/** Bytes of an answer of systemctl. */
const answerBytesMax = 1024 * 1024;

/** What systemd says of a unit. */
type State = Readonly<Record<string, string>>;

const words: ReadonlyMap<string, string> = new Map([
  ["start", "start"],
  ["stop", "stop"],
  ["reload", "reload"],
]);

/** Makes the methods of the class. */
export function systemdClass(options: SystemdOptions, log: Host["log"]): Systemd {
  const { systemctl, booted } = options;
  const env = environment(options);
  const absent = `systemd does not run on this machine: there is no ${booted}`;
  const runs = () => {
    try {
      return Deno.statSync(booted).isDirectory;
    } catch {
      return false;
    }
  };
  const systemctlSays = async (args: readonly string[], timeoutMs = askMs): Promise<string> => {
    const ended = await runProgram({
      path: systemctl,
      args: ["--no-pager", "--no-ask-password", ...args],
      env,
      timeoutMs,
      stdoutBytesMax: answerBytesMax,
    });
    const { code, notStarted, timedOut, stdout, stderr } = ended;
    if (notStarted !== undefined) throw new Error(`Cannot start ${systemctl}: ${notStarted}`);
    if (timedOut) throw new Error(`${systemctl} does not answer within ${timeoutMs} ms`);
    if (code !== 0) throw new Error(`${systemctl} ${args[0]}: ${textOf(stderr).trim()}`);
    return textOf(stdout);
  };
  const stateOf = async (type: string, timeoutMs?: number): Promise<State> => {
    const properties = "Id,Description,LoadState,ActiveState,SubState,Result";
    const text = await systemctlSays(["show", `--property=${properties}`, unitOf(type)], timeoutMs);
    return Object.fromEntries(
      text.split("\n").filter((line) => line.includes("=")).map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  };
  const has = async (type: string) =>
    runs() && unitName.test(type) && (await stateOf(type))["LoadState"] !== "not-found";
  const run = async (operation: RaOperation): Promise<RaResult> => {
    const { agent: { type }, action, timeoutMs } = operation;
    const until = performance.now() + timeoutMs;
    const leftMs = () => Math.max(1, until - performance.now());
    if (!unitName.test(type)) return say(rc.notInstalled, `${JSON.stringify(type)} is no unit`);
    if (!runs()) return say(rc.notInstalled, absent);
    if (action === "monitor" || action === "status") {
      return await monitor(() => stateOf(type, leftMs()), leftMs, operation);
    }
    if (action === "meta-data") return say(rc.ok, await describe(type));
    const word = words.get(action);
    if (word === undefined) return say(rc.unimplemented, `a unit has no "${action}"`);
    if ((await stateOf(type, leftMs()))["LoadState"] === "not-found") {
      return say(action === "stop" ? rc.ok : rc.notInstalled, `there is no unit ${unitOf(type)}`);
    }
    const path = systemctl;
    const args = ["--no-pager", "--no-ask-password", word, unitOf(type)];
    const ended = await runProgram({ path, args, env, timeoutMs: leftMs() });
    return resultOf(ended, { path, timeoutMs }, (code) => ofLsbAction(word, code));
  };
  const describe = async (type: string) => {
    if (!runs()) throw new Error(absent);
    if (!await has(type)) throw new Error(`there is no unit ${unitOf(type)}`);
    const { Description: summary = type } = await stateOf(type);
    return writtenMetaData({
      type,
      summary,
      description: `${summary} (unit ${unitOf(type)} of systemd)`,
      actions: ["reload"],
    });
  };
  return {
    has,
    runs,
    async list() {
      if (!runs()) {
        log("notice", `${absent}. This class has no agents here`);
        return [];
      }
      const ofKind = ["--type=service", "--no-legend", "--plain", "--full"];
      const files = await systemctlSays(["list-unit-files", ...ofKind]);
      const loaded = await systemctlSays(["list-units", "--all", ...ofKind]);
      return unitsIn(`${files}\n${loaded}`).map((type) => ({ type }));
    },
    describe: ({ type }) => describe(type),
    async run(operation) {
      try {
        return await run(operation);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return say(rc.error, why);
      }
    },
    close: endAll,
  };
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

/** A name without a suffix is that of a service. */
const unitOf = (type: string): string => suffixes.test(type) ? type : `${type}.service`;

/** Names of services in a table of systemctl, without their suffix; templates are no units. */
function unitsIn(table: string): readonly string[] {
  const names = table.split("\n").map((line) => line.trim().split(/\s+/)[0] ?? "")
    .filter((name) => name.endsWith(".service") && !name.endsWith("@.service"))
    .map((name) => name.slice(0, -".service".length))
    .filter((name) => unitName.test(name));
  return [...new Set(names)].sort().slice(0, agentsMax);
}
