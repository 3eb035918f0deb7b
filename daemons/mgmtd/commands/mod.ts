/**
 * The table of all commands of `ha`.
 *
 * Commands are grouped by their first word, and a group is loaded when one of its commands is
 * wanted: what `ha plugin` imports would otherwise make `ha status` five times slower to start.
 *
 * @module
 */
import type { Command } from "../command.ts";

/** A group that has a module of its own. */
type Group = { readonly commands: readonly Command[] };

/**
 * The groups by their first word, in the order help shows them. Each has a module, which is also the
 * program of the process in which one of its commands runs: so that process loads nothing of others.
 */
const groups: Readonly<Record<string, () => Promise<Group>>> = {
  status: () => import("./groups/status.ts"),
  doctor: () => import("./groups/doctor.ts"),
  metrics: () => import("./groups/metrics.ts"),
  why: () => import("./groups/why.ts"),
  explain: () => import("./groups/explain.ts"),
  simulate: () => import("./groups/simulate.ts"),
  resource: () => import("./groups/resource.ts"),
  constraint: () => import("./groups/constraint.ts"),
  cluster: () => import("./groups/cluster.ts"),
  node: () => import("./groups/node.ts"),
  option: () => import("./groups/option.ts"),
  tag: () => import("./groups/tag.ts"),
  ticket: () => import("./groups/ticket.ts"),
  acl: () => import("./groups/acl.ts"),
  rule: () => import("./groups/rule.ts"),
  alert: () => import("./groups/alert.ts"),
  events: () => import("./groups/events.ts"),
  app: () => import("./groups/app.ts"),
  fence: () => import("./groups/fence.ts"),
  plugin: () => import("./groups/plugin.ts"),
  cib: () => import("./groups/cib.ts"),
  log: () => import("./groups/log.ts"),
  report: () => import("./groups/report.ts"),
  // These two print all commands.
  man: async () => ({ commands: [(await import("./man.ts")).manOf(allCommands)] }),
  completion: async () => ({
    commands: [(await import("./completion.ts")).completionOf(allCommands)],
  }),
  api: () => import("./groups/api.ts"),
  heartbeat: () => import("./groups/heartbeat.ts"),
  compat: () => import("./groups/compat.ts"),
  wire: () => import("./groups/wire.ts"),
  configure: () => import("./groups/configure.ts"),
};

/** The module of the process in which a command runs, from the project's folder. */
export const moduleOf = ({ path: [group = ""] }: Pick<Command, "path">): string =>
  group === "man" || group === "completion"
    ? "daemons/mgmtd/run_any.ts"
    : `daemons/mgmtd/commands/groups/${group}.ts`;

/** The commands that these words can mean: those of the group they name, else all. */
export async function commandsFor(words: readonly string[]): Promise<readonly Command[]> {
  const [first = ""] = words;
  const group = Object.hasOwn(groups, first) ? groups[first] : undefined;
  return group === undefined ? await allCommands() : (await group()).commands;
}

/** All commands, in the order help shows them. */
export async function allCommands(): Promise<readonly Command[]> {
  const loaded = await Promise.all(Object.values(groups).map((load) => load()));
  return loaded.flatMap(({ commands }) => commands);
}
