/**
 * A device behind an external plugin of cluster-glue: `/usr/lib/stonith/plugins/external/*`.
 *
 * Parameters are its environment. It is called with one word (`gethosts`, `on`, `off`, `reset`,
 * `status`), and the host after it, and ends with 0 or 1. Its `status` says whether the **device**
 * answers: none of these plugins can be asked whether a host is off. So what confirms is the end of
 * the program with 0, and after that the device must still answer.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { Stonith } from "../contract.ts";
import { type Driver, type Power, powerSwitch } from "../power_switch.ts";
import type { Targets } from "../targets.ts";
import { configuredTargets, type HostValues } from "./host_values.ts";
import { type DeviceEnded, endDevices, runDevice } from "./run_device.ts";

/** An external plugin, and what its configuration says. */
export interface ExternalPlugin {
  /** Absolute path. */
  readonly program: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly hosts: HostValues;
  /** Folder of `ha_log.sh`, which many of them call. */
  readonly helpers: string;
}

/** Names that a shell reads from its environment. */
const name = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names that would change how the program itself runs. */
const ownNames: ReadonlySet<string> = new Set(["PATH", "LC_ALL", "IFS", "ENV", "BASH_ENV"]);
/** Characters of what it complains of, in an error. */
const errorCharactersMax = 400;

/** Makes the methods. */
export function externalPlugin(device: ExternalPlugin): Stonith {
  const label = `external/${device.program.slice(device.program.lastIndexOf("/") + 1)}`;
  const targets = configuredTargets(device.hosts) ??
    ((timeoutMs: number) => listed(device, timeoutMs));
  return powerSwitch(targets, driverOf(device), { name: label, greets: true });
}

function driverOf(device: ExternalPlugin): Driver {
  /** What the program has said of its last order. */
  const ordered = new Map<string, Power>();
  return {
    async power(plug, timeoutMs) {
      const power = ordered.get(plug);
      await run(device, ["status"], timeoutMs);
      if (power === undefined) throw new Error("it cannot say whether a host is on");
      return power;
    },
    async order(plug, power, timeoutMs) {
      ordered.delete(plug);
      await run(device, [power, plug], timeoutMs);
      ordered.set(plug, power);
    },
    async reset(plug, timeoutMs) {
      await run(device, ["reset", plug], timeoutMs);
    },
    async check(timeoutMs) {
      await run(device, ["status"], timeoutMs);
      return "the device answers";
    },
    close: endDevices,
  };
}

async function listed(device: ExternalPlugin, timeoutMs: number): Promise<Targets> {
  const { stdout } = await run(device, ["gethosts"], timeoutMs);
  const nodes = stdout.split(/[\s,]+/).filter(Boolean);
  if (nodes.length === 0) {
    throw new Error(withCode("HA8002", "it lists no host. Fix: set pcmk_host_list"));
  }
  return new Map(nodes.map((node) => [node, [node]]));
}

/** @throws {Error} if it does not end well. */
async function run(
  { program, parameters, helpers }: ExternalPlugin,
  args: readonly string[],
  timeoutMs: number,
): Promise<DeviceEnded> {
  const env: Record<string, string> = {
    PATH: `${helpers}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin`,
    HA_debug: "0",
    HA_LOGFACILITY: "none",
  };
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (!name.test(key) || ownNames.has(key) || key.startsWith("LD_")) {
      throw new Error(`${JSON.stringify(key)} cannot be the name of a parameter`);
    }
    env[key] = typeof value === "boolean" ? (value ? "1" : "0") : String(value);
  }
  const ended = await runDevice({ path: program, args, env, timeoutMs });
  const [word = ""] = args;
  if (ended.timedOut) throw new Error(`${word} did not end within ${Math.round(timeoutMs)} ms`);
  if (ended.code === 0) return ended;
  const said = (ended.stderr || ended.stdout.trim()).slice(-errorCharactersMax);
  throw new Error(`${word} ended with code ${ended.code}${said === "" ? "" : `: ${said}`}`);
}
