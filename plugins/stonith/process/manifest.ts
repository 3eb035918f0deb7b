import { define } from "../../../pils/manifest.ts";

/** Fences nodes that are groups of processes on this machine. */
export default define({
  kind: "stonith",
  name: "process",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Fences a node that lives as processes on this machine",
    de: "Beendet einen Knoten, der aus Prozessen dieser Maschine besteht",
  },
  config: [
    {
      fieldname: "cluster",
      basictype: "string",
      required: true,
      length: 64,
      regex: "[A-Za-z0-9._\\-]+",
      short_text: { en: "Name of the cluster, as in the node configuration" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      required: true,
      length: 4096,
      regex: "[A-Za-z0-9._\\- ]+",
      short_text: { en: "Names of the nodes it can end, separated by blanks" },
    },
  ],
  permissions: { run: ["/bin/sh"] },
  license: "MIT",
});
