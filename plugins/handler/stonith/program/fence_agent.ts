/**
 * A device behind a fence agent: `/usr/sbin/fence_*`, as its makers define them.
 *
 * Parameters go to its standard input as `name=value`, never into its arguments, which every user of
 * the machine can read. Its action `status` ends with 0 for on, 2 for off, and anything else for
 * failure.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { readAgent } from "../../../../metadata/agents/mod.ts";
import type { Stonith } from "../contract.ts";
import { type Driver, type Power, powerSwitch } from "../power_switch.ts";
import type { Targets } from "../targets.ts";
import { configuredTargets, type HostValues } from "./host_values.ts";
import { type DeviceEnded, endDevices, runDevice } from "./run_device.ts";

/** Values of an agent's own parameters. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A fence agent, and what its configuration says. */
export interface FenceAgent {
  /** Absolute path. */
  readonly program: string;
  /** Its own parameters. */
  readonly parameters: Parameters;
  readonly hosts: HostValues;
  /** The parameter that takes the plug; `plug` or `port`, as its meta-data has it, if left out. */
  readonly hostArgument?: string;
}

/** What an agent says of itself that is of use here. */
interface Known {
  readonly plug: string | undefined;
  readonly names: ReadonlySet<string>;
  readonly actions: ReadonlySet<string>;
  readonly defaults: ReadonlyMap<string, string>;
}

/** Milliseconds that an agent has to print its meta-data. */
const metaDataMs = 15_000;
/** Characters of what it complains of, in an error. */
const errorCharactersMax = 400;
/** Exit codes of the action `status`. */
const [isOn, isOff] = [0, 2];

/** Makes the methods. The agent is asked what it is now, so that fencing asks nothing of it later. */
export async function fenceAgent(agent: FenceAgent): Promise<Stonith> {
  const known = await ask(agent);
  const name = agent.program.slice(agent.program.lastIndexOf("/") + 1);
  const targets = configuredTargets(agent.hosts);
  const driver = known.actions.has("status") ? driverOf(agent, known) : wordOf(agent, known);
  return powerSwitch(
    targets ?? ((timeoutMs: number) => listed(agent, known, timeoutMs)),
    {
      ...driver,
      // A device that lists its own nodes may have many: it is asked as a whole.
      ...(targets === undefined
        ? { check: (timeoutMs: number) => monitor(agent, known, timeoutMs) }
        : {}),
      close: endDevices,
    },
    { name, greets: true },
  );
}

/** An agent whose status can be asked. */
function driverOf(agent: FenceAgent, known: Known): Driver {
  return {
    async power(plug, timeoutMs) {
      const ended = await run(agent, known, "status", { plug, timeoutMs });
      if (ended.code === isOn) return "on";
      if (ended.code === isOff) return "off";
      throw failure("status", ended);
    },
    order: (plug, power, timeoutMs) => order(agent, known, power, { plug, timeoutMs }),
  };
}

/** An agent without a status, such as fence_kdump: its exit code is all that it says. */
function wordOf(agent: FenceAgent, known: Known): Driver {
  const ordered = new Map<string, Power>();
  return {
    power(plug) {
      const power = ordered.get(plug);
      return power === undefined
        ? Promise.reject(new Error("it cannot be asked for its status"))
        : Promise.resolve(power);
    },
    async order(plug, power, timeoutMs) {
      ordered.delete(plug);
      await order(agent, known, power, { plug, timeoutMs });
      ordered.set(plug, power);
    },
    ...(known.actions.has("off") ? {} : {
      async reset(plug: string, timeoutMs: number) {
        const ended = await run(agent, known, "reboot", { plug, timeoutMs });
        if (ended.code !== 0) throw failure("reboot", ended);
      },
    }),
    check: (timeoutMs) => monitor(agent, known, timeoutMs),
  };
}

/** What an action is for. */
interface Order {
  readonly plug?: string;
  readonly timeoutMs: number;
}

async function order(agent: FenceAgent, known: Known, power: Power, what: Order): Promise<void> {
  if (!known.actions.has(power)) throw new Error(`${agent.program} has no action "${power}"`);
  const ended = await run(agent, known, power, what);
  if (ended.code !== 0) throw failure(power, ended);
}

async function monitor(agent: FenceAgent, known: Known, timeoutMs: number): Promise<string> {
  const ended = await run(agent, known, "monitor", { timeoutMs });
  if (ended.code !== 0) throw failure("monitor", ended);
  return "it can be reached";
}

/** The nodes that the device itself names: a plug a line, with its alias after a comma. */
async function listed(agent: FenceAgent, known: Known, timeoutMs: number): Promise<Targets> {
  if (!known.actions.has("list")) {
    const what = `${agent.program} cannot list its nodes`;
    throw new Error(withCode("HA8002", `${what}. Fix: set pcmk_host_list or pcmk_host_map`));
  }
  const ended = await run(agent, known, "list", { timeoutMs });
  if (ended.code !== 0) throw failure("list", ended);
  const nodes = new Map<string, readonly string[]>();
  for (const line of ended.stdout.split("\n")) {
    const [plug = "", alias = ""] = line.split(",").map((part) => part.trim());
    if (plug === "") continue;
    nodes.set(plug, [plug]);
    if (alias !== "" && !nodes.has(alias)) nodes.set(alias, [plug]);
  }
  for (const [node, plugs] of named(agent.hosts)) nodes.set(node, plugs);
  return nodes;
}

/** What the map says, beside what the device lists. */
const named = ({ pcmk_host_map = "" }: HostValues): Targets =>
  pcmk_host_map.trim() === ""
    ? new Map()
    : configuredTargets({ pcmk_host_map, pcmk_host_check: "static-list" }) ?? new Map();

async function run(
  { program, parameters }: FenceAgent,
  known: Known,
  action: string,
  { plug, timeoutMs }: Order,
): Promise<DeviceEnded> {
  const values: Record<string, string> = { action };
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || known.defaults.get(name) === textOf(value)) continue;
    values[name] = textOf(value);
  }
  if (plug !== undefined && known.plug !== undefined) values[known.plug] ??= plug;
  if (plug !== undefined && known.names.has("nodename")) values["nodename"] ??= plug;
  const broken = Object.entries(values).find(([, value]) => /[\n\r\0]/.test(value));
  if (broken !== undefined) {
    throw new Error(
      `the value of ${broken[0]} has a line break, which no fence agent can be given`,
    );
  }
  const input = Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join("");
  const ended = await runDevice({ path: program, args: [], input, timeoutMs });
  if (ended.timedOut) throw new Error(`${action} did not end within ${Math.round(timeoutMs)} ms`);
  return ended;
}

function failure(action: string, { code, stdout, stderr }: DeviceEnded): Error {
  const said = (stderr || stdout.trim()).slice(-errorCharactersMax);
  return new Error(`${action} ended with code ${code}${said === "" ? "" : `: ${said}`}`);
}

const textOf = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "1" : "0") : String(value);

/** @throws {Error} if it says nothing of itself. */
async function ask({ program, hostArgument }: FenceAgent): Promise<Known> {
  const ended = await runDevice({
    path: program,
    args: ["-o", "metadata"],
    timeoutMs: metaDataMs,
  });
  const read = readAgent(ended.stdout);
  if (ended.timedOut || !read.ok) {
    const what = `${program} gives no meta-data`;
    throw new Error(withCode("HA8002", `${what}. Fix: run it by hand with -o metadata`));
  }
  const { fields, actions } = read.value.agent;
  const names = new Set(fields.map(({ fieldname }) => fieldname));
  const plug = ["plug", "port"].find((one) => names.has(one));
  return {
    plug: hostArgument === "none" ? undefined : hostArgument ?? plug,
    names,
    actions: new Set(actions.map(({ name }) => name)),
    defaults: new Map(
      fields.flatMap(({ fieldname, default: value }) =>
        value === undefined ? [] : [[fieldname, textOf(value)]]
      ),
    ),
  };
}
