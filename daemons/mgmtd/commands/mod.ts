/**
 * The table of all commands of `ha`.
 *
 * Commands are grouped by their first word, and a group is loaded when one of its commands is
 * wanted: what `ha plugin` imports would otherwise make `ha status` five times slower to start.
 *
 * @module
 */
import type { Command } from "../command.ts";

/** The groups by their first word, in the order help shows them. */
const groups: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  status: async () => [(await import("./status.ts")).status],
  doctor: async () => [(await import("./doctor.ts")).doctor],
  metrics: async () => [(await import("./metrics.ts")).metrics],
  why: async () => [(await import("./why.ts")).why],
  explain: async () => [(await import("./explain.ts")).explain],
  simulate: async () => [(await import("./simulate.ts")).simulate],
  resource: async () => (await import("./resource.ts")).resourceCommands,
  constraint: async () => (await import("./steer.ts")).steerCommands("constraint"),
  cluster: async () => (await import("./cluster.ts")).clusterCommands,
  node: async () => [
    ...(await import("./steer.ts")).steerCommands("node"),
    (await import("./node/forget.ts")).nodeForget,
    ...await nodeConfig(),
  ],
  option: async () => (await import("./steer.ts")).steerCommands("option"),
  tag: async () => (await import("./steer.ts")).steerCommands("tag"),
  ticket: async () => (await import("./steer.ts")).steerCommands("ticket"),
  acl: async () => (await import("./steer.ts")).steerCommands("acl"),
  rule: async () => (await import("./steer.ts")).steerCommands("rule"),
  alert: async () => (await import("./alert.ts")).alertCommands,
  events: async () => [(await import("./events.ts")).events],
  app: async () => (await import("./app.ts")).appCommands,
  fence: async () => (await import("./fence.ts")).fenceCommands,
  plugin: async () => (await import("./plugin.ts")).pluginCommands,
  cib: async () => {
    const { cibQuery, cibPatch } = await import("./cib.ts");
    return [cibQuery, cibPatch];
  },
  log: async () => [(await import("./log.ts")).log],
  report: async () => [(await import("./report.ts")).report],
  man: async () => [(await import("./man.ts")).manOf(allCommands)],
  completion: async () => [(await import("./completion.ts")).completionOf(allCommands)],
  api: async () => [(await import("./api.ts")).api],
  heartbeat: async () => (await import("./heartbeat.ts")).heartbeatCommands,
  compat: async () => [
    (await import("./compat.ts")).compatInstall,
    (await import("./compat_run.ts")).compatRun,
  ],
  wire: async () => {
    const { wireDecode, wireCheck } = await import("./wire.ts");
    return [wireDecode, wireCheck];
  },
  configure: async () => (await import("./configure.ts")).configureCommands,
};

async function nodeConfig(): Promise<readonly Command[]> {
  const { configCheck, configForm, configShow } = await import("./node/config.ts");
  return [configCheck, configShow, configForm];
}

/** The commands that these words can mean: those of the group they name, else all. */
export async function commandsFor(words: readonly string[]): Promise<readonly Command[]> {
  const [first = ""] = words;
  const group = Object.hasOwn(groups, first) ? groups[first] : undefined;
  return group === undefined ? await allCommands() : await group();
}

/** All commands, in the order help shows them. */
export async function allCommands(): Promise<readonly Command[]> {
  const loaded = await Promise.all(Object.values(groups).map((load) => load()));
  return loaded.flat();
}
