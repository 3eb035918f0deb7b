import { define } from "../../../pils/manifest.ts";

/** Sends alerts as SNMP notifications. */
export default define({
  kind: "notifier",
  name: "snmptrap",
  version: "1.0.0",
  api: "notifier/1",
  summary: {
    en: "Sends every alert as a notification of SNMP 2c, in the terms of PACEMAKER-MIB",
    de: "Schickt jede Meldung als Notification von SNMP 2c, in den Begriffen der PACEMAKER-MIB",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the receiver" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 162,
      short_text: { en: "Its UDP port" },
    },
    {
      fieldname: "notification",
      basictype: "enum",
      choices: ["inform", "trap"],
      default: "inform",
      short_text: { en: "The receiver of an inform answers; nothing says that a trap arrived" },
    },
    {
      fieldname: "community",
      basictype: "string",
      specialtype: "secret",
      secret: true,
      length: 255,
      short_text: { en: "The community, which goes over the wire as it is; better in a file" },
    },
    {
      fieldname: "communityfile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "File of mode 0600 with it in its first line; else it is public" },
    },
  ],
  // Answers come to a free port of this machine.
  permissions: {
    net: ["{address}:{port}", "0.0.0.0:0", "[::]:0"],
    read: ["{communityfile}"],
  },
  isolation: "process",
  license: "MIT",
});
