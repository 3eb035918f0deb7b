/**
 * The class `ocf`: agents that keep to the Open Cluster Framework, 1.0 and 1.1.
 *
 * An agent is the program `PROVIDER/TYPE` in a folder of agents. It gets its action as its only
 * argument, and everything else in its environment.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import type { AgentRef, Ra, RaOperation } from "../contract.ts";
import { agentName, agentsMax, foldersIn, notRunnable, runnableIn } from "./agent_file.ts";
import { environment, type Surroundings } from "./environment.ts";
import { MetaDataCache } from "./meta_data_cache.ts";
import { unusable, withoutParameters } from "./parameters.ts";
import { preparation, type Prepared, rc, resultOf, say } from "./result.ts";
import { endAll, endRunning, runProgram } from "./run_program.ts";

/** What the operator chooses. */
export interface OcfOptions extends Surroundings {
  /** `OCF_ROOT`; its agents are in `resource.d`. */
  readonly root: string;
  /** Further folders of agents, which come first. */
  readonly folders: readonly string[];
  /** Milliseconds that the meta-data of an agent may take. */
  readonly metadatams: number;
}

const providerDefault = "heartbeat";

type Where = { readonly path: string } | { readonly why: string };

/** Makes the methods of the class. */
export function ocfClass(options: OcfOptions): Ra {
  const cache = new MetaDataCache(options.metadatams);
  const folders = [...options.folders, `${options.root}/resource.d`];
  return {
    list() {
      const found = new Map<string, AgentRef>();
      for (const folder of folders) {
        for (const provider of foldersIn(folder)) {
          for (const type of runnableIn(`${folder}/${provider}`)) {
            if (found.size < agentsMax) found.set(`${provider}/${type}`, { provider, type });
          }
        }
      }
      return [...found.keys()].sort().map((name) => found.get(name)!);
    },
    async describe(agent) {
      const where = fileOf(agent, folders);
      if ("why" in where) throw new Error(where.why);
      const env = ocfEnvironment(options, agent, "meta-data");
      return await cache.describe(where.path, env);
    },
    async run(operation) {
      const { timeoutMs } = operation;
      const prepared = prepare(operation, folders, options);
      if ("rc" in prepared) return prepared;
      const ended = await runProgram({ ...prepared, timeoutMs, operation });
      return resultOf(ended, { path: prepared.path, timeoutMs });
    },
    prepare: (operation) => preparation(prepare(operation, folders, options)),
    end: endRunning,
    close: endAll,
  };
}

function prepare(
  operation: RaOperation,
  folders: readonly string[],
  options: OcfOptions,
): Prepared {
  const { agent, action, resource, parameters } = operation;
  const where = fileOf(agent, folders);
  if ("why" in where) return say(rc.notInstalled, where.why);
  const wrong = unusable(parameters);
  if (wrong.length > 0) return withoutParameters(operation, wrong.join("\n"));
  if (!agentName.test(action)) return say(rc.unimplemented, "this is no name of an action");
  return {
    path: where.path,
    args: [action],
    env: { ...ocfEnvironment(options, agent, resource), ...parametersOf(operation) },
  };
}

/** The first file of that name; the reason if none can be run. */
function fileOf({ provider = providerDefault, type }: AgentRef, folders: readonly string[]): Where {
  const odd = [provider, type].find((name) => !agentName.test(name));
  if (odd !== undefined) {
    const why = `${JSON.stringify(odd.slice(0, 64))} cannot be the name of an agent`;
    return {
      why: withCode("HA7005", `${why}. Fix: use PROVIDER:TYPE as ha resource agents lists them`),
    };
  }
  const reasons: string[] = [];
  for (const folder of folders) {
    const path = `${folder}/${provider}/${type}`;
    const why = notRunnable(path);
    if (why === undefined) return { path };
    reasons.push(why);
  }
  // Where one file exists that cannot be run, it is the one that was meant.
  const meant = reasons.find((why) => !why.includes(" does not exist"));
  return { why: meant ?? reasons.at(-1) ?? "there is no folder of agents" };
}

/** What each agent gets, whatever its parameters are. */
function ocfEnvironment(
  options: OcfOptions,
  { provider = providerDefault, type }: AgentRef,
  resource: string,
): Readonly<Record<string, string>> {
  return {
    ...environment(options),
    OCF_ROOT: options.root,
    OCF_RA_VERSION_MAJOR: "1",
    OCF_RA_VERSION_MINOR: "1",
    OCF_RESOURCE_INSTANCE: resource,
    OCF_RESOURCE_TYPE: type,
    OCF_RESOURCE_PROVIDER: provider,
  };
}

/** `OCF_RESKEY_*`: the parameters, and what an agent may want to know of its operation. */
function parametersOf(
  { action, intervalMs, timeoutMs, parameters }: RaOperation,
): Readonly<Record<string, string>> {
  const all = {
    CRM_meta_name: action,
    CRM_meta_interval: String(intervalMs),
    CRM_meta_timeout: String(timeoutMs),
    ...parameters,
  };
  const { OCF_CHECK_LEVEL = "0", ...rest } = all as Readonly<Record<string, string>>;
  return {
    ...Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [
        `OCF_RESKEY_${name.startsWith("CRM_meta_") ? name.replaceAll("-", "_") : name}`,
        value,
      ]),
    ),
    OCF_CHECK_LEVEL,
  };
}
