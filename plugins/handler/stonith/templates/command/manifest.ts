import { define } from "../../../../../pils/manifest.ts";

/** Template: a program that switches nodes off. */
export default define({
  kind: "stonith",
  name: "command",
  version: "1.0.0",
  api: "stonith/1",
  summary: { en: "Fences with a program of your own" },
  config: [
    {
      fieldname: "program",
      basictype: "string",
      specialtype: "path",
      required: true,
      short_text: { en: "The program; it is given off, on or status, and the node" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      required: true,
      short_text: { en: "Nodes that it can switch off" },
    },
  ],
  permissions: { run: ["{program}"] },
  license: "MIT",
});
