import { define } from "../../../pils/manifest.ts";

/** Every fence agent on the disk, each a type of its own name. */
export default define({
  kind: "stonith",
  name: "fence",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Fences with a fence agent: each /usr/sbin/fence_* is a type of its own name",
    de: "Fenced mit einem Fence-Agenten: jedes /usr/sbin/fence_* ist ein Typ seines Namens",
  },
  config: [
    {
      fieldname: "agent",
      basictype: "string",
      required: true,
      length: 64,
      regex: "fence_[a-z0-9_]+",
      short_text: { en: "Name of the agent, which is the type" },
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
    {
      fieldname: "pcmk_host_argument",
      basictype: "string",
      length: 64,
      regex: "[a-z0-9_]+",
      short_text: {
        en: "Parameter that takes the plug; plug or port if left out; none: no parameter",
      },
    },
  ],
  // An agent is a program with all rights of the user. `kill` ends the group of an overdue one.
  permissions: { run: ["/usr/sbin/{agent}", "/bin/kill"] },
  family: { field: "agent", types: "fence_[a-z0-9_]+" },
  license: "MIT",
});
