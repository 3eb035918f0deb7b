import { define } from "../../../pils/manifest.ts";

/** Carries packets by UDP multicast. */
export default define({
  kind: "medium",
  name: "mcast",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Carries packets by UDP multicast to a group",
    de: "Überträgt Pakete per UDP-Multicast an eine Gruppe",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "IPv4",
      required: true,
      short_text: { en: "Address of this node; its interface is the one that is used" },
    },
    {
      fieldname: "group",
      basictype: "string",
      specialtype: "IPv4",
      regex: "(22[4-9]|23[0-9])\\..*",
      required: true,
      short_text: { en: "Multicast group, such as 239.192.7.1" },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      minimum: 1,
      maximum: 65535,
      default: 694,
      short_text: { en: "UDP port, the same on every node" },
    },
    {
      fieldname: "ttl",
      basictype: "integer",
      minimum: 0,
      maximum: 4,
      default: 1,
      short_text: { en: "Routers that a packet may pass, less one: 1 stays in the network" },
    },
    {
      fieldname: "loop",
      basictype: "boolean",
      default: false,
      short_text: { en: "Whether others on this machine hear it too" },
    },
  ],
  permissions: { net: ["0.0.0.0:{port}", "{address}:0", "{group}:{port}"] },
  license: "MIT",
});
