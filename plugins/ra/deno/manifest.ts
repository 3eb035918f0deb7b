import { define } from "../../../pils/manifest.ts";

/** Resource agents written in TypeScript, each with permissions of its own. */
export default define({
  kind: "ra",
  name: "deno",
  version: "1.0.0",
  api: "ra/1",
  summary: {
    en: "Runs resource agents written in TypeScript, each with its own permissions",
    de: "Führt in TypeScript geschriebene Agenten aus, jeden mit eigenen Rechten",
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
      fieldname: "node",
      basictype: "string",
      specialtype: "node",
      required: true,
      short_text: { en: "Name of this node" },
    },
    {
      fieldname: "secrets",
      basictype: "string",
      specialtype: "path",
      default: "/var/lib/pacemaker/lrm/secrets",
      short_text: { en: "Folder of the secrets that parameters name as lrm://" },
    },
  ],
  permissions: { run: ["{deno}", "/bin/sh"], read: ["{secrets}"] },
  license: "MIT",
});
