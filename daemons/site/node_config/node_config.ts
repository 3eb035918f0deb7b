/**
 * A node configuration after it was checked.
 *
 * @module
 */
import type { ConfigOf } from "../../../metadata/field.ts";
import type { nodeFields } from "./fields.ts";
import {
  type AgentConfig,
  agentFields,
  type LinkConfig,
  linkFields,
  type LoadConfig,
  loadFields,
  type NotifierConfig,
  notifierFields,
  type PingConfig,
  pingFields,
  type WatchdogConfig,
} from "./plugin_entries.ts";

/** A checked node configuration. */
export interface NodeConfig extends Omit<ConfigOf<typeof nodeFields>, EntryList | "watchdog"> {
  /** The links by which the nodes hear each other. */
  readonly media: readonly LinkConfig[];
  /** What answers or does not, with no node behind it. */
  readonly pings?: readonly PingConfig[];
  /** Ends this node, or its heartbeat, when it sends no heartbeats. */
  readonly watchdog?: WatchdogConfig;
  /** Classes of resource agents beside `deno`. */
  readonly agents?: readonly AgentConfig[];
  /** Plugins that daemons load in addition to their own. */
  readonly load?: readonly LoadConfig[];
  /** Plugins that apphbd notifies. */
  readonly notifiers?: readonly NotifierConfig[];
}

/** Lists of entries that name plugins. */
export type EntryList = keyof typeof entryFields;
/** The fields of an entry that the project knows, by list. */
export const entryFields = {
  media: linkFields,
  pings: pingFields,
  agents: agentFields,
  load: loadFields,
  notifiers: notifierFields,
};
/** These lists. */
export const entryLists = ["media", "pings", "agents", "load", "notifiers"] as const;
