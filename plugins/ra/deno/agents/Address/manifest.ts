import { defineAgent } from "../../../../handler/ra/typescript/agent.ts";

/** A floating address. */
export default defineAgent({
  type: "Address",
  version: "1.0",
  summary: { en: "Keeps an IPv4 or IPv6 address on an interface of this node" },
  description: {
    en:
      "Adds the address to the interface with ip, and tells the neighbours that it is here: with arping if that is installed, else by questions to the gateway whose sender is the address. For IPv6, Linux itself announces a new address if net.ipv6.conf.NIC.ndisc_notify is 1. The agent may start ip and arping, which is full trust for the user root.",
  },
  parameters: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      unique: true,
      short_text: { en: "The address" },
    },
    {
      fieldname: "prefix",
      basictype: "integer",
      minimum: 1,
      maximum: 128,
      required: true,
      short_text: { en: "Length of the network's prefix, such as 24" },
    },
    {
      fieldname: "nic",
      basictype: "string",
      length: 15,
      regex: "[A-Za-z0-9][A-Za-z0-9._@\\-]*",
      required: true,
      short_text: { en: "The interface" },
    },
    {
      fieldname: "gateway",
      basictype: "string",
      specialtype: "ipaddr",
      short_text: { en: "A neighbour that must learn of it soon, without arping: the router" },
    },
    {
      fieldname: "ip",
      basictype: "string",
      specialtype: "path",
      default: "/usr/sbin/ip",
      short_text: { en: "The program ip of iproute2" },
    },
    {
      fieldname: "arping",
      basictype: "string",
      specialtype: "path",
      default: "/usr/bin/arping",
      short_text: { en: "The program arping of iputils, if there is one" },
    },
  ],
  actions: [
    { name: "start", timeoutMs: 20_000 },
    { name: "stop", timeoutMs: 20_000 },
    { name: "monitor", timeoutMs: 20_000, intervalMs: 10_000 },
    { name: "meta-data", timeoutMs: 5_000 },
  ],
  actionPermissions: {
    run: ["{ip}", "{arping}"],
    net: ["{address}", "{gateway}:9"],
  },
});
