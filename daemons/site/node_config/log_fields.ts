/**
 * The section `log` of the node configuration: what `logd` writes, and how much may wait for it.
 *
 * @module
 */
import type { Field } from "../../../metadata/field.ts";

const level = {
  basictype: "enum",
  choices: ["crit", "err", "warning", "notice", "info", "debug"],
} as const;

/** Facilities of syslog, in the order of their numbers. */
export const facilities = [
  ...["kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron"],
  ...["authpriv", "ftp", "ntp", "audit", "alert", "clock"],
  ...["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
] as const;

const outputFields = [
  {
    fieldname: "type",
    basictype: "enum",
    choices: ["file", "jsonl", "syslog"],
    required: true,
    short_text: { en: "file: lines of text; jsonl: one JSON object a line; syslog" },
  },
  {
    fieldname: "path",
    basictype: "string",
    specialtype: "path",
    short_text: {
      en: "The file; for syslog its socket, default /run/systemd/journal/dev-log, in RFC 3164",
    },
  },
  {
    fieldname: "address",
    basictype: "string",
    specialtype: "ipaddr",
    short_text: { en: "Address of a syslog that is reached over UDP, in RFC 5424" },
  },
  {
    fieldname: "port",
    basictype: "integer",
    specialtype: "port",
    minimum: 1,
    maximum: 65_535,
    default: 514,
    short_text: { en: "UDP port of that syslog" },
  },
  {
    fieldname: "facility",
    basictype: "enum",
    choices: facilities,
    short_text: { en: "Facility of syslog; default: the one that the client gives" },
  },
  {
    fieldname: "prefix",
    basictype: "string",
    length: 64,
    regex: "[\\w.@\\-]+",
    short_text: { en: "Name before each line in syslog" },
  },
  {
    fieldname: "mode",
    basictype: "string",
    length: 4,
    regex: "0?[0-7]{3}",
    default: "0640",
    short_text: { en: "Mode of the file, octal" },
  },
  {
    fieldname: "rotateMiB",
    basictype: "integer",
    minimum: 1,
    maximum: 10_240,
    unit: "MiB",
    default: 64,
    short_text: { en: "Size at which the file is put aside as FILE.1" },
  },
  {
    fieldname: "rotateHours",
    basictype: "integer",
    minimum: 1,
    maximum: 8_760,
    unit: "h",
    short_text: { en: "Time after which the file is put aside; default: by size alone" },
  },
  {
    fieldname: "keep",
    basictype: "integer",
    minimum: 1,
    maximum: 64,
    default: 5,
    short_text: { en: "Number of older files that are kept" },
  },
  {
    fieldname: "level",
    ...level,
    default: "debug",
    short_text: { en: "Lowest level that is written here; loglevel decides what is logged at all" },
  },
  {
    fieldname: "only",
    basictype: "string",
    length: 63,
    isarray: true,
    minitems: 1,
    maxitems: 64,
    short_text: { en: "Daemons and applications that are written here; default: all" },
  },
] as const satisfies readonly Field[];

/** The fields of the section. */
export const logFields = [
  {
    fieldname: "outputs",
    basictype: "struct",
    isarray: true,
    minitems: 1,
    maxitems: 8,
    required: true,
    short_text: { en: "Where lines are written" },
    fields: outputFields,
  },
  {
    fieldname: "socket",
    basictype: "string",
    specialtype: "path",
    short_text: {
      en: "Socket of local applications; those of the original use /var/lib/heartbeat/log_daemon",
    },
  },
  {
    fieldname: "socketMode",
    basictype: "string",
    length: 4,
    regex: "0?[0-7]{3}",
    default: "0666",
    short_text: { en: "Mode of that socket, octal: who may log" },
  },
  {
    fieldname: "queueLines",
    basictype: "integer",
    minimum: 16,
    maximum: 100_000,
    default: 4_000,
    short_text: { en: "Lines of one application that wait at most, for each output" },
  },
  {
    fieldname: "queueLinesAll",
    basictype: "integer",
    minimum: 64,
    maximum: 1_000_000,
    default: 32_000,
    short_text: { en: "Lines of all applications that wait at most, for each output" },
  },
  {
    fieldname: "queueMiB",
    basictype: "integer",
    minimum: 1,
    maximum: 256,
    unit: "MiB",
    default: 16,
    short_text: { en: "Size of all lines that wait at most, for each output" },
  },
] as const satisfies readonly Field[];
