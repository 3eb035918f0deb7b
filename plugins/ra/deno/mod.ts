/**
 * The class `deno`: resource agents written in TypeScript.
 *
 * Parameters are checked against the agent's fields, the agent's permission templates are filled
 * with them, and every action and every service runs with that grant and nothing more. A service
 * is found by the marks in its environment, so that it survives a restart of this plugin and of
 * the local resource manager, and cannot be mistaken for a process that got its number later.
 *
 * @module
 */
import { check } from "../../../metadata/check.ts";
import { diagnosticText } from "../../../metadata/diagnostic.ts";
import { fill } from "../../../pils/grant.ts";
import type { Permissions } from "../../../pils/manifest.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra, RaOperation, RaResult } from "../../handler/ra/contract.ts";
import { end, look } from "../../../pils/marked.ts";
import { type AgentManifest, rc } from "./agent.ts";
import { agents } from "./agents/mod.ts";
import { endActions, runAction, startService } from "./child.ts";
import type manifest from "./manifest.ts";
import { metaData } from "./meta_data.ts";
import { pause } from "../../../metadata/timer.ts";

/** Milliseconds between two looks whether a starting service answers. */
const pollMs = 20;
/** Part of a stop's timeout after which a service that ignores SIGTERM is killed. */
const politePart = 0.7;

const plugin: Plugin<typeof manifest, Ra> = ({ cluster, node }) => {
  const markOf = (resource: string) => `${cluster}/${node}/${resource}`;

  async function run(operation: RaOperation): Promise<RaResult> {
    const agent = agents.get(operation.agent.type);
    if (agent === undefined || (operation.agent.provider ?? "pils") !== "pils") {
      const known = [...agents.keys()].join(", ");
      return say(rc.notInstalled, `no agent "${operation.agent.type}"; there are: ${known}`);
    }
    const { action } = operation;
    if (action === "meta-data") return say(rc.ok, metaData(agent));
    const given = Object.entries(operation.parameters).filter(([name]) =>
      !name.startsWith("CRM_meta_") && name !== "crm_feature_set"
    );
    const prepared = prepare(agent, Object.fromEntries(given));
    if (agent.servicePermissions === undefined) {
      return prepared.ok
        ? await act(prepared, agent, action, operation.timeoutMs)
        : withoutParameters(operation, prepared.why);
    }
    return await serve(agent, operation, prepared);
  }

  /** An agent that keeps a process: its marks say whether it lives, whatever the parameters are. */
  async function serve(
    agent: AgentManifest,
    operation: RaOperation,
    prepared: Prepared,
  ): Promise<RaResult> {
    const { action } = operation;
    const mark = `HA_SERVICE=${markOf(operation.resource)}`;
    const until = performance.now() + operation.timeoutMs;
    const leftMs = () => until - performance.now();
    switch (action) {
      case "monitor":
        if ((await look(mark)).length === 0) return say(rc.notRunning, "no process");
        if (!prepared.ok) return say(rc.error, `It runs, with other parameters: ${prepared.why}`);
        return await act(prepared, agent, "monitor", leftMs());
      case "start": {
        if (!prepared.ok) return withoutParameters(operation, prepared.why);
        if ((await look(mark)).length === 0) {
          startService(agent.type, operation.resource, node, prepared.mayServe, prepared.values, {
            HA_NODE: `${cluster}/${node}`,
            HA_SERVICE: markOf(operation.resource),
          });
        }
        for (;;) {
          const state = await act(prepared, agent, "monitor", leftMs());
          if (state.rc === rc.ok || state.timedOut || leftMs() <= 0) {
            return { ...state, timedOut: state.rc !== rc.ok && leftMs() <= 0 };
          }
          if ((await look(mark)).length === 0) {
            return say(rc.error, `the service ended as soon as it was started: ${state.output}`);
          }
          await pause(pollMs);
        }
      }
      case "stop": {
        let left = await end(mark, "TERM", politePart * operation.timeoutMs);
        if (left.length > 0) left = await end(mark, "KILL", leftMs());
        return left.length === 0
          ? say(rc.ok, "")
          : { rc: rc.error, timedOut: true, output: `${left.length} processes do not end` };
      }
      default:
        return say(rc.unimplemented, `"${action}" is not an action of ${agent.type}`);
    }
  }

  return {
    list: () => [...agents.keys()].map((type) => ({ provider: "pils", type })),
    describe({ type }) {
      const agent = agents.get(type);
      if (agent === undefined) throw new Error(`No agent of class deno has the type "${type}"`);
      return metaData(agent);
    },
    run,
    close: endActions,
  };
};

export default plugin;

/** What an agent is run with: checked parameters, and what it may do with them. */
type Prepared =
  | {
    readonly ok: true;
    readonly values: unknown;
    readonly mayAct: Permissions;
    readonly mayServe: Permissions;
  }
  | { readonly ok: false; readonly why: string };

/** Checks the parameters of a resource, and fills the agent's permissions with them. */
function prepare(agent: AgentManifest, given: Readonly<Record<string, string>>): Prepared {
  const checked = check(agent.parameters, given, { path: ["parameters"] });
  if (!checked.ok) return { ok: false, why: checked.diagnostics.map(diagnosticText).join("\n") };
  const grants: Permissions[] = [];
  for (const templates of [agent.actionPermissions, agent.servicePermissions]) {
    const filled = fill(templates ?? {}, checked.value, Deno.execPath());
    if (!filled.ok) return { ok: false, why: filled.diagnostics.map(diagnosticText).join("\n") };
    grants.push(filled.value);
  }
  const [mayAct = {}, mayServe = {}] = grants;
  return { ok: true, values: checked.value, mayAct, mayServe };
}

/**
 * With parameters that are wrong nothing is ever started. So nothing of the kind runs: a probe says
 * that, a stop has nothing to do. Answers of "not configured" would have the node fenced for it.
 */
function withoutParameters({ action, intervalMs }: RaOperation, why: string): RaResult {
  if (action === "stop") return say(rc.ok, `Nothing to stop, since nothing could start: ${why}`);
  if (action === "monitor" && intervalMs === 0) return say(rc.notRunning, why);
  return say(rc.notConfigured, why);
}

async function act(
  { mayAct, values }: Extract<Prepared, { readonly ok: true }>,
  { type }: AgentManifest,
  action: string,
  timeoutMs: number,
): Promise<RaResult> {
  const { code, timedOut, output } = await runAction(
    type,
    action,
    mayAct,
    values,
    Math.max(1, timeoutMs),
  );
  return { rc: code > 15 ? rc.error : code, timedOut, output };
}

const say = (code: number, output: string): RaResult => ({ rc: code, timedOut: false, output });
