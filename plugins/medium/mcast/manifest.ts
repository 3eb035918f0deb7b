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
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of this node, to send from" },
      long_text: {
        en: "IPv4: the interface of this address is the one that is used. IPv6: the one that the " +
          "route to the group leads to.",
      },
    },
    {
      fieldname: "group",
      basictype: "string",
      specialtype: "ipaddr",
      regex: "(22[4-9]|23[0-9])\\..*|[fF][fF][0-9A-Fa-f][0-9A-Fa-f]:.*",
      required: true,
      short_text: { en: "Multicast group, such as 239.192.7.1 or ff05::7:1" },
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
      long_text: { en: "With IPv6 it is always 1." },
    },
    {
      fieldname: "loop",
      basictype: "boolean",
      default: false,
      short_text: { en: "Whether other sockets on this machine receive the packets too" },
    },
  ],
  permissions: { net: ["{address}:0", "{group}:{port}"] },
  license: "MIT",
});
