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
import { rc } from "./agent.ts";
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
    const checked = check(agent.parameters, Object.fromEntries(given), { path: ["parameters"] });
    if (!checked.ok) {
      return say(rc.notConfigured, checked.diagnostics.map(diagnosticText).join("\n"));
    }
    const grants: Permissions[] = [];
    for (const templates of [agent.actionPermissions, agent.servicePermissions]) {
      const filled = fill(templates ?? {}, checked.value, Deno.execPath());
      if (!filled.ok) {
        return say(rc.notConfigured, filled.diagnostics.map(diagnosticText).join("\n"));
      }
      grants.push(filled.value);
    }
    const [mayAct = {}, mayServe = {}] = grants;
    const act = async (action: string, timeoutMs: number): Promise<RaResult> => {
      const { code, timedOut, output } = await runAction(
        agent.type,
        action,
        mayAct,
        checked.value,
        Math.max(1, timeoutMs),
      );
      return { rc: code > 15 ? rc.error : code, timedOut, output };
    };
    if (agent.servicePermissions === undefined) return await act(action, operation.timeoutMs);

    const mark = `HA_SERVICE=${markOf(operation.resource)}`;
    const until = performance.now() + operation.timeoutMs;
    const leftMs = () => until - performance.now();
    switch (action) {
      case "monitor":
        if ((await look(mark)).length === 0) return say(rc.notRunning, "no process");
        return await act("monitor", leftMs());
      case "start": {
        if ((await look(mark)).length === 0) {
          startService(agent.type, operation.resource, node, mayServe, checked.value, {
            HA_NODE: `${cluster}/${node}`,
            HA_SERVICE: markOf(operation.resource),
          });
        }
        for (;;) {
          const state = await act("monitor", leftMs());
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

const say = (code: number, output: string): RaResult => ({ rc: code, timedOut: false, output });
