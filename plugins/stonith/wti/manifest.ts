import { define } from "../../../pils/manifest.ts";

/** Fences with a network power switch of WTI. */
export default define({
  kind: "stonith",
  name: "wti",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Switches the plugs of a WTI network power switch (NPS, IPS, TPS, VMR, MPC) by telnet",
    de: "Schaltet die Dosen eines WTI-Netzschalters (NPS, IPS, TPS, VMR, MPC) per Telnet",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the switch" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 23,
      short_text: { en: "TCP port of its telnet, which everybody on the way can read" },
    },
    {
      fieldname: "user",
      basictype: "string",
      length: 64,
      default: "",
      short_text: { en: "User, if the switch asks for one" },
    },
    {
      fieldname: "password",
      basictype: "string",
      specialtype: "secret",
      secret: true,
      length: 255,
      short_text: { en: "Its password; better in a file" },
    },
    {
      fieldname: "passwordfile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "File of mode 0600 with the password in its first line" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      isarray: true,
      minitems: 1,
      maxitems: 64,
      length: 290,
      regex: "[A-Za-z0-9][A-Za-z0-9._\\-]*:[A-Za-z0-9][A-Za-z0-9_\\-]{0,23}",
      required: true,
      short_text: { en: "Nodes with their plugs, such as alice:1 alice:5 bob:2" },
    },
  ],
  permissions: { net: ["{address}:{port}"], read: ["{passwordfile}"] },
  isolation: "process",
  license: "MIT",
});
