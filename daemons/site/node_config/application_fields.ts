/**
 * The section `applications` of the node configuration: who may register with `apphbd`, and what the
 * recovery manager does for which application.
 *
 * @module
 */
import type { ConfigOf, Field } from "../../../metadata/field.ts";
import { applicationEvents } from "./application_events.ts";

/** The largest number of a user or group; the one above stands for none. */
const idMax = 4_294_967_294;

/** What the recovery manager does for one application. */
const recoveryFields = [
  {
    fieldname: "name",
    basictype: "string",
    length: 255,
    required: true,
    short_text: { en: "Name under which the application registers" },
  },
  {
    fieldname: "uid",
    basictype: "integer",
    minimum: 0,
    maximum: idMax,
    required: true,
    short_text: { en: "ID of the user it runs as; the script runs as the same" },
  },
  {
    fieldname: "gid",
    basictype: "integer",
    minimum: 0,
    maximum: idMax,
    required: true,
    short_text: { en: "ID of its group; the script runs with the same, and with no other" },
  },
  {
    fieldname: "script",
    basictype: "string",
    specialtype: "path",
    required: true,
    short_text: {
      en: "Program that recovers it; it gets a process ID, or nothing, and an argument",
    },
  },
  {
    fieldname: "events",
    basictype: "struct",
    isarray: true,
    minitems: 1,
    maxitems: applicationEvents.length,
    required: true,
    short_text: { en: "Events that start the script" },
    fields: [
      {
        fieldname: "event",
        basictype: "enum",
        choices: applicationEvents,
        required: true,
        short_text: {
          en:
            "hup: hung up without unregistering; nohb: missed a beat; hbagain: beats again; hbwarn: late; hbunreg: unregistered",
        },
      },
      {
        fieldname: "argument",
        basictype: "string",
        length: 255,
        required: true,
        short_text: { en: "Second argument of the script" },
      },
    ],
  },
  {
    fieldname: "kill",
    basictype: "boolean",
    default: false,
    short_text: { en: "Kill the process that missed its beat before the script runs" },
  },
  {
    fieldname: "timeoutMs",
    basictype: "integer",
    minimum: 100,
    maximum: 3_600_000,
    default: 60_000,
    unit: "ms",
    short_text: { en: "Time for the script; then it is killed with its process group" },
  },
  {
    fieldname: "restartsMax",
    basictype: "integer",
    minimum: 1,
    maximum: 1_000,
    default: 5,
    short_text: { en: "Maximum number of runs of the script within the period" },
  },
  {
    fieldname: "periodMs",
    basictype: "integer",
    minimum: 1_000,
    maximum: 86_400_000,
    default: 60_000,
    unit: "ms",
    short_text: { en: "That period" },
  },
  {
    fieldname: "escalate",
    basictype: "enum",
    choices: ["notify", "node"],
    default: "notify",
    short_text: {
      en:
        "After too many runs: notify gives the application up; node gives the node up, which the other nodes then fence",
    },
  },
] as const satisfies readonly Field[];

/** The fields of the section. */
export const applicationFields = [
  {
    fieldname: "socket",
    basictype: "string",
    specialtype: "path",
    short_text: { en: "Socket of apphbd; default: apphb.comm in the run folder" },
  },
  {
    fieldname: "uids",
    basictype: "integer",
    minimum: 0,
    maximum: idMax,
    isarray: true,
    maxitems: 64,
    default: [],
    short_text: { en: "IDs of users that may register applications, beside root and the owner" },
  },
  {
    fieldname: "gids",
    basictype: "integer",
    minimum: 0,
    maximum: idMax,
    isarray: true,
    maxitems: 64,
    default: [],
    short_text: { en: "IDs of groups that may register applications" },
  },
  {
    fieldname: "watchdog",
    basictype: "struct",
    short_text: { en: "Watchdog that apphbd holds: it resets the node when apphbd hangs" },
    fields: [
      {
        fieldname: "plugin",
        basictype: "string",
        regex: "watchdog/[a-z0-9_]+",
        default: "watchdog/device",
        short_text: { en: "Plugin of kind watchdog" },
      },
      {
        fieldname: "device",
        basictype: "string",
        specialtype: "device",
        short_text: { en: "The device, which no other watchdog of the node may use" },
      },
      {
        fieldname: "timeoutMs",
        basictype: "integer",
        minimum: 500,
        maximum: 3_600_000,
        unit: "ms",
        short_text: { en: "Silence of apphbd after which the watchdog bites" },
      },
      {
        fieldname: "intervalMs",
        basictype: "integer",
        minimum: 100,
        maximum: 600_000,
        default: 1_000,
        unit: "ms",
        short_text: { en: "Time between two pets" },
      },
    ],
  },
  {
    fieldname: "recover",
    basictype: "struct",
    isarray: true,
    maxitems: 256,
    default: [],
    short_text: { en: "Applications that the recovery manager restarts" },
    fields: recoveryFields,
  },
] as const satisfies readonly Field[];

/** The section after it was checked. */
export type ApplicationsConfig = ConfigOf<typeof applicationFields>;

/** One entry of `recover`. */
export type RecoveryEntry = ApplicationsConfig["recover"][number];
