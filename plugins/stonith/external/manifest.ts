import { define } from "../../../pils/manifest.ts";

/** Every external plugin of cluster-glue on the disk, each a type of its own name. */
export default define({
  kind: "stonith",
  name: "external",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Fences with an external plugin of cluster-glue: each is a type, such as external/ipmi",
    de: "Fenced mit einem externen Plugin von cluster-glue: jedes ist ein Typ, etwa external/ipmi",
  },
  config: [
    {
      fieldname: "device",
      basictype: "string",
      required: true,
      length: 64,
      regex: "external/[A-Za-z0-9][A-Za-z0-9_\\-]*",
      short_text: { en: "Name of the plugin, which is the type" },
    },
    {
      fieldname: "pcmk_host_list",
      basictype: "string",
      length: 4_096,
      short_text: { en: "Nodes that the device fences, separated by blanks or commas" },
    },
    {
      fieldname: "pcmk_host_map",
      basictype: "string",
      length: 4_096,
      short_text: {
        en: "Plugs of nodes, such as alice:1;bob:2; without it a plug has its node's name",
      },
    },
    {
      fieldname: "pcmk_host_check",
      basictype: "enum",
      choices: ["static-list", "dynamic-list"],
      short_text: {
        en:
          "How the nodes are known: from the list and the map, or from the device, which is asked",
      },
    },
  ],
  // It is a program with all rights of the user. `kill` ends the group of an overdue one.
  permissions: { run: ["/usr/lib/stonith/plugins/{device}", "/bin/kill"] },
  family: { field: "device", types: "external/[A-Za-z0-9][A-Za-z0-9_\\-]*" },
  license: "MIT",
});
