/**
 * What a process of a node is made of, as data. Each daemon that is a process has a `description.ts`,
 * `daemons/processes.ts` lists them, and everything else follows from that list: the order of starts,
 * sockets, flags, which plugins a process loads, what the recovery manager restarts.
 *
 * @example
 * ```ts
 * export const description = {
 *   name: "lrmd",
 *   services: ["lrmd"],
 *   linkTo: "cluster",
 *   plugins: { kinds: ["ra"], starts: () => true },
 *   restartFor: ["agents", "operationsAtOnce"],
 * } as const satisfies ProcessDescription;
 * ```
 *
 * @module
 */
import type { NodeConfig } from "./node_config/read.ts";

/** Where things are that are not in the node configuration. */
export interface Places {
  /** The project's folder, absolute, without a slash at its end. */
  readonly project: string;
  /** The node configuration, absolute. */
  readonly configFile: string;
  /** The running Deno, absolute. */
  readonly deno: string;
}

/** Names of permissions, in the order of the flags. */
export const grantNames = ["net", "read", "write", "run", "env", "ffi"] as const;

/** Permissions by name, as lists. */
export type Grant = Readonly<Partial<Record<typeof grantNames[number], readonly string[]>>>;

/** The plugins of a process. */
export interface PluginsOfProcess {
  /** Kinds that it loads; their handlers too, and nothing else. */
  readonly kinds: readonly string[];
  /** Those of them that are let into the process: it holds no more rights than they need. */
  readonly inline?: readonly string[];
  /** Plugins that it loads on every node, in this order. */
  readonly always?: readonly string[];
  /** Kinds of which the node configuration may name more, under `load`. */
  readonly load?: readonly string[];
  /** Whether it starts plugins as processes of their own on this node; absent: never. */
  readonly starts?: (config: NodeConfig) => boolean;
}

/** See the head of the file. */
export interface ProcessDescription {
  /** Name of the process, of its folder under `daemons/` and of its socket. */
  readonly name: string;
  /** Whether it runs on a node of this configuration. Absent: on every node. */
  readonly where?: (config: NodeConfig) => boolean;
  /** The services of its machines. */
  readonly services: readonly string[];
  /** Threads with machines, sockets or modules of their own: it may read the daemons' code. */
  readonly threads?: readonly string[];
  /** The threads of this node, where its configuration decides. Default: all of them. */
  readonly hasThreads?: (config: NodeConfig) => boolean;
  /** Programs that are no daemons may connect, over `NAME.sock`. */
  readonly clients?: true;
  /** The process through which it reaches the rest of the node, over `NAME.link`. */
  readonly linkTo?: string;
  /** It keeps files in a folder of its own under the node's state folder. */
  readonly state?: true;
  /** Absent: it loads no plugin, and may not read the locks. */
  readonly plugins?: PluginsOfProcess;
  /** Rights beyond those that follow from the fields above. */
  readonly grant?: (config: NodeConfig, places: Places) => Grant;
  /** MiB that its heap may fill: beyond it the process ends, and it alone. */
  readonly heapMibMax?: number;
  /** MiB of its heap for what is new: less memory, and more but shorter collections. */
  readonly youngMibMax?: number;
  /** Fields of the node configuration that take effect when this process alone is restarted. */
  readonly restartFor?: readonly (keyof NodeConfig)[];
  /**
   * It computes what others ask, within a bound of time and memory; its end at that bound says nothing
   * of the node.
   */
  readonly computes?: true;
  /** It reads files of its own again on SIGHUP, which the recovery manager passes on. */
  readonly hangup?: true;
}

/** The processes of a node, in the order of their starts. */
export type ProcessList = readonly ProcessDescription[];

/** Those of them that run on a node of this configuration. */
export const processesOn = (list: ProcessList, config: NodeConfig): ProcessList =>
  list.filter(({ where }) => where === undefined || where(config));

/**
 * The description of that name.
 *
 * @throws {TypeError} if there is none: our own mistake.
 */
export function describedAs(list: ProcessList, name: string): ProcessDescription {
  const found = list.find((one) => one.name === name);
  if (found === undefined) throw new TypeError(`"${name}" is not in daemons/processes.ts`);
  return found;
}
