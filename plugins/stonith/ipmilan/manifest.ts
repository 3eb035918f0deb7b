import { define } from "../../../pils/manifest.ts";

/** Fences a node by the management controller of its machine, with IPMI over LAN. */
export default define({
  kind: "stonith",
  name: "ipmilan",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Takes the power from a node by its management controller, with IPMI over LAN",
    de: "Nimmt einem Knoten den Strom über seinen Management-Controller, mit IPMI über LAN",
  },
  config: [
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      maxitems: 1,
      required: true,
      short_text: { en: "The node whose machine has this controller" },
    },
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of the controller; no name, since fencing must not wait for DNS" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      default: 623,
      short_text: { en: "UDP port of the controller" },
    },
    {
      fieldname: "username",
      basictype: "string",
      length: 16,
      default: "",
      short_text: { en: "User of the controller" },
    },
    {
      fieldname: "password",
      basictype: "string",
      secret: true,
      length: 20,
      short_text: { en: "Password of that user; passwordfile keeps it out of the CIB" },
    },
    {
      fieldname: "passwordfile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "File of mode 0600 whose first line is the password" },
    },
    {
      fieldname: "privilege",
      basictype: "enum",
      choices: ["operator", "administrator"],
      default: "administrator",
      short_text: { en: "Privilege to ask for; most controllers let an operator switch the power" },
    },
    {
      fieldname: "cipher",
      basictype: "enum",
      choices: ["17", "3", "1.5"],
      default: "17",
      short_text: { en: "Cipher suite: 17 (SHA-256), 3 (SHA-1), or IPMI 1.5 with MD5" },
      long_text: {
        en: "Nothing weaker is tried by itself: someone between could choose it. Take 3 if the " +
          "controller refuses 17. IPMI 1.5 neither encrypts nor authenticates the controller.",
      },
    },
  ],
  permissions: { net: ["{address}:{port}", "0.0.0.0:0", "[::]:0"], read: ["{passwordfile}"] },
  isolation: "process",
  license: "MIT",
});
