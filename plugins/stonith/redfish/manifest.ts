import { define } from "../../../pils/manifest.ts";

/** Fences with a management controller that speaks Redfish. */
export default define({
  kind: "stonith",
  name: "redfish",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Switches a node with its management controller (iDRAC, iLO, XCC, OpenBMC) by Redfish",
    de:
      "Schaltet einen Knoten mit seinem Verwaltungsprozessor (iDRAC, iLO, XCC, OpenBMC) per Redfish",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the controller; a name would need a resolver" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 443,
      short_text: { en: "TCP port of its HTTPS" },
    },
    {
      fieldname: "fingerprint",
      basictype: "string",
      regex: "(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}",
      short_text: { en: "SHA-256 of its certificate" },
      long_text: {
        en: "openssl s_client -connect ADDRESS:443 </dev/null | openssl x509 -noout -fingerprint " +
          "-sha256. Give this or cafile.",
      },
    },
    {
      fieldname: "cafile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "PEM file of the authority that has signed its certificate" },
    },
    {
      fieldname: "user",
      basictype: "string",
      length: 255,
      required: true,
      short_text: { en: "User that may control the power" },
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
      fieldname: "auth",
      basictype: "enum",
      choices: ["session", "basic"],
      default: "session",
      short_text: { en: "How to log in; a session sends the password once" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      isarray: true,
      minitems: 1,
      maxitems: 64,
      length: 320,
      regex: "[A-Za-z0-9][A-Za-z0-9._\\-]*(?::[A-Za-z0-9._~\\-]{1,64})?",
      required: true,
      short_text: { en: "Nodes, each with the id of its system: alice:1; without it the only one" },
    },
  ],
  permissions: { net: ["{address}:{port}"], read: ["{passwordfile}", "{cafile}"] },
  isolation: "process",
  license: "MIT",
});
