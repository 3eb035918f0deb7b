import { define } from "../../../pils/manifest.ts";

/** A person fences. */
export default define({
  kind: "stonith",
  name: "meatware",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Asks a person to switch the node, and waits until the person confirms it",
    de: "Bittet einen Menschen, den Knoten zu schalten, und wartet auf seine Bestätigung",
  },
  config: [
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      required: true,
      short_text: { en: "Nodes that a person can switch" },
    },
    {
      fieldname: "folder",
      basictype: "string",
      specialtype: "path",
      default: "/var/lib/ha/meatware",
      short_text: { en: "Folder of the cluster's user, with the files request and confirm" },
    },
  ],
  permissions: {
    read: ["{folder}/request", "{folder}/confirm"],
    write: ["{folder}/request"],
  },
  isolation: "process",
  license: "MIT",
});
