/**
 * A class of resource agents written in TypeScript, shared by every plugin that has such agents.
 *
 * Parameters are checked against the agent's fields, the agent's permission templates are filled
 * with them, and every action and every service runs with that grant and nothing more. A service
 * is found by the marks in its environment, so that it survives a restart of this plugin and of
 * the local resource manager, and cannot be mistaken for a process that got its number later.
 *
 * @example
 * ```ts
 * import * as agents from "./agents.ts";
 * const program = new URL("run.ts", import.meta.url);
 * const plugin: Plugin<typeof manifest, Ra> = (config) => agentClass(agents, { program, ...config });
 * ```
 *
 * @module
 */
import { check } from "../../../../metadata/check.ts";
import { diagnosticText } from "../../../../metadata/diagnostic.ts";
import { pause } from "../../../../metadata/timer.ts";
import { fill } from "../../../../pils/grant.ts";
import type { Permissions } from "../../../../pils/manifest.ts";
import { end, look } from "../../../../metadata/marked.ts";
import type { Ra, RaOperation, RaResult, RaRunning } from "../contract.ts";
import { type Agent, type AgentManifest, agentOf, type Agents, rc } from "./agent.ts";
import { endActions, runAction, runLoad, startService } from "./child.ts";
import { metaData } from "./meta_data.ts";
import { reportedIn } from "./reported.ts";

/** Milliseconds that loading the modules of an agent may take at most. */
const loadMs = 20_000;
/** Milliseconds between two looks whether a starting service answers. */
const pollMs = 20;
/** Part of a stop's timeout after which a service that ignores SIGTERM is killed. */
const politePart = 0.7;

/** Where the agents run. */
export interface ClassOptions {
  /** The plugin's `run.ts`, which calls `runAgent` with the same agents. */
  readonly program: URL;
  readonly cluster: string;
  readonly node: string;
}

/** Makes the methods of a class from its agents. */
export function agentClass(agents: Agents, options: ClassOptions): Ra {
  const types = Object.keys(agents).sort();
  /** Those whose modules could be loaded; they are pinned, so they still can. */
  const loaded = new Set<string>();
  /** Why the modules of an agent cannot be loaded; undefined: they can, or it is not the time to ask. */
  const unloadable = async (
    { agent: { type }, action, intervalMs, timeoutMs }: RaOperation,
  ): Promise<RaResult | undefined> => {
    const asks = action === "start" || action === "monitor" && intervalMs === 0;
    if (!asks || loaded.has(type)) return undefined;
    const withinMs = Math.max(1, Math.min(timeoutMs, loadMs));
    const { code, timedOut, output } = await runLoad({ program: options.program, type }, withinMs);
    if (code === rc.ok) loaded.add(type);
    return code === rc.ok ? undefined : { rc: rc.notInstalled, timedOut, output };
  };
  return {
    list: () => types.map((type) => ({ provider: "pils", type })),
    describe({ type }) {
      const agent = agentOf(agents, type);
      if (agent === undefined) throw new Error(`There is no agent "${type}" in this class`);
      return metaData(agent.manifest);
    },
    async run(operation) {
      const { agent: { type, provider = "pils" }, action } = operation;
      const agent = provider === "pils" ? agentOf(agents, type) : undefined;
      if (agent === undefined) {
        return say(rc.notInstalled, `no agent "${type}"; there are: ${types.join(", ")}`);
      }
      if (action === "meta-data") return say(rc.ok, metaData(agent.manifest));
      const cannot = await unloadable(operation);
      if (cannot !== undefined) return cannot;
      const granted = grantOf(agent.manifest, operation);
      if (agent.manifest.servicePermissions !== undefined) {
        return await serve(agent, granted, operation, options);
      }
      if (typeof granted === "string") return withoutParameters(operation, granted);
      return await act(agent, granted, operation, options);
    },
    end: (operation) => endActions(nameOf(operation)),
    close: () => endActions(),
  };
}

/** What one resource is run with. */
interface Granted {
  readonly parameters: unknown;
  readonly mayAct: Permissions;
  readonly mayServe: Permissions;
}

/** Checks the parameters and fills the templates; says what is wrong with them. */
function grantOf(agent: AgentManifest, { parameters }: RaOperation): Granted | string {
  const given = Object.entries(parameters).filter(([name]) =>
    !name.startsWith("CRM_meta_") && name !== "crm_feature_set"
  );
  const checked = check(agent.parameters, Object.fromEntries(given), { path: ["parameters"] });
  if (!checked.ok) return checked.diagnostics.map(diagnosticText).join("\n");
  const grants: Permissions[] = [];
  for (const templates of [agent.actionPermissions, agent.servicePermissions]) {
    const filled = fill(templates ?? {}, checked.value, Deno.execPath());
    if (!filled.ok) return filled.diagnostics.map(diagnosticText).join("\n");
    grants.push(filled.value);
  }
  const [mayAct = {}, mayServe = {}] = grants;
  return { parameters: checked.value, mayAct, mayServe };
}

/**
 * With parameters that are wrong nothing is ever started. So nothing of the kind runs: a probe says
 * that, and a stop has nothing to do. An answer of "not configured" would have the node fenced for it.
 */
function withoutParameters({ action, intervalMs }: RaOperation, why: string): RaResult {
  if (action === "stop") return say(rc.ok, `Nothing to stop, since nothing could start: ${why}`);
  if (action === "monitor" && intervalMs === 0) return say(rc.notRunning, why);
  return say(rc.notConfigured, why);
}

/** Runs an action in a process of its own. */
async function act(
  { manifest: { type } }: Agent,
  { parameters, mayAct }: Granted,
  { action, timeoutMs, ...running }: RaRunning & Pick<RaOperation, "timeoutMs">,
  { program }: ClassOptions,
): Promise<RaResult> {
  const operation = nameOf({ action, ...running });
  const task = { program, type, parameters, permissions: mayAct, operation };
  const { code, timedOut, output } = await runAction(action, task, Math.max(1, timeoutMs));
  return { rc: code > 15 ? rc.error : code, timedOut, ...reportedIn(output) };
}

/** An agent that keeps a process: its marks say whether it lives, whatever the parameters are. */
async function serve(
  agent: Agent,
  granted: Granted | string,
  operation: RaOperation,
  options: ClassOptions,
): Promise<RaResult> {
  const { action, resource, timeoutMs } = operation;
  const { program, cluster, node } = options;
  const of = `${cluster}/${node}/${resource}`;
  const mark = `HA_SERVICE=${of}`;
  const until = performance.now() + timeoutMs;
  const leftMs = () => until - performance.now();
  const monitor = (granted: Granted) =>
    act(agent, granted, { ...operation, action: "monitor", timeoutMs: leftMs() }, options);
  switch (action) {
    case "monitor":
      if ((await look(mark)).length === 0) return say(rc.notRunning, "no process");
      if (typeof granted === "string") {
        return say(rc.error, `It runs, with other parameters: ${granted}`);
      }
      return await monitor(granted);
    case "start": {
      if (typeof granted === "string") return withoutParameters(operation, granted);
      if ((await look(mark)).length === 0) {
        const { parameters, mayServe: permissions } = granted;
        const task = { program, type: agent.manifest.type, parameters, permissions };
        const marks = { HA_NODE: `${cluster}/${node}`, HA_SERVICE: of };
        startService(task, { resource, node }, marks);
      }
      const settledAt = performance.now() + (agent.manifest.settleMs ?? 0);
      for (;;) {
        const state = await monitor(granted);
        const settles = state.rc === rc.ok && performance.now() < settledAt;
        if ((state.rc === rc.ok && !settles) || state.timedOut || leftMs() <= 0) {
          return { ...state, timedOut: state.rc !== rc.ok && leftMs() <= 0 };
        }
        if ((await look(mark)).length === 0) {
          return say(rc.error, `the service ended as soon as it was started: ${state.output}`);
        }
        await pause(pollMs);
      }
    }
    case "stop": {
      let left = await end(mark, "TERM", politePart * timeoutMs);
      if (left.length > 0) left = await end(mark, "KILL", leftMs());
      return left.length === 0
        ? say(rc.ok, "")
        : { rc: rc.error, timedOut: true, output: `${left.length} processes do not end` };
    }
    default:
      return say(rc.unimplemented, `"${action}" is not an action of ${agent.manifest.type}`);
  }
}

/** The name of an operation that runs. */
const nameOf = ({ resource, action, intervalMs }: RaRunning): string =>
  JSON.stringify([resource, action, intervalMs]);

const say = (code: number, output: string): RaResult => ({ rc: code, timedOut: false, output });
