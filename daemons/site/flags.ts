/**
 * What each process of a node may do: exactly these flags, made from its description and the node
 * configuration.
 *
 * This is the one place where they are made: the recovery manager starts the processes with them,
 * each daemon's README shows them, and a test compares the two.
 *
 * @module
 */
import { collectFlag } from "../../metadata/collect.ts";
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import {
  describedAs,
  type Grant,
  grantNames,
  type Places,
  type ProcessDescription,
  type ProcessList,
} from "./description.ts";
import type { NodeConfig } from "./node_config/read.ts";
import { logSocketOf, pathsOf, socketsOf } from "./sockets.ts";

export type { Grant, Places };

/** What a process of this node may do. */
export function grantOf(
  list: ProcessList,
  name: string,
  config: NodeConfig,
  places: Places,
): Grant {
  const description = describedAs(list, name);
  const { state, plugins } = description;
  const { net = [], read = [], write = [], run = [], env = [], ffi = [] } =
    description.grant?.(config, places) ?? {};
  const sockets = [
    ...pathsOf(socketsOf(list, name, config)),
    ...(config.log === undefined ? [] : [logSocketOf(config)]),
  ];
  const folder = state === undefined ? [] : [`${config.state}/${name}`];
  const starts = plugins?.starts?.(config) === true;
  return {
    net: [...net, ...sockets.map((path) => `unix:${path}`)],
    read: [
      ...codeOf(description, config, places, starts),
      places.configFile,
      ...read,
      ...folder,
      ...sockets,
    ],
    write: [...write, ...folder, ...sockets],
    run: [...run, ...(starts ? [places.deno, "/bin/sh"] : [])],
    env: [...env, ...(starts ? ["DENO_DIR", "HOME", "XDG_CACHE_HOME"] : [])],
    ffi,
  };
}

/** Plugins and what they import are read when they are loaded, by the process that loads them. */
function codeOf(
  { plugins, threads, hasThreads }: ProcessDescription,
  config: NodeConfig,
  { project }: Places,
  starts: boolean,
): readonly string[] {
  const loads = plugins !== undefined;
  const folders = new Set([
    ...(loads ? ["plugins", "pils", "metadata"] : []),
    // A thread reads its own module with the permission of its process.
    ...(threads === undefined || hasThreads?.(config) === false ? [] : ["daemons", "metadata"]),
    ...(starts ? ["deno.json"] : []),
  ]);
  return [
    ...[...folders].map((folder) => `${project}/${folder}`),
    ...(loads && config.plugins !== undefined ? [config.plugins] : []),
    ...(loads ? config.pluginFolders ?? [] : []),
  ];
}

/** The grant as flags of `deno run`. */
export function flagsOf(grant: Grant): string[] {
  return grantNames.flatMap((name) => {
    const entries = grant[name] ?? [];
    for (const entry of entries) {
      if (entry.includes(",")) {
        throw new DiagnosticError("Cannot give a process its permissions", [
          problem(
            [`--allow-${name}`],
            `${JSON.stringify(entry)} has a comma`,
            "Deno would take it for two permissions",
            "rename the file or folder, or name it by another path",
            "HA0007",
          ),
        ]);
      }
    }
    return entries.length === 0 ? [] : [`--allow-${name}=${entries.join(",")}`];
  });
}

/** A program of the project to run, after the path of Deno; its arguments follow. */
export interface Program {
  /** The project's folder, absolute. */
  readonly project: string;
  /** Path of its module in the project. */
  readonly module: string;
  readonly grant: Grant;
  /** Flags of V8. */
  readonly v8?: readonly string[];
}

/** The words that run a program of the project with its grant, from the packages that are here. */
export const runWords = ({ project, module, grant, v8 = [] }: Program): string[] => [
  "run",
  "--no-prompt",
  "--cached-only",
  "--quiet",
  `--config=${project}/deno.json`,
  ...(v8.length === 0 ? [] : [`--v8-flags=${v8.join(",")}`]),
  ...flagsOf(grant),
  `${project}/${module}`,
];

/** The whole command line of a process, after the path of Deno. */
export function commandOf(
  list: ProcessList,
  name: string,
  config: NodeConfig,
  places: Places,
): string[] {
  const { heapMibMax, youngMibMax } = describedAs(list, name);
  const v8 = [
    collectFlag,
    ...(heapMibMax === undefined ? [] : [`--max-old-space-size=${heapMibMax}`]),
    ...(youngMibMax === undefined ? [] : [`--max-semi-space-size=${youngMibMax}`]),
  ];
  const grant = grantOf(list, name, config, places);
  const { project } = places;
  return [
    ...runWords({ project, module: `daemons/${name}/mod.ts`, grant, v8 }),
    places.configFile,
  ];
}
