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
  why: async () => [(await import("./why.ts")).why],
  explain: async () => [(await import("./explain.ts")).explain],
  simulate: async () => [(await import("./simulate.ts")).simulate],
  resource: async () => (await import("./resource.ts")).resourceCommands,
  plugin: async () => (await import("./plugin.ts")).pluginCommands,
  heartbeat: async () => (await import("./heartbeat.ts")).heartbeatCommands,
  compat: async () => [(await import("./compat.ts")).compatInstall],
  wire: async () => {
    const { wireDecode, wireCheck } = await import("./wire.ts");
    return [wireDecode, wireCheck];
  },
  configure: async () => [
    (await import("./configure_import.ts")).configureImport,
    (await import("./configure_verify.ts")).configureVerify,
  ],
};

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
