/**
 * Entries of the node configuration that name a plugin, and beside it the plugin's own parameters,
 * under the names that its manifest gives them: links, pseudo-members, the watchdog, classes of
 * resource agents.
 *
 * Of the parameters only those are named here that the daemons have to know themselves, for the flags
 * of their processes or for rules between links. All others are the plugin's affair, also of one
 * that nobody here has heard of: its manifest checks them (`daemons/heartbeat/link_parameters.ts`;
 * for agents the load).
 *
 * @module
 */
import type { ConfigOf, Field } from "../../../metadata/field.ts";

const plugin = {
  fieldname: "plugin",
  basictype: "string",
  regex: "medium/[a-z0-9_]+",
  required: true,
  short_text: { en: "Plugin of kind medium" },
} as const satisfies Field;

/** What the daemons know of a link. */
export const linkFields = [
  plugin,
  {
    fieldname: "address",
    basictype: "string",
    specialtype: "ipaddr",
    short_text: { en: "Address to receive on" },
  },
  {
    fieldname: "port",
    basictype: "integer",
    specialtype: "port",
    short_text: { en: "UDP port to receive on" },
  },
  {
    fieldname: "broadcast",
    basictype: "string",
    specialtype: "ipaddr",
    short_text: { en: "Broadcast address of the network" },
  },
  {
    fieldname: "group",
    basictype: "string",
    specialtype: "ipaddr",
    short_text: { en: "Multicast group" },
  },
  {
    fieldname: "peers",
    basictype: "struct",
    isarray: true,
    maxitems: 99,
    short_text: { en: "The other nodes on this link" },
    fields: [
      {
        fieldname: "address",
        basictype: "string",
        specialtype: "ipaddr",
        required: true,
        short_text: { en: "Address of the peer" },
      },
      {
        fieldname: "port",
        basictype: "integer",
        specialtype: "port",
        default: 694,
        short_text: { en: "UDP port that the peer receives on" },
      },
    ],
  },
] as const satisfies readonly Field[];

/** What the daemons know of a pseudo-member. */
export const pingFields = [
  plugin,
  {
    fieldname: "name",
    basictype: "string",
    length: 64,
    regex: "[A-Za-z0-9._:\\-]+",
    required: true,
    short_text: { en: "Its name among the nodes" },
  },
] as const satisfies readonly Field[];

/** What the daemons know of the watchdog. */
export const watchdogFields = [
  {
    fieldname: "plugin",
    basictype: "string",
    regex: "watchdog/[a-z0-9_]+",
    required: true,
    short_text: { en: "Plugin of kind watchdog" },
  },
] as const satisfies readonly Field[];

/** What the daemons know of a class of resource agents. */
export const agentFields = [
  {
    fieldname: "class",
    basictype: "string",
    length: 40,
    regex: "[a-z][a-z0-9_]*",
    required: true,
    short_text: { en: "Class, as resources in the CIB name it" },
  },
  {
    fieldname: "plugin",
    basictype: "string",
    regex: "ra/[a-z][a-z0-9_]*",
    required: true,
    short_text: { en: "Plugin of kind ra" },
  },
] as const satisfies readonly Field[];

/** What the daemons know of a plugin that is loaded beside their own. */
export const loadFields = [
  {
    fieldname: "plugin",
    basictype: "string",
    length: 81,
    regex: "[a-z][a-z0-9_]*/[a-z][a-z0-9_]*",
    required: true,
    short_text: { en: "Plugin, such as quorum/tiebreaker" },
  },
] as const satisfies readonly Field[];

/** What the daemons know of a plugin that apphbd notifies. */
export const notifierFields = [
  {
    fieldname: "plugin",
    basictype: "string",
    length: 81,
    regex: "notifier/[a-z][a-z0-9_]*",
    required: true,
    short_text: { en: "Plugin of kind notifier" },
  },
] as const satisfies readonly Field[];

/** Parameters of a plugin that only its manifest knows. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A link as it was configured. */
export type LinkConfig = ConfigOf<typeof linkFields> & Parameters;

/** A pseudo-member as it was configured. */
export type PingConfig = ConfigOf<typeof pingFields> & Parameters;

/** A watchdog as it was configured. */
export type WatchdogConfig = ConfigOf<typeof watchdogFields> & Parameters;

/** A class of resource agents as it was configured. */
export type AgentConfig = ConfigOf<typeof agentFields> & Parameters;

/** A plugin that is loaded beside the daemons' own, as it was configured. */
export type LoadConfig = ConfigOf<typeof loadFields> & Parameters;

/** A plugin that apphbd notifies, as it was configured. */
export type NotifierConfig = ConfigOf<typeof notifierFields> & Parameters;

/** What of an entry is for the daemons to check, and the parameters that are the plugin's affair. */
export function splitEntry(
  fields: readonly Field[],
  entry: unknown,
): { readonly known: unknown; readonly parameters: Parameters } {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    return { known: entry, parameters: {} };
  }
  const names = new Set(fields.map(({ fieldname }) => fieldname));
  const entries = Object.entries(entry);
  return {
    known: Object.fromEntries(entries.filter(([name]) => names.has(name))),
    parameters: Object.fromEntries(entries.filter(([name]) => !names.has(name))),
  };
}
