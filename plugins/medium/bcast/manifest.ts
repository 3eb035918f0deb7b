import { define } from "../../../pils/manifest.ts";

/** Carries packets by UDP broadcast. */
export default define({
  kind: "medium",
  name: "bcast",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Carries packets by UDP broadcast to every host on a network",
    de: "Überträgt Pakete per UDP-Rundruf an alle in einem Netz",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "IPv4",
      required: true,
      short_text: { en: "Address of this node; packets leave through its interface" },
    },
    {
      fieldname: "broadcast",
      basictype: "string",
      specialtype: "IPv4",
      required: true,
      short_text: { en: "The network's broadcast address, such as 192.168.1.255" },
      long_text: { en: "IPv6 has no broadcast: there, use medium/mcast." },
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
  ],
  permissions: { net: ["{address}:0", "{broadcast}:{port}"] },
  license: "MIT",
});
