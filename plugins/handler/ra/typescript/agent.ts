/**
 * A resource agent written in TypeScript: its description of itself, and the arguments of its
 * actions.
 *
 * An agent is a folder `agents/<Type>/` with a `manifest.ts` and one or both of `actions.ts` and
 * `service.ts`; its `agent.ts` names them, and one line in the plugin's `agents.ts` names that. Each
 * action runs as a `deno run` of its own with exactly the permissions of the manifest, filled with
 * the parameters of the resource; the same applies to the service.
 *
 * @module
 */
import type { ConfigOf, Field, Text } from "../../../../metadata/field.ts";
import type { Permissions } from "../../../../pils/manifest.ts";

/** Result codes of OCF that agents use. */
export const rc = {
  ok: 0,
  error: 1,
  arguments: 2,
  unimplemented: 3,
  permission: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
  promoted: 8,
  failedPromoted: 9,
} as const;

/** What came of an action that says more than a result code. */
export interface Outcome {
  readonly rc: number;
  /** How fit this instance of a promotable clone is to be promoted; null: it is not. */
  readonly promotion?: number | null;
}

/** One action an agent knows, with the timeout it advises. */
export interface AgentAction {
  readonly name: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
}

/** What an agent says of itself. */
export interface AgentManifest<Fs extends readonly Field[] = readonly Field[]> {
  readonly type: string;
  readonly version: string;
  readonly summary: Text;
  readonly description: Text;
  readonly parameters: Fs;
  readonly actions: readonly AgentAction[];
  /** What `actions.ts` may do, as templates over the parameters; absent: there is none. */
  readonly actionPermissions?: Permissions;
  /** What `service.ts` may do; absent: the agent keeps no process. */
  readonly servicePermissions?: Permissions;
  /** Milliseconds that the service must live until its start has succeeded; 0 if left out. */
  readonly settleMs?: number;
}

/** Types an agent's manifest without widening it. */
export function defineAgent<const Fs extends readonly Field[]>(
  manifest: AgentManifest<Fs>,
): AgentManifest<Fs> {
  return manifest;
}

/** The checked parameters of an agent with this manifest. */
export type Parameters<M extends AgentManifest> = ConfigOf<M["parameters"]>;

/**
 * The default export of `actions.ts`: one function an action, giving an OCF result code, or that with
 * a promotion score. Where the
 * agent has a service, `monitor` is asked only if its process lives, and `start` and `stop` are
 * not needed.
 */
export type Actions<M extends AgentManifest> = Readonly<
  Record<string, (parameters: Parameters<M>) => number | Outcome | Promise<number | Outcome>>
>;

/** The default export of `service.ts`: runs until it receives SIGTERM. */
export type Service<M extends AgentManifest> = (
  parameters: Parameters<M>,
  about: { readonly node: string; readonly resource: string },
) => void | Promise<void>;

/** A module that exports the actions or the service by default. */
interface Module {
  readonly default: unknown;
}

/**
 * What `agents/<Type>/agent.ts` exports. The actions and the service are loaded where they run, in a
 * process with the agent's own permissions; the class loads the manifest alone.
 */
export interface Agent {
  readonly manifest: AgentManifest;
  readonly actions?: () => Promise<Module>;
  readonly service?: () => Promise<Module>;
}

/** The agents of a class by type: what `agents.ts` exports. */
export type Agents = Readonly<Record<string, Agent>>;

/** The agent of a type, if the class has it. */
export function agentOf(agents: Agents, type: string): Agent | undefined {
  return Object.hasOwn(agents, type) ? agents[type] : undefined;
}
