import { define } from "../../../pils/manifest.ts";

/** Carries packets by UDP to each of a list of peers. */
export default define({
  kind: "medium",
  name: "ucast",
  version: "1.0.0",
  api: "medium/1",
  summary: {
    en: "Carries packets by UDP to each of a list of peers",
    de: "Überträgt Pakete per UDP an jeden einer Liste von Partnern",
  },
  config: [
    {
      fieldname: "address",
      basictype: "string",
      specialtype: "ipaddr",
      required: true,
      short_text: { en: "Address of this node to receive on and send from" },
    },
    {
      fieldname: "interface",
      basictype: "string",
      specialtype: "interface",
      short_text: { en: "Interface of link-local addresses (fe80::...), such as eth0" },
      long_text: {
        en:
          "Link-local addresses are the same on every interface, so it must be named with them. " +
          "With others leave it out.",
      },
    },
    {
      fieldname: "port",
      basictype: "integer",
      specialtype: "port",
      minimum: 1,
      maximum: 65535,
      default: 694,
      short_text: { en: "UDP port to receive on" },
    },
    {
      fieldname: "peers",
      basictype: "struct",
      isarray: true,
      maxitems: 99,
      required: true,
      short_text: { en: "The other nodes on this link; [] in a cluster of one node" },
      fields: [
        {
          fieldname: "address",
          basictype: "string",
          specialtype: "ipaddr",
          required: true,
          short_text: { en: "Address of the peer" },
        },
        {
          fieldname: "port",
          basictype: "integer",
          specialtype: "port",
          minimum: 1,
          maximum: 65535,
          default: 694,
          short_text: { en: "UDP port that the peer receives on" },
        },
      ],
    },
  ],
  permissions: { net: ["{address}:{port}", "{address}:0", "{peers.address}:{peers.port}"] },
  license: "MIT",
});
