/**
 * What every daemon process does around its machines: reads the node configuration, opens stores,
 * makes a loader, runs the machines, and ends cleanly on SIGTERM, or at once when a parent
 * that asked for it is gone.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { DiagnosticError, diagnosticText } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Loaded, Loader } from "../../pils/loader_types.ts";
import { storeFolder } from "./default_folders.ts";
import { bytesMax, readText } from "./bounded_file.ts";
import {
  describedAs,
  type PluginsOfProcess,
  type ProcessDescription,
  type ProcessList,
} from "./description.ts";
import { type DaemonLog, type Log, logWritten, plainError, stderrLog } from "../runtime/log.ts";
import { type NodeConfig, readNodeConfig } from "./node_config/read.ts";
import type { ProcessOptions, RunningProcess } from "../runtime/process.ts";
import type { Protocol } from "../runtime/protocol.ts";
import { run } from "../runtime/run.ts";
import { onUncaught } from "../runtime/uncaught.ts";
import { exitConfig, exitFailure, exitState, exitUsage } from "../runtime/exit_code.ts";
import { attend, untilStdinEnds } from "../runtime/parent.ts";
import { StateError } from "../runtime/state_error.ts";
import { openStore, type Store } from "../runtime/store.ts";
import { logSocketOf, socketsOf } from "./sockets.ts";
import { loadWithin, wantedOf } from "./wanted_plugins.ts";

/** Milliseconds each machine may take to end cleanly: the services of a node are moved first. */
export const stopMs = 60_000;

/** What a daemon's composition is given. */
export interface Surroundings {
  readonly config: NodeConfig;
  /** The text that it was read from. */
  readonly text: string;
  readonly log: Log;
  /** Loads the plugins of this process. */
  readonly loader: Loader;
  /**
   * Loads the plugins of a kind that this process always loads, and those of that kind that the node
   * configuration names; the process calls them without waiting.
   */
  within<A>(kind: string): Promise<readonly Loaded<A>[]>;
  /** Opens the store of a service: a folder of its own under the process's state folder. */
  store(service: string): Promise<Store>;
}

/** What a daemon makes of it; its sockets follow from its description. */
export type Composition =
  & Pick<ProcessOptions, "machines" | "builtins" | "listenToUsers" | "parts">
  & Partial<Pick<ProcessOptions, "stores">>
  & {
    /** Milliseconds each machine may take to end cleanly; {@linkcode stopMs} if left out. */
    readonly stopMs?: number;
    /** Is called with each line of the recovery manager that is no question. */
    readonly told?: (line: string) => void;
    /** Is called when all is over; gives the code with which the process ends. */
    readonly over?: (code: number) => number;
  };

/**
 * Runs a daemon process until it is asked to end. The first argument is the path of the node
 * configuration; {@linkcode untilStdinEnds} may follow it.
 *
 * @param list the processes of the node, this one among them
 * @param protocol what may be said to its machines
 */
export async function main(
  list: ProcessList,
  process: string,
  protocol: Protocol,
  compose: (surroundings: Surroundings) => Composition | Promise<Composition>,
): Promise<void> {
  const description = describedAs(list, process);
  const { plugins = { kinds: [] } } = description;
  const { path, supervised } = argumentsOf(process);
  // Unheard, it would end the process. What it means is each daemon's own: heartbeat reads its keys
  // again, the recovery manager its configuration.
  Deno.addSignalListener("SIGHUP", () => {});
  let running: RunningProcess | undefined;
  let made: Partial<Composition> = {};
  let [log, written]: [Log, () => Promise<void>] = [stderrLog(process), logWritten];
  onUncaught((text) => log(process, "crit", text), () => Deno.exit(exitFailure));
  // From the first moment: a parent that asks must hear that this one is only starting.
  if (supervised) {
    void attend({
      alive: () => running?.alive() ?? Promise.resolve(false),
      told: (line) => made.told?.(line),
      parentSilent: (silent) => log(process, ...silenceLine(silent)),
    }).then(() => written()).then(() => Deno.exit(exitFailure));
  }
  const { config, text } = await configured(process, path);
  ({ log, written } = await logOf(process, config));
  const loader = await loaderFor(description, config, log);
  try {
    const composition = await compose({
      config,
      text,
      log,
      loader,
      within: (kind) => loadWithin(loader, wantedOf(kind, plugins, config)),
      store: (service) => openStore(storeFolder(config.state, process, service)),
    });
    made = composition;
    refuseStrayMachines(description, composition);
    running = await run({
      stores: new Map(),
      ...composition,
      ...socketsOf(list, process, config),
      protocol,
      process,
      node: config.node,
      log,
      loader,
    });
  } catch (error) {
    return await cannotStart(process, error, { log, written }, loader);
  }
  endOnSignals(process, running, supervised, made.stopMs ?? stopMs, log);
  const code = await running.ended.then(made.over).catch(codeOf);
  await written();
  Deno.exit(code);
}

/** Where a process writes its log: to `logd`, if there is one and it may; else to standard error. */
async function logOf(process: string, config: NodeConfig): Promise<DaemonLog> {
  const log = stderrLog(config.node, config.loglevel);
  const path = logSocketOf(config);
  if (config.log === undefined || process === "logd" || !mayConnect(path)) {
    return { log, written: logWritten };
  }
  // A node without logd does not load its client.
  const { logdLog } = await import("../runtime/logging/logd_log.ts");
  return logdLog({ process, path, least: config.loglevel, otherwise: log });
}

const mayConnect = (path: string): boolean =>
  Deno.permissions.querySync({ name: "net", host: `unix:${path}` }).state === "granted";

/** The path of the node configuration, and whether a recovery manager has started the process. */
function argumentsOf(process: string): { readonly path: string; readonly supervised: boolean } {
  const [path, ...rest] = Deno.args;
  if (path === undefined || rest.some((option) => option !== untilStdinEnds)) {
    fail(exitUsage, `Usage: ${process} NODE_CONFIGURATION [${untilStdinEnds}]`);
  }
  return { path, supervised: rest.length > 0 };
}

/** What a process logs of a recovery manager that stopped its pings, or sends them again. */
const silenceLine = (silent: boolean): ["warning" | "notice", string] =>
  silent
    ? ["warning", "the recovery manager sends no pings: a hung daemon would not be noticed"]
    : ["notice", "the recovery manager sends pings again"];

/** Logs why a process cannot start, and ends it. */
async function cannotStart(
  process: string,
  error: unknown,
  { log, written }: DaemonLog,
  loader: Loader,
): Promise<never> {
  const text = withCode("HA9009", `cannot start: ${messageOf(error)}`);
  for (const line of text.split("\n")) log(process, "crit", line);
  await loader.close().catch(() => {});
  await written();
  // A person's mistake is the same at the next start; the world may be kinder then.
  Deno.exit(error instanceof DiagnosticError ? exitConfig : codeOf(error));
}

/** Another start helps against both, but against a disk only once there is room. */
const codeOf = (error: unknown): number => error instanceof StateError ? exitState : exitFailure;

/**
 * A process that loads no plugin cannot read what was consented to. It does not import the loader
 * either, which is 40 modules and half a MiB.
 */
const loaderFor = async (
  { name, plugins }: ProcessDescription,
  config: NodeConfig,
  log: Log,
): Promise<Loader> =>
  plugins === undefined ? noLoader : await loaderWith(name, plugins, config, log);

/** Of a process that loads no plugins. */
const noLoader: Loader = {
  load: (id) => Promise.reject(new Error(`Cannot load "${id}": this process loads no plugins`)),
  tree: () => [],
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Other processes accept a service only from the process that its description names. */
function refuseStrayMachines({ name, services }: ProcessDescription, made: Composition): void {
  const stray = made.machines.find(({ service }) => !services.includes(service));
  if (stray === undefined) return;
  throw new TypeError(
    `"${stray.service}" is not in the services of daemons/${name}/description.ts`,
  );
}

/** Ends cleanly when a person or the parent wants it. */
function endOnSignals(
  process: string,
  running: RunningProcess,
  supervised: boolean,
  endMs: number,
  log: Log,
): void {
  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log(process, "info", `ends: ${why}`);
    void running.stop(endMs);
  };
  Deno.addSignalListener("SIGTERM", () => stop("SIGTERM"));
  // A terminal tells the whole group of its Ctrl-C: under a parent it is the parent's to say when,
  // or agents could not stop their services any more.
  Deno.addSignalListener("SIGINT", () => supervised || stop("SIGINT"));
}

/** The node configuration and its text, or an end with all that is wrong with it. */
async function configured(
  process: string,
  path: string,
): Promise<{ readonly config: NodeConfig; readonly text: string }> {
  let text;
  try {
    text = await readText(path, bytesMax.nodeConfig);
  } catch (error) {
    fail(
      exitConfig,
      `${process}: cannot read "${path}": ${messageOf(error)}`,
    );
  }
  const checked = readNodeConfig(text);
  if (checked.ok) return { config: checked.value, text };
  fail(
    exitConfig,
    [`${process}: cannot use "${path}":`, ...checked.diagnostics.map(diagnosticText)].join("\n  "),
  );
}

/** The loader, or an end with all that is wrong with the locks and the policy. */
async function loaderWith(
  process: string,
  plugins: PluginsOfProcess,
  config: NodeConfig,
  log: Log,
): Promise<Loader> {
  const { consentedTo, loaderOf } = await import("./loader_of.ts");
  try {
    return loaderOf(config, plugins, log, await consentedTo(config));
  } catch (error) {
    fail(exitConfig, `${process}: ${messageOf(error)}`);
  }
}

function fail(code: number, text: string): never {
  plainError(text);
  Deno.exit(code);
}
