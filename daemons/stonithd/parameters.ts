/**
 * Parameters of a fencing device that belong to the cluster: those that begin with `pcmk_`. Each one
 * is heeded, or refused by its name. `README.md` has the table.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { boundedMs } from "../runtime/duration.ts";
import { nameCharactersMax } from "../runtime/reader.ts";
import type { FenceAction } from "./fence_action.ts";

/** How the nodes of a device are known. */
export type HostCheck = "static-list" | "dynamic-list" | "none";
/** All of them. */
export const hostChecks: readonly HostCheck[] = ["static-list", "dynamic-list", "none"];

/** What is done when one of the three actions is asked for. */
export interface ActionPlan {
  /** `pcmk_<action>_action`. */
  readonly action: FenceAction;
  /** `pcmk_<action>_timeout` in milliseconds; absent: its share of the request's time. */
  readonly timeoutMs?: number;
  /** `pcmk_<action>_retries`: executions at most, the first one included. */
  readonly triesMax: number;
}

/** How a question to a device is asked. */
export interface QuestionPlan {
  readonly timeoutMs: number;
  readonly triesMax: number;
}

/** Milliseconds to wait: for one node, else for all. */
export interface Delays {
  readonly allMs: number;
  readonly byNodeMs: ReadonlyMap<string, number>;
}

/** All of them, read. */
export interface ClusterParameters {
  readonly hosts?: readonly string[];
  readonly check: HostCheck;
  /** By node: its plug, where the cluster translates and not the device's plugin. */
  readonly plugs: ReadonlyMap<string, string>;
  readonly delayBase: Delays;
  readonly delayMax: Delays;
  readonly actions: Readonly<Record<FenceAction, ActionPlan>>;
  readonly list: QuestionPlan;
  readonly monitor: QuestionPlan;
  readonly status: QuestionPlan;
  /** Actions of this device at once at most on one node; Infinity: without a bound. */
  readonly actionsMax: number;
  /** What cannot be heeded, each with the parameter's name and what to do. */
  readonly wrong: readonly string[];
}

/** Types of families, which run a program of others. */
const ofFamily = /^(?:fence_|external\/)/;
/** Parameters of the cluster that a family is given too: only it knows the plugs of its program. */
export const familyParameters: ReadonlySet<string> = new Set([
  "pcmk_host_list",
  "pcmk_host_map",
  "pcmk_host_check",
  "pcmk_host_argument",
]);
/** Whether a type belongs to a family. */
export const isOfFamily = (type: string): boolean => ofFamily.test(type);

/** What may be done to a node. */
export const actions: readonly FenceAction[] = ["off", "on", "reboot"];
/** What a device is asked. */
export type Question = "list" | "monitor" | "status";
/** All of them. */
export const questions: readonly Question[] = ["list", "monitor", "status"];

/** Milliseconds that a question to a device may take, where nothing else is configured. */
export const questionMs = 20_000;
/** Executions at most that a configuration may ask for. */
export const triesMaxMax = 100;
/** Nodes that one parameter may name. */
const hostsMax = 1024;

/** Reads the parameters of a device. What cannot be heeded is named in `wrong`. */
export function clusterParameters(
  type: string,
  all: Readonly<Record<string, string>>,
): ClusterParameters {
  const reader = new ParameterReader(type, all);
  const hosts = reader.hosts();
  return {
    ...(hosts === undefined ? {} : { hosts }),
    check: reader.check(hosts !== undefined),
    plugs: reader.plugs(),
    delayBase: reader.delays("pcmk_delay_base"),
    delayMax: reader.delays("pcmk_delay_max"),
    actions: {
      off: reader.action("off"),
      on: reader.action("on"),
      reboot: reader.action("reboot"),
    },
    list: reader.question("list"),
    monitor: reader.question("monitor"),
    status: reader.question("status"),
    actionsMax: reader.actionsMax(),
    wrong: reader.end(),
  };
}

/** Reads one after the other, and keeps what is wrong. */
class ParameterReader {
  readonly #type: string;
  readonly #all: Readonly<Record<string, string>>;
  readonly #read = new Set<string>();
  readonly #wrong: string[] = [];

  constructor(type: string, all: Readonly<Record<string, string>>) {
    this.#type = type;
    this.#all = all;
  }

  /** The nodes that the configuration names, in the list or in the map. */
  hosts(): readonly string[] | undefined {
    const list = this.#take("pcmk_host_list");
    const named = new Set(list?.split(/[\s,;]+/).filter(Boolean));
    for (const [node] of this.#pairs()) named.add(node);
    if (named.size > hostsMax) {
      this.#refuse("pcmk_host_list", `more than ${hostsMax} nodes`, "fewer");
    }
    return list === undefined && named.size === 0 ? undefined : [...named].slice(0, hostsMax);
  }

  check(hasHosts: boolean): HostCheck {
    const name = "pcmk_host_check";
    const text = this.#take(name)?.trim();
    const usual = hasHosts ? "static-list" : "dynamic-list";
    if (text === undefined || text === "") return usual;
    const found = hostChecks.find((one) => one === text);
    if (found === "static-list" && !hasHosts) {
      this.#refuse(name, "no node is named", "set pcmk_host_list or pcmk_host_map");
    }
    if (found !== undefined) return found;
    this.#refuse(
      name,
      text === "status" ? "devices here list their nodes instead" : `it is ${said(text)}`,
      `write ${hostChecks.join(", ")}`,
    );
    return usual;
  }

  plugs(): ReadonlyMap<string, string> {
    this.#take("pcmk_host_map");
    const plugs = new Map<string, string>();
    if (isOfFamily(this.#type)) {
      this.#take("pcmk_host_argument");
      return plugs;
    }
    if (this.#take("pcmk_host_argument") !== undefined) {
      this.#refuse("pcmk_host_argument", "only programs have such an argument", "take it out");
    }
    for (const [node, plug] of this.#pairs()) {
      if (plug.includes(",")) {
        const fix = `name the plugs in the device's own parameters`;
        this.#refuse("pcmk_host_map", `${node} has several plugs`, fix);
      } else plugs.set(node, plug);
    }
    return plugs;
  }

  delays(name: string): Delays {
    const text = this.#take(name)?.trim() ?? "";
    const byNodeMs = new Map<string, number>();
    if (!text.includes(":")) return { allMs: this.#time(name, text) ?? 0, byNodeMs };
    for (const pair of text.split(/[\s;,]+/).filter(Boolean)) {
      const at = pair.indexOf(":");
      if (at < 1) this.#refuse(name, `${said(pair)} is not NODE:TIME`, "write alice:5s;bob:0");
      else byNodeMs.set(pair.slice(0, at), this.#time(name, pair.slice(at + 1)) ?? 0);
    }
    return { allMs: 0, byNodeMs };
  }

  action(asked: FenceAction): ActionPlan {
    const name = `pcmk_${asked}_action`;
    const text = this.#take(name)?.trim() ?? "";
    const action = text === "" ? asked : actions.find((one) => one === text);
    if (action === undefined) {
      this.#refuse(name, `it is ${said(text)}`, `write ${actions.join(", ")}`);
    } else if ((action === "on") !== (asked === "on")) {
      this.#refuse(name, `"${action}" is the opposite of "${asked}"`, `write another action`);
    }
    const timeoutMs = this.#time(`pcmk_${asked}_timeout`, this.#take(`pcmk_${asked}_timeout`));
    const triesMax = this.#tries(`pcmk_${asked}_retries`);
    return {
      action: action ?? asked,
      ...(timeoutMs === undefined || timeoutMs === 0 ? {} : { timeoutMs }),
      triesMax,
    };
  }

  question(asked: Question): QuestionPlan {
    const name = `pcmk_${asked}_action`;
    const text = this.#take(name)?.trim() ?? "";
    if (text !== "" && text !== asked) {
      this.#refuse(name, "a plugin has one way to answer", "take it out");
    }
    const timeoutMs = this.#time(`pcmk_${asked}_timeout`, this.#take(`pcmk_${asked}_timeout`));
    const triesMax = this.#tries(`pcmk_${asked}_retries`);
    return {
      timeoutMs: timeoutMs === undefined || timeoutMs === 0 ? questionMs : timeoutMs,
      triesMax,
    };
  }

  actionsMax(): number {
    const name = "pcmk_action_limit";
    const text = this.#take(name)?.trim() ?? "";
    if (text === "") return 1;
    const number = /^-?\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number === -1) return Infinity;
    if (number >= 1) return number;
    this.#refuse(name, `it is ${said(text)}`, "write a number from 1, or -1 for no limit");
    return 1;
  }

  /** What is wrong, with the names that nobody has read. */
  end(): readonly string[] {
    for (const name of Object.keys(this.#all)) {
      if (!name.startsWith("pcmk_") || this.#read.has(name)) continue;
      this.#refuse(name, "the cluster has no such parameter", "take it out");
    }
    return this.#wrong;
  }

  /** NODE:PLUG, as often as they are written. */
  #pairs(): readonly (readonly [string, string])[] {
    return (this.#all["pcmk_host_map"] ?? "").split(/[\s;]+/).filter(Boolean).flatMap((pair) => {
      const at = pair.indexOf(":");
      const [node, plug] = [pair.slice(0, at), pair.slice(at + 1)];
      if (at >= 1 && plug !== "" && node.length <= nameCharactersMax) {
        return [[node, plug] as const];
      }
      // Several methods read the map; one says what is wrong with it.
      if (!this.#read.has("pcmk_host_map")) {
        this.#refuse("pcmk_host_map", `${said(pair)} is not NODE:PLUG`, "write alice:1;bob:2");
      }
      return [];
    });
  }

  #tries(name: string): number {
    const text = this.#take(name)?.trim() ?? "";
    if (text === "") return 1;
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number <= triesMaxMax) return Math.max(1, number);
    this.#refuse(name, `it is ${said(text)}`, `write a number from 0 to ${triesMaxMax}`);
    return 1;
  }

  /** `5`, `5s`, `200ms`, `1min` as milliseconds; undefined: nothing is configured. */
  #time(name: string, text = ""): number | undefined {
    if (text.trim() === "") return undefined;
    const found = /^(\d{1,9}) *(ms|msec|s|sec|min|m|h|hr)?$/.exec(text.trim());
    if (found !== null) return boundedMs(Number(found[1]) * (units[found[2] ?? "s"] ?? 1_000));
    this.#refuse(name, `${said(text)} is no time`, "write 5s, 200ms or 1min");
    return undefined;
  }

  #take(name: string): string | undefined {
    this.#read.add(name);
    return Object.hasOwn(this.#all, name) ? this.#all[name] : undefined;
  }

  #refuse(name: string, why: string, fix: string): void {
    this.#wrong.push(`${withCode("HA8002", `${name} is refused: ${why}`)}. Fix: ${fix}`);
  }
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  s: 1_000,
  sec: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/** What somebody wrote, short and in quotes. */
const said = (text: string): string => JSON.stringify(text.slice(0, 40));

/** The delay of a device for a node: the base, and a random part up to the maximum. */
export function delayMsFor(
  { delayBase, delayMax }: Pick<ClusterParameters, "delayBase" | "delayMax">,
  node: string,
  fraction: () => number,
): number {
  const maxMs = delayMax.byNodeMs.get(node) ?? delayMax.allMs;
  const baseMs = delayBase.byNodeMs.get(node) ?? delayBase.allMs;
  if (maxMs <= 0) return baseMs;
  // Without a base the whole delay is random; a base above the maximum is the maximum, as in the field.
  const fromMs = Math.min(baseMs, maxMs);
  return fromMs + Math.floor(fraction() * (maxMs - fromMs + 1));
}

/** The longest that `delayMsFor` can give. */
export const delayMsMax = (
  parameters: Pick<ClusterParameters, "delayBase" | "delayMax">,
  node: string,
): number => delayMsFor(parameters, node, () => 1 - Number.EPSILON);
