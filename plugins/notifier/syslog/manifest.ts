import { define } from "../../../pils/manifest.ts";

/** Sends alerts to a syslog server. */
export default define({
  kind: "notifier",
  name: "syslog",
  version: "1.0.0",
  api: "notifier/1",
  summary: {
    en: "Sends every alert to a syslog server over UDP or TCP, as RFC 5424 has it",
    de: "Schickt jede Meldung nach RFC 5424 über UDP oder TCP an einen Syslog-Server",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      default: "127.0.0.1",
      short_text: { en: "Address of the server" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 514,
      short_text: { en: "Its port" },
    },
    {
      fieldname: "transport",
      basictype: "enum",
      choices: ["udp", "tcp"],
      default: "udp",
      short_text: { en: "Nothing says that a datagram arrived; TCP (RFC 6587) does" },
    },
    {
      fieldname: "facility",
      basictype: "enum",
      choices: [
        "user",
        "daemon",
        "local0",
        "local1",
        "local2",
        "local3",
        "local4",
        "local5",
        "local6",
        "local7",
      ],
      default: "daemon",
      short_text: { en: "Facility of syslog" },
    },
  ],
  // Datagrams leave from a free port of this machine.
  permissions: { net: ["{address}:{port}", "0.0.0.0:0", "[::]:0"] },
  isolation: "process",
  license: "MIT",
});
