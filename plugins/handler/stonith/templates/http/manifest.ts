import { define } from "../../../../../pils/manifest.ts";

/** Template: a power switch with an HTTP interface. */
export default define({
  kind: "stonith",
  name: "http",
  version: "1.0.0",
  api: "stonith/1",
  summary: { en: "Takes the power from a node with a switch that has an HTTP interface" },
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
      default: 80,
      short_text: { en: "TCP port of its HTTP interface" },
    },
    {
      fieldname: "tokenfile",
      basictype: "string",
      specialtype: "path",
      short_text: { en: "File that holds the token of the switch, readable by its owner alone" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      required: true,
      short_text: { en: "Nodes that have a relay of their name" },
    },
  ],
  permissions: { net: ["{address}:{port}"], read: ["{tokenfile}"] },
  license: "MIT",
});
