/**
 * `ha resource try`: one operation of an agent, outside of the cluster.
 *
 * @module
 */
import { DiagnosticError } from "../../../../metadata/diagnostic.ts";
import type { RaResult } from "../../../../plugins/handler/ra/contract.ts";
import type { Call, Command, Io } from "../../command.ts";
import { exit } from "../../exit.ts";
import { pairsOf } from "../plugin/dev/parameters.ts";
import {
  agentPlugins,
  consultsLock,
  placeGrant,
  placeOptions,
  placesOf,
} from "../plugin/places.ts";
import {
  advisedMs,
  durationMs,
  environmentLines,
  type Operated,
  operated,
  operation,
  timeoutMsMax,
  type Values,
  wrongParameters,
} from "./operate.ts";
import { resultWords } from "./result_words.ts";

/** Milliseconds where neither the person nor the agent says it; the cluster has the same. */
const timeoutMsDefault = 20_000;

/** `ha resource try AGENT OPERATION [NAME=VALUE...]` */
export const tryOperation: Command = {
  path: ["resource", "try"],
  summary: "Run one operation of an agent outside of the cluster",
  positionals: "CLASS:[PROVIDER:]TYPE OPERATION [NAME=VALUE...]",
  details: `OPERATION is start, stop, monitor, validate-all, ... NAME=VALUE are parameters of the
agent. Other users can see arguments: do not give secrets. The cluster does not know what you start
here, so stop it again. A resource of the cluster should be in maintenance.`,
  options: {
    ...placeOptions,
    resource: { type: "string", value: "ID", summary: "Id of the resource; try if left out" },
    timeout: {
      type: "string",
      value: "TIME",
      summary: "Such as 30s; as the agent's meta-data advises if left out",
    },
    interval: {
      type: "string",
      value: "TIME",
      summary: "Interval of a monitor; 0, a probe, if left out",
    },
    plugin: {
      type: "string",
      multiple: true,
      value: "NAME=VALUE",
      summary: "Parameter of the plugin of the class, such as root=/opt/ocf",
    },
    unchecked: { type: "boolean", summary: "Do not check the parameters against the meta-data" },
    "show-environment": {
      type: "boolean",
      summary: "Print the program, its arguments and its environment first",
    },
    json: { type: "boolean", summary: "Print one JSON object" },
  },
  consults: consultsLock,
  grant: (call, where, consulted) => placeGrant(call, where, agentPlugins, consulted),
  async run(call, io, where) {
    const [word, action, ...pairs] = call.positionals;
    if (word === undefined || action === undefined) {
      io.err("Name an agent and an operation: ha resource try CLASS:[PROVIDER:]TYPE OPERATION\n");
      return exit.usage;
    }
    try {
      const asked = askedOf(call, action, pairs);
      return await operated(
        word,
        asked.plugin,
        placesOf(call, where),
        (one) => perform(one, asked, call, io),
      );
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      io.err(`${error.message}\n`);
      return error.diagnostics.some(({ code }) => code === "HA0002") ? exit.usage : exit.noSuch;
    }
  },
};

/** What a person asks for. */
interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly timeoutMs: number | undefined;
  readonly intervalMs: number;
  readonly parameters: Values;
  readonly plugin: Values;
}

/** @throws {DiagnosticError} that names everything that is wrong with the words. */
function askedOf({ options }: Call, action: string, pairs: readonly string[]): Asked {
  const { resource = "try", timeout, interval = "0", plugin = [] } = options;
  const parameters = pairsOf(pairs);
  const pluginPairs = pairsOf(Array.isArray(plugin) ? plugin.map(String) : [String(plugin)]);
  const times = [timeout, interval].map((text) => text === undefined ? 0 : durationMs(`${text}`));
  const wrong = [parameters, pluginPairs].flatMap((read) => read.ok ? [] : read.diagnostics);
  const names = ["timeout", "interval"];
  times.forEach((ms, at) => {
    // An operation without any time would be killed as soon as it is started.
    const isNone = at === 0 && timeout !== undefined && ms === 0;
    if (ms !== undefined && ms <= timeoutMsMax && !isNone) return;
    wrong.push({
      severity: "error",
      path: [names[at] ?? ""],
      what: "it is no duration",
      why: `expected one such as 30s or 500ms, ${at === 0 ? "more than 0 and " : ""}at most ${
        timeoutMsMax / 1_000
      }s`,
      fix: "write a number and a unit",
      code: "HA0002",
    });
  });
  if (wrong.length > 0 || !parameters.ok || !pluginPairs.ok) {
    throw new DiagnosticError("Cannot run it", wrong);
  }
  return {
    action,
    resource: String(resource),
    timeoutMs: timeout === undefined ? undefined : times[0],
    intervalMs: times[1] ?? 0,
    parameters: parameters.value,
    plugin: pluginPairs.value,
  };
}

async function perform(one: Operated, asked: Asked, call: Call, io: Io): Promise<number> {
  const { json, unchecked, "show-environment": showEnvironment } = call.options;
  const { agent, api, name } = one;
  const { action, resource, intervalMs, parameters } = asked;
  if (one.unread !== undefined) io.err([`warning: the parameters are not checked: ${one.unread}`]);
  const wrong = unchecked === true ? [] : wrongParameters(agent, parameters);
  if (wrong.length > 0) {
    io.err(`${new DiagnosticError(`${name} cannot use its parameters`, wrong).message}\n`);
    return exit.invalidParameter;
  }
  const timeoutMs = asked.timeoutMs ?? advisedMs(agent, action) ?? timeoutMsDefault;
  const order = operation(one, action, { resource, timeoutMs, intervalMs, parameters });
  const prepared = showEnvironment === true ? await api.prepare?.(order) : undefined;
  if (prepared !== undefined && json !== true) {
    io.out(
      "why" in prepared ? [`It would start nothing: ${prepared.why}`] : [
        [prepared.program, ...prepared.args].join(" "),
        ...environmentLines(prepared.environment),
      ],
    );
  }
  const result = await api.run(order);
  if (json === true) {
    const environment = prepared === undefined || "why" in prepared
      ? {}
      : { environment: environmentLines(prepared.environment) };
    io.out(`${JSON.stringify({ agent: name, action, ...result, ...environment }, undefined, 2)}\n`);
  } else io.out(linesOf(name, action, result));
  const isGood = !result.timedOut && (result.rc === 0 || result.rc === 8);
  return isGood ? exit.ok : exit.error;
}

function linesOf(name: string, action: string, result: RaResult): readonly string[] {
  const { rc, timedOut, output, reason, runMs } = result;
  return [
    `${name} ${action}: ${resultWords(rc)}${timedOut ? ", timed out" : ""}${
      runMs === undefined ? "" : `, after ${runMs} ms`
    }`,
    ...(reason === undefined ? [] : [`  reason: ${reason}`]),
    ...(output === "" ? [] : output.split("\n").map((line) => `  ${line}`)),
  ];
}
